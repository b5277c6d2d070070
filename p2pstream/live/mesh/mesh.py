"""One viewer's, or the source's, part of a mesh: told what happened, it says what to do.  Pure.

Times are monotonic seconds, peers are numbers that whoever calls gave them, and leaves are
called by their numbers (`content.signed.heads.leaf_number`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from p2pstream.content.ranges import Ranges
from p2pstream.content.signed.heads import Head, leaf_number
from p2pstream.limits import LIMITS, Limits
from p2pstream.live.mesh.children import Children
from p2pstream.live.mesh.needs import Needs
from p2pstream.live.mesh.neighbours import EVERY, SUBSTREAMS, Neighbour, newest
from p2pstream.live.mesh.orders import (
    CancelLeaf,
    Give,
    Order,
    Push,
    Serve,
    TellHave,
    TurnDown,
    Unsubscribe,
)
from p2pstream.live.mesh.parents import Parents
from p2pstream.live.mesh.repair import Repair

__all__ = ["Mesh"]


class Mesh:
    """What one node knows of its neighbours, and does about it.

    :param uplink: bits a second that may be sent; None: it is not known.
    :param source: it makes the leaves, and asks nobody.
    :param turn: any number, not the same everywhere.
    """

    def __init__(
        self, uplink: float | None = None, source: bool = False, turn: int = 0, limits: Limits = LIMITS
    ) -> None:
        self._limits = limits
        self._source = source
        self._neighbours: dict[int, Neighbour] = {}
        self._needs = Needs(limits)
        self._parents = Parents(self._neighbours, self._needs, turn, limits)
        self._repair = Repair(self._neighbours, self._needs, self._parents, limits)
        self._children = Children(uplink, self._neighbours, source, limits)
        self._news: dict[int, list[int]] = {}
        self._told_at = 0.0
        #: The leaves that are here.
        self.have = Ranges()
        #: The first leaf that is wanted; those before it are not asked for.
        self.begins: int | None = None

    @property
    def rate(self) -> float:
        """Bits a second of the broadcast, as whoever calls measured it."""
        return self._children.rate

    @rate.setter
    def rate(self, rate: float) -> None:
        self._children.rate = rate

    @property
    def peers(self) -> list[int]:
        """All neighbours."""
        return list(self._neighbours)

    @property
    def children(self) -> list[int]:
        """Those who are given something."""
        return [each.peer for each in self._neighbours.values() if each.takes]

    @property
    def listeners(self) -> list[int]:
        """Those who are to be told of each head, and of what is here."""
        return [each.peer for each in self._neighbours.values() if each.hears]

    def knows(self, peer: int, head: Head) -> bool:
        """Whether a neighbour has a leaf of that slice, and so its head."""
        who, leaves = self._neighbours.get(peer), range(head.first, head.stop)
        return who is not None and any(leaf_number(head.epoch, leaf) in who.have for leaf in leaves)

    def is_told_by(self, peer: int) -> bool:
        """Whether a neighbour was asked to tell what it has."""
        who = self._neighbours.get(peer)
        return who is not None and who.informs

    @property
    def parents(self) -> dict[int, int]:
        """Those who push something to us, and what."""
        return {each.peer: each.pushes for each in self._neighbours.values() if each.pushes}

    def holders(self, number: int) -> list[int]:
        """Those who say that they have a leaf."""
        return [each.peer for each in self._neighbours.values() if each.has(number)]

    @property
    def idle(self) -> list[int]:
        """Those who neither push anything to us nor are given anything."""
        return [each.peer for each in self._neighbours.values() if not each.pushes | each.asked | each.takes]

    @property
    def missing(self) -> int:
        """How many leaves are waited for."""
        return len(self._needs)

    # Who is there.

    def joined(self, peer: int, uplink: float = 0.0, rtt: float = 0.0, host: str = "") -> None:
        """A new neighbour; see `Neighbour` for what is known of it."""
        self._neighbours[peer] = Neighbour(peer, uplink, rtt, host)

    def left(self, peer: int, now: float) -> Iterator[Order]:
        """A neighbour is gone, and all that it would have sent."""
        gone = self._neighbours.pop(peer, None)
        self._news.pop(peer, None)
        if gone is None:
            return
        self._needs.orphan(gone.pushes)
        for number in gone.outstanding:
            need = self._needs.get(number)
            if need is not None:
                need.asked.pop(peer, None)
        yield from self.look(now)

    # What there is.

    def heard(self, head: Head, due: float, now: float) -> None:
        """A head that holds came; its leaves are of use until then."""
        for leaf in range(head.first, head.stop):
            number = leaf_number(head.epoch, leaf)
            self._needs.heard_of(number, now)
            unwanted = self.begins is None or number < self.begins
            if self._source or unwanted or self._has(number):
                continue
            self._needs.add(number, now, due, not self._parents.mask >> number % SUBSTREAMS & 1)

    def want(self, number: int, due: float, now: float) -> None:
        """A leaf from before is wanted, too."""
        if not self._has(number):
            self._needs.add(number, now, due, True)

    def came(self, number: int, peer: int | None, now: float) -> Iterator[Order]:
        """A leaf was proven: it is here, and goes on to those who are to have it."""
        self.have = self.have.add(number, number + 1)
        sender = self._neighbours.get(peer) if peer is not None else None
        pushed = sender is not None and number not in sender.outstanding
        need = self._needs.here(number, now, pushed)
        if need is not None and not need.pulled:
            self._parents.served(number % SUBSTREAMS, sender if pushed else None)
        if sender is not None:
            self._received(sender, number, now)
        for each in self._neighbours.values():
            if each is not sender:
                yield from self._passed_on(number, each)

    def _passed_on(self, number: int, to: Neighbour) -> Iterator[Order]:
        """What is said of a new leaf to a neighbour who did not send it."""
        if number not in to.have:
            if to.takes >> number % SUBSTREAMS & 1 and number not in to.soon:
                yield Push(to.peer, number)
            elif to.hears:
                self._news.setdefault(to.peer, []).append(number)
        if number in to.outstanding:
            to.outstanding.discard(number)
            yield CancelLeaf(to.peer, number)

    def refused(self, number: int, peer: int, busy: bool, now: float) -> None:
        """A neighbour does not send a leaf that it was asked for; it is asked of another soon."""
        who = self._neighbours.get(peer)
        if who is None:
            return
        who.outstanding.discard(number)
        if busy:
            who.busy_until = now + self._limits.live_busy_s
            who.refusals += 1
            need = self._needs.get(number)
            if need is not None:
                need.asked.pop(peer, None)
        else:
            who.have = who.have.remove(number, number + 1)

    def asks(self, peer: int, number: int, within_ms: int, now: float) -> Iterator[Order]:
        """A neighbour asks for a leaf."""
        if peer not in self._neighbours:
            return
        if not self._has(number):
            yield TurnDown(peer, number, False)
        elif self._children.spare(now):
            yield Serve(peer, number, within_ms)
        else:
            yield TurnDown(peer, number, True)

    # What others say.

    def has(self, peer: int, first: int, count: int, now: float, soon: bool = False) -> None:
        """A neighbour has leaves; or, ``soon``, they are on their way to it."""
        who = self._neighbours.get(peer)
        if who is None:
            return
        if soon:
            who.expects(first, count, self._limits.live_map_ranges)
        else:
            self.holds(peer, ((first, count),), now)

    def holds(self, peer: int, ranges: Sequence[tuple[int, int]], now: float) -> None:
        """A neighbour has all these, which ascend; how late it has them the newest tell."""
        who = self._neighbours.get(peer)
        if who is None:
            return
        who.have = self._bounded(who.have.union([(first, first + count) for first, count in ranges]))
        for number in reversed(list(newest(ranges, SUBSTREAMS))):
            who.soon.discard(number)
            if not self._has(number):
                who.led[number % SUBSTREAMS] = now
            since = self._needs.since_heard(number, now)
            if since is not None:
                who.lags(number % SUBSTREAMS, since)

    def lacks(self, peer: int, first: int, count: int) -> None:
        """A neighbour has these no more."""
        who = self._neighbours.get(peer)
        if who is not None:
            # What is taken out of the middle leaves two ranges behind.
            who.have = self._bounded(who.have.remove(first, first + count))

    def subscribes(self, peer: int, mask: int) -> Iterator[Order]:
        """A neighbour asks for sub-streams."""
        who = self._neighbours.get(peer)
        if who is None:
            return
        who.hears = True
        # Whoever pushes something to us is not given it back.
        _, taken = self._children.give(who, mask & ~who.pushes)
        for loser, lost in taken:
            yield Unsubscribe(loser.peer, lost)
        if mask:
            yield Give(peer, who.takes & mask)

    def gives(self, peer: int, mask: int, now: float) -> Iterator[Order]:
        """A neighbour says which of the sub-streams it was asked for it pushes."""
        who = self._neighbours.get(peer)
        if who is not None:
            yield from self._parents.given(who, mask, now)

    def unsubscribes(self, peer: int, mask: int, now: float) -> None:
        """A neighbour takes these no more, or pushes them no more."""
        who = self._neighbours.get(peer)
        if who is not None:
            who.takes &= ~mask
            # Who wants none of sixteen wants no word either.
            who.hears = who.hears and mask != EVERY
            self._parents.lost(who, mask & who.pushes, now)

    # What time does.

    def look(self, now: float) -> Iterator[Order]:
        """See what is to be done; called every tenth of a second, and when somebody left."""
        if not self._source:
            yield from self._parents.look(now)
            yield from self._repair.look(now)
        if now - self._told_at >= self._limits.live_have_s:
            self._told_at = now
            news, self._news = self._news, {}
            for peer, numbers in news.items():
                yield TellHave(peer, tuple(sorted(numbers)))

    def forget(self, number: int) -> None:
        """Leaves before that one are not here any more, nor asked for."""
        self.have = self.have.remove(0, number)
        for each in self._neighbours.values():
            each.soon = {soon for soon in each.soon if soon >= number}

    def _received(self, sender: Neighbour, number: int, now: float) -> None:
        if number in sender.outstanding:
            sender.outstanding.discard(number)
            sender.refusals = 0
        sender.misses = 0
        sender.led[number % SUBSTREAMS] = now
        sender.have = self._bounded(sender.have.add(number, number + 1))
        since = self._needs.since_heard(number, now)
        if since is not None:
            sender.lags(number % SUBSTREAMS, since)

    def _has(self, number: int) -> bool:
        return number in self.have

    def _bounded(self, have: Ranges) -> Ranges:
        """What somebody says it has, without the oldest of too many ranges."""
        if len(have) <= self._limits.live_map_ranges:
            return have
        return Ranges(list(have)[-self._limits.live_map_ranges // 2 :])
