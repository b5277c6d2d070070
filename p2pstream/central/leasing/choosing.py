"""Which peers somebody is told of.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter
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
#: One, behind its worth to who asks.
_Scored = tuple[float, LeasingPeer, int]
_RANK = itemgetter(0)
#: Chance tells apart who is worth the same, and nobody else: loads differ by 1/255 at least.
_TIE = 1e-6


def choose(
    candidates: Iterable[Candidate], asker: Networks, most: int, random: Random, limits: Limits = LIMITS
) -> list[Candidate]:
    """Some of those who may be told, half of them the best and half by chance; best first.

    Chance keeps a swarm connected, and a liar's fine words from filling every answer.
    Who is best of those who have a part is a matter of chance, too: else all who ask would
    be sent to the same few, whom they dial first.  No more than a few are of one network
    that is not the asker's, and if any have everything, two of them are there.
    """
    may = [
        (_worth(peer, had, asker, random) + _TIE * random.random(), peer, had)
        for peer, had in candidates
        if peer.place.may_be_told(asker)
    ]
    may.sort(key=_RANK, reverse=True)
    told = _Told(asker, limits.lease_foreign)
    told.take([scored for scored in may if scored[2] == ALL], min(limits.lease_seeds, most))
    told.take(may, (most + 1) // 2)
    if len(told.chosen) < min(most, len(may)):
        told.take(sorted(may, key=lambda _: random.random()), most)
    return [(peer, had) for _, peer, had in sorted(told.chosen.values(), key=_RANK, reverse=True)]


class _Told:
    """Those who were chosen so far, by number."""

    def __init__(self, asker: Networks, foreign: int) -> None:
        self.chosen: dict[int, _Scored] = {}
        self._asker = asker
        self._foreign = foreign
        self._networks: Counter[bytes] = Counter()

    def take(self, candidates: Sequence[_Scored], until: int) -> None:
        """The first of these, until there are so many in all."""
        for scored in candidates:
            if len(self.chosen) >= until:
                return
            peer = scored[1]
            near = peer.place.near
            if peer.number in self.chosen or (
                near != self._asker.near and self._networks[near] >= self._foreign
            ):
                continue
            self._networks[near] += 1
            self.chosen[peer.number] = scored


def _worth(peer: LeasingPeer, had: int, asker: Networks, random: Random) -> float:
    near = 3.0 if peer.place.near == asker.near else float(peer.place.wide == asker.wide)
    own = (had + 255 - peer.load) / 255
    return near + 2.0 * bool(peer.flags & REACHABLE) + (own if had == ALL else own * random.random())
