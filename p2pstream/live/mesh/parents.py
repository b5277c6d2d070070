"""From whom sub-streams are taken: from those who have the leaves first.  Pure.

Nothing that others say of themselves counts, but when they have what.  Nobody is asked who
has the leaves of a sub-stream later than we had them: so what we gave never comes back to us.
"""

from __future__ import annotations

from collections.abc import Iterator

from p2pstream.limits import Limits
from p2pstream.live.mesh.needs import Needs
from p2pstream.live.mesh.neighbours import EVERY, SUBSTREAMS, Neighbour, bits
from p2pstream.live.mesh.orders import Order, Subscribe, Unsubscribe

__all__ = ["Parents"]


#: From a sub-stream that is asked for to the next one; odd, so that it comes to all.
_STRIDE = 5


class Parents:
    """Which neighbour pushes which sub-stream to us."""

    def __init__(self, neighbours: dict[int, Neighbour], needs: Needs, turn: int, limits: Limits) -> None:
        self._neighbours = neighbours
        self._needs = needs
        self._limits = limits
        self._orphaned = [0.0] * SUBSTREAMS
        self._looked = [0.0] * SUBSTREAMS
        # Leaves in a row that its parent did not bring.
        self._failed = [0] * SUBSTREAMS
        # Not all ask for the same ones first: what is given out first is spread no further.  Those
        # that are asked for at a time do not follow each other, for their leaves would, too, and whoever
        # gives them to several had all to send at once and then nothing.
        self._order = [(_STRIDE * place + turn) % SUBSTREAMS for place in range(SUBSTREAMS)]

    def of(self, stream: int) -> Neighbour | None:
        """Who pushes a sub-stream."""
        bit = 1 << stream
        return next((each for each in self._neighbours.values() if each.pushes & bit), None)

    @property
    def mask(self) -> int:
        """All sub-streams that somebody pushes."""
        mask = 0
        for each in self._neighbours.values():
            mask |= each.pushes
        return mask

    def look(self, now: float) -> Iterator[Order]:
        """Ask for what nobody pushes, and leave those who do not keep up."""
        wanted: dict[int, int] = {}
        asked = 0
        for each in self._neighbours.values():
            if each.asked and now - each.asked_at > self._limits.live_answer_s:
                self._shun(each, each.asked, now)
                each.asked = 0
            asked |= each.asked
        pushing, overdue = self._pushing(), self._needs.overdue(now, self._limits.live_starve_s)
        for stream in self._order:
            parent = pushing[stream]
            if parent is not None and self._starves(stream, overdue):
                self.lost(parent, 1 << stream, now)
                yield Unsubscribe(parent.peer, 1 << stream)
                parent = None
            if asked >> stream & 1:
                continue
            better = self._best(stream, parent, wanted, now)
            if better is not None and asked.bit_count() < self._limits.live_subscribing:
                wanted[better.peer] = wanted.get(better.peer, 0) | 1 << stream
                asked |= 1 << stream
        yield from self._ask_heads(wanted)
        for peer, mask in wanted.items():
            each = self._neighbours[peer]
            each.asked |= mask
            each.asked_at = now
            each.informs = True
            yield Subscribe(peer, mask)

    def given(self, who: Neighbour, mask: int, now: float) -> Iterator[Order]:
        """It pushes these from now on; of what else it was asked for it has no room."""
        late = mask & ~(who.asked | who.pushes)
        if late:
            # Nothing is awaited of it any more: it would push them beside whoever was asked since.
            yield Unsubscribe(who.peer, late)
        self._shun(who, who.asked & ~mask, now)
        mask &= who.asked
        who.asked = 0
        for stream in bits(mask):
            before = self.of(stream)
            if before is not None and before is not who:
                before.pushes &= ~(1 << stream)
                yield Unsubscribe(before.peer, 1 << stream)
            who.pushes |= 1 << stream
            self._failed[stream] = 0

    def served(self, stream: int, who: Neighbour | None) -> None:
        """A leaf that was to be pushed came, pushed by ``who``; None: it had to be asked for."""
        brought = who is not None and who is self.of(stream)
        self._failed[stream] = 0 if brought else self._failed[stream] + 1

    def lost(self, who: Neighbour, mask: int, now: float) -> None:
        """It pushes these no more."""
        self._shun(who, mask, now)
        self._needs.orphan(mask & who.pushes)
        who.pushes &= ~mask

    def _ask_heads(self, wanted: dict[int, int]) -> Iterator[Order]:
        """Have some tell of heads and leaves, and not all: nothing can be asked for that nobody told of."""
        informers = [each for each in self._neighbours.values() if each.informs]
        missing = self._limits.live_informers - len(informers)
        strangers = (
            each for each in self._neighbours.values() if not each.informs and each.peer not in wanted
        )
        for each in sorted(strangers, key=lambda each: (each.misses, each.rtt, each.peer))[: max(missing, 0)]:
            each.informs = True
            yield Subscribe(each.peer, 0)
        # Whoever is told that we want nothing of it takes it that we push nothing more to it, either.
        idle = [
            each
            for each in informers
            if not each.pushes | each.asked | each.takes and each.peer not in wanted
        ]
        for each in idle[: max(len(informers) - 2 * self._limits.live_informers, 0)]:
            each.informs = False
            yield Unsubscribe(each.peer, EVERY)

    def _shun(self, who: Neighbour, mask: int, now: float) -> None:
        for stream in bits(mask):
            who.shunned[stream] = now + self._limits.live_shun_s

    def _pushing(self) -> list[Neighbour | None]:
        """Who pushes each sub-stream."""
        pushing: list[Neighbour | None] = [None] * SUBSTREAMS
        for each in self._neighbours.values():
            for stream in bits(each.pushes) if each.pushes else ():
                pushing[stream] = each
        return pushing

    def _starves(self, stream: int, overdue: list[int]) -> bool:
        """Whether leaves do not come that should have, or come from others only."""
        return self._failed[stream] >= self._limits.live_failed_leaves or overdue[stream] >= 2

    def _best(
        self, stream: int, parent: Neighbour | None, wanted: dict[int, int], now: float
    ) -> Neighbour | None:
        """Whom to ask for a sub-stream; None: nobody, or nobody who is worth it.

        Whoever has nothing before us may have it from us.
        """
        if parent is None and not self._orphaned[stream]:
            self._orphaned[stream] = now
        elif parent is not None:
            self._orphaned[stream] = 0.0
            if now - self._looked[stream] < self._limits.live_settle_s:
                return None
            self._looked[stream] = now
        own = self._needs.own_lag(stream)
        most = self._most_lag(stream, parent, own, now)
        found = [
            (lag + each.rtt / 2 + self._load(each, wanted), each.peer, each)
            for each in self._neighbours.values()
            if (lag := each.lag[stream]) is not None
            and lag <= most
            and each is not parent
            # What it says next it says of what it was asked first, and all else would count as refused.
            and not each.asked
            and each.shunned[stream] <= now
            and (now - each.led[stream] <= self._limits.live_led_s or lag <= own)
            and not each.takes >> stream & 1
        ]
        if not found:
            return None
        score, _, best = min(found)
        if parent is not None and score + self._limits.live_hop_s > own * 0.8:
            return None
        return best

    def _most_lag(self, stream: int, parent: Neighbour | None, own: float, now: float) -> float:
        """How late somebody may have the leaves and still be asked."""
        if parent is not None:
            return own
        alone = now - self._orphaned[stream] if self._orphaned[stream] else 0.0
        return own + 0.02 if own and alone < self._limits.live_orphan_s else float("inf")

    def _load(self, who: Neighbour, wanted: dict[int, int]) -> float:
        """So that one neighbour does not push everything: what half of it would cost."""
        mask = who.pushes | who.asked | wanted.get(who.peer, 0)
        return self._limits.live_hop_s * mask.bit_count() / (SUBSTREAMS / 2)
