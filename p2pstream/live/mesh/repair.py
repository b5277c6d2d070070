"""Asks for leaves that do not come by themselves, the most urgent first.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from p2pstream.limits import Limits
from p2pstream.live.mesh.needs import LeafNeed, Needs
from p2pstream.live.mesh.neighbours import SUBSTREAMS, Neighbour
from p2pstream.live.mesh.orders import Abandon, CancelLeaf, Order, RequestLeaf, TellHave
from p2pstream.live.mesh.parents import Parents

__all__ = ["Repair"]


class Repair:
    """Of each leaf one neighbour is asked, and more when it is about to be needed."""

    def __init__(
        self, neighbours: dict[int, Neighbour], needs: Needs, parents: Parents, limits: Limits
    ) -> None:
        self._neighbours = neighbours
        self._needs = needs
        self._parents = parents
        self._limits = limits

    def look(self, now: float) -> Iterator[Order]:
        """Ask for what should have come, and give up what is due."""
        for need in list(self._needs):
            if need.due > now:
                yield from self.ask(need, now)
                continue
            self._needs.drop(need.number)
            for peer in need.asked:
                self.given_up(peer, need.number)
            yield Abandon(need.number)

    def ask(self, need: LeafNeed, now: float) -> Iterator[Order]:
        """Ask somebody for a leaf that does not come by itself."""
        if now < self._needs.expected(need):
            return
        waits = 0
        for peer, at in need.asked.items():
            if self._still_waits(peer, at, need.number, now):
                waits += 1
            elif self.given_up(peer, need.number):
                yield CancelLeaf(peer, need.number)
        hurry = need.due - now < self._limits.live_hurry_s
        if waits >= (self._limits.live_asks if hurry else 1):
            return
        who = self._holder(need, now)
        if who is None:
            return
        self._needs.late(need, now)
        need.asked[who.peer] = now
        who.outstanding.add(need.number)
        yield RequestLeaf(who.peer, need.number, max(int((need.due - now) * 1000), 1))
        parent = self._parents.of(need.number % SUBSTREAMS)
        if parent is not None and parent is not who and not need.pulled:
            yield TellHave(parent.peer, (need.number,), soon=True)

    def _still_waits(self, peer: int, asked: float, number: int, now: float) -> bool:
        who = self._neighbours.get(peer)
        if who is None or number not in who.outstanding:
            return False
        return now - asked < max(self._limits.live_ask_s, 4 * who.rtt)

    def _may_be_asked(self, who: Neighbour, need: LeafNeed, now: float) -> bool:
        """Whether it was not asked for that leaf, or so long ago that it may be asked again."""
        asked = need.asked.get(who.peer)
        again = asked is not None and now - asked >= 2 * self._limits.live_ask_s
        return asked is None or (again and need.number not in who.outstanding)

    def _holder(self, need: LeafNeed, now: float) -> Neighbour | None:
        """Whom to ask: one that has it, and of whom the least was asked."""
        most = self._limits.live_outstanding
        able = [
            each
            for each in self._neighbours.values()
            if each.busy_until <= now
            and len(each.outstanding) < most
            and need.number in each.have
            and self._may_be_asked(each, need, now)
        ]
        parent = self._parents.of(need.number % SUBSTREAMS)
        if not able and parent is not None and self._may_be_asked(parent, need, now):
            # Whoever pushes it does not say that it has it, and what was pushed may be lost.
            able = [parent]
        return min(
            able,
            key=lambda each: (each.misses, each.refusals, len(each.outstanding), each.rtt, each.peer),
            default=None,
        )

    def given_up(self, peer: int, number: int) -> bool:
        """Nothing more is expected of that; whether it was."""
        who = self._neighbours.get(peer)
        if who is None or number not in who.outstanding:
            return False
        who.outstanding.discard(number)
        who.misses += 1
        return True
