"""Pickers that fetch the same from one seed, and from each other: a flow of units, in steps of time.

Everybody's uplink sends so many units a step, to those who ask in turn; what arrives is
told to all in the next step.  The bounds are those of Kumar and Ross, "Peer-assisted file
distribution: the minimum distribution time" (2006).
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from itertools import count, cycle
from math import inf
from random import Random

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.swarm.picker import Pick, Picker, Shelf

SEED = 0


class Flow:
    """One seed, numbered 0, and those who fetch.

    :param units: how many the stream has.
    :param uplink: units a step of each; a step is a tenth of a second.
    :param reads: units that each reads in a step at most, in order; 0: nobody reads.
    :param meet_s: until then each of them knows of the seed alone.
    :param hints: whether the seed says what it gives to others.
    """

    step = 0.1

    def __init__(
        self,
        fetchers: int,
        units: int,
        uplink: int,
        reads: int = 0,
        meet_s: float = 0.0,
        hints: bool = False,
    ) -> None:
        self.units, self.uplink, self.reads, self.meet_s = units, uplink, reads, meet_s
        #: What it says; None: nothing.
        self.hinted = Ranges() if hints else None
        self.given = Ranges()
        self.now, self.watched = 0.0, False
        everyone = range(fetchers + 1)
        self.has = [Ranges() for _ in everyone]
        self.has[SEED] = Ranges([(0, units)])
        self.pickers = {each: Picker(units, Ranges(), Random(each), LIMITS) for each in everyone[1:]}
        #: What is owed, as it is to be sent: urgency, deadline, arrival, unit.
        self.queues: dict[tuple[int, int], list[tuple[int, float, int, int]]] = {
            (sender, to): [] for sender in everyone for to in self.pickers if sender != to
        }
        self.arrivals = count()
        self.turns = {sender: cycle([to for to in self.pickers if to != sender]) for sender in everyone}
        self.at = dict.fromkeys(self.pickers, 0)
        self.stalled = Counter[int]()
        self.sent = Counter[int]()
        self.twice = 0
        for to, picker in self.pickers.items():
            for sender in everyone:
                if sender != to:
                    picker.join(sender)

    def run(self, most_s: float) -> float:
        """Until all have all; how long that took."""
        while not all(picker.complete for picker in self.pickers.values()):
            assert self.now < most_s, [picker.here.total for picker in self.pickers.values()]
            self.has[1:] = [picker.here for picker in self.pickers.values()]
            if self.hinted is not None:
                self.hinted = self.given
            for to, picker in self.pickers.items():
                self.ask(to, picker)
            self.now += self.step
            for sender in range(len(self.has)):
                self.send(sender)
        return self.now

    def shelves(self, to: int) -> dict[int, Shelf]:
        """What the others offer to one."""
        known = len(self.has) if self.now >= self.meet_s else SEED + 1
        return {
            sender: self.shelf(has, 256 - len(self.queues[sender, to]), sender == SEED)
            for sender, has in enumerate(self.has[:known])
            if sender != to
        }

    def shelf(self, has: Ranges, room: int, seeds: bool) -> Shelf:
        """What one offers."""
        elsewhere = self.hinted if seeds and self.hinted is not None else Ranges()
        return Shelf(has, room, has.covers(0, self.units), elsewhere)

    def ask(self, to: int, picker: Picker) -> None:
        """One reads, and asks for more."""
        if self.reads:
            goal = min(self.at[to] + self.reads, self.units)
            self.at[to] = min(goal, max(picker.here.first_missing(self.at[to]), self.at[to]))
            self.stalled[to] += self.at[to] < goal
            picker.look([("reader", min(self.at[to], self.units - 1) * UNIT)], self.now, self.watched)
        picker.tick(self.shelves(to), self.now)
        for sender, pick in picker.hurry(self.shelves(to), 256 - picker.outstanding, self.now):
            self.queue(sender, to, pick)
        for sender in self.shelves(to):
            while pick_ := picker.pick(sender, self.shelves(to)[sender], 256 - picker.outstanding, self.now):
                self.queue(sender, to, pick_)

    def queue(self, sender: int, to: int, pick: Pick) -> None:
        """What is urgent goes before the rest, and what must be there first before what must be later."""
        if sender == SEED:
            self.given = self.given.add(pick.first, pick.first + pick.count)
        deadline = inf if pick.within is None else self.now + pick.within
        for unit in range(pick.first, pick.first + pick.count):
            insort(self.queues[sender, to], (pick.urgency, deadline, next(self.arrivals), unit))

    def send(self, sender: int) -> None:
        """One step of an uplink."""
        left, idle = self.uplink, 0
        while left and idle < len(self.has):
            to = next(self.turns[sender])
            queue = self.queues.get((sender, to))
            if not queue:
                idle += 1
                continue
            idle, left, unit, picker = 0, left - 1, queue.pop(0)[-1], self.pickers[to]
            self.sent[sender] += 1
            self.twice += picker.is_here(unit, 1)
            picker.arrived(sender, unit, 1, self.now)
            picker.proven(unit, [True])
            for holder in picker.holders(unit):
                for entry in [each for each in self.queues[holder, to] if each[-1] == unit]:
                    self.queues[holder, to].remove(entry)
                    picker.refused(holder, unit, 1, self.now)


class TogetherTests(SynchronousTestCase):
    """Eight begin at once, with a seed that is as fast as each of them."""

    def check(self, flow: Flow, most: float) -> None:
        """So many times what is possible at most, and as many copies from the seed; little comes twice."""
        possible = flow.units / flow.uplink * flow.step
        self.assertLessEqual(flow.run(10 * possible), most * possible)
        self.assertLessEqual(flow.sent[SEED], most * flow.units)
        self.assertLessEqual(flow.twice, 0.05 * flow.units * len(flow.pickers))

    def test_fetched_whole(self) -> None:
        """They are sent different parts, and feed each other."""
        self.check(Flow(8, 1600, 16), 1.25)

    def test_strangers(self) -> None:
        """Also before they know of each other, if the seed says what it gives to others."""
        self.check(Flow(8, 640, 8, meet_s=2.0, hints=True), 1.25)

    def test_many_wait(self) -> None:
        """Also where the seed is slow for so many: what waits there nobody else has asked for meanwhile."""
        self.check(Flow(12, 128, 1), 1.4)

    def test_read_in_order(self) -> None:
        """Also when each reads it in order, as fast as it comes: not eight copies, but one and a half."""
        self.check(Flow(8, 1600, 16, reads=16), 1.5)

    def test_watched(self) -> None:
        """Who watches never stands still, once it began; the seed sends two copies, not eight."""
        flow = Flow(8, 1600, 16, reads=1)
        flow.watched = True
        self.check(flow, 2.0)
        self.assertLessEqual(max(flow.stalled.values()), 1)
