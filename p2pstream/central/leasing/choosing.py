"""Which peers somebody is told of.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from p2pstream.central.leasing.peers import LeasingPeer
from p2pstream.central.leasing.places import Networks
from p2pstream.content.listed import ALL, REACHABLE
from p2pstream.limits import LIMITS, Limits

if TYPE_CHECKING:
    from random import Random

__all__ = ["Candidate", "choose"]

#: A peer, and how much it has, in 255ths.
Candidate = tuple[LeasingPeer, int]


def choose(
    candidates: Iterable[Candidate], asker: Networks, most: int, random: Random, limits: Limits = LIMITS
) -> list[Candidate]:
    """Some of those who may be told, half of them the best and half by chance; best first.

    Chance keeps a swarm connected, and a liar's fine words from filling every answer.
    Who is best of those who have a part is a matter of chance, too: else all who ask would
    be sent to the same few, whom they dial first.  No more than a few are of one network
    that is not the asker's, and if any have everything, two of them are there.
    """
    may = [candidate for candidate in candidates if candidate[0].place.may_be_told(asker)]
    random.shuffle(may)
    worth = {candidate[0].number: _worth(candidate, asker, random) for candidate in may}
    ranked = sorted(may, key=lambda candidate: worth[candidate[0].number], reverse=True)
    told = _Told(asker, limits.lease_foreign)
    told.take([candidate for candidate in ranked if candidate[1] == ALL], min(limits.lease_seeds, most))
    told.take(ranked, (most + 1) // 2)
    random.shuffle(may)
    told.take(may, most)
    return sorted(told.chosen.values(), key=lambda candidate: worth[candidate[0].number], reverse=True)


class _Told:
    """Those who were chosen so far, by number."""

    def __init__(self, asker: Networks, foreign: int) -> None:
        self.chosen: dict[int, Candidate] = {}
        self._asker = asker
        self._foreign = foreign
        self._networks: Counter[bytes] = Counter()

    def take(self, candidates: Sequence[Candidate], until: int) -> None:
        """The first of these, until there are so many in all."""
        for peer, had in candidates:
            if len(self.chosen) >= until:
                return
            near = peer.place.near
            if peer.number in self.chosen or (
                near != self._asker.near and self._networks[near] >= self._foreign
            ):
                continue
            self._networks[near] += 1
            self.chosen[peer.number] = peer, had


def _worth(candidate: Candidate, asker: Networks, random: Random) -> float:
    peer, had = candidate
    near = 3.0 if peer.place.near == asker.near else float(peer.place.wide == asker.wide)
    own = (had + 255 - peer.load) / 255
    return near + 2.0 * bool(peer.flags & REACHABLE) + (own if had == ALL else own * random.random())
