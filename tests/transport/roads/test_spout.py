"""What waits on the portable road."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import TestCase

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.patterns import PatternData
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.transport.roads.spout import Spout
from tests.transport.talking import Lump, TalkWire


class SpoutTests(TestCase):
    """One end, which sends over a wire that holds a unit."""

    def setUp(self) -> None:
        """They are joined, and the other end takes nothing."""
        self.clock = Clock()
        self.near, self.far = TalkWire(clock=self.clock), TalkWire(clock=self.clock)
        MemoryLink(self.clock, capacity=UNIT).connect(self.near, self.far)
        self.assertIsInstance(self.near._road, Spout)
        self.work()
        self.far.transport.pauseProducing()
        self.addCleanup(self.end)

    def work(self) -> None:
        """Everything is done that can be done now."""
        for _ in range(50):
            self.clock.advance(0)

    def end(self) -> None:
        """Both are gone."""
        self.near.abort("the test is over")
        self.work()

    def test_what_may_wait_in_the_transport(self) -> None:
        """So much, and not a byte more; then nothing is put until all of it is out."""
        for more in (0, 1):
            self.near._road.put(bytes(LIMITS.spout_bytes + more))
            self.assertIs(self.near._road.hungry, not more)
            self.work()
            self.assertTrue(self.near._road.hungry)

    def test_what_waits_there_was_not_sent(self) -> None:
        """A load is when the kernel has it, and then the next one is asked for, however slowly it is read."""
        data, log = PatternData(4 * UNIT, at_once=False), self.near.talker.log
        loads = [Lump(b"", data, number * UNIT, (number + 1) * UNIT) for number in range(3)]
        for load in loads:
            self.near.talker.load(load)
            self.work()
        # The first one fills the wire.
        self.assertEqual(log, [("pulled", loads[0]), ("sent", loads[0]), ("pulled", loads[1])])
        self.far.transport.resumeProducing()
        self.work()
        self.assertEqual(len(self.far.talker.heard), 3 * UNIT)
        self.assertEqual(log[3:], [("sent", loads[1]), ("pulled", loads[2]), ("sent", loads[2])])
