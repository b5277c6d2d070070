"""Limits that become others while connections are open."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.interfaces import IDownlink, IOutlet, IUplink
from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.transport.turns.adjustable import AdjustableDownlink, AdjustableUplink

HERE, FAR, NEAR = Address("192.88.99.1", 1), Address("198.51.100.7", 2), Address("127.0.0.1", 2)


class Sender:
    """Sends pieces whenever it may."""

    def __init__(self, uplink: AdjustableUplink, there: Address = FAR) -> None:
        self.sent = 0
        self.outlet = uplink.outlet(HERE if there is FAR else NEAR, there, self.send)
        self.outlet.belong(b"somebody")

    def send(self) -> None:
        """All that goes now, but no more than a MiB at a time."""
        for _ in range(16):
            if not self.outlet.turn(2):
                return
            self.sent += UNIT
            self.outlet.pay(UNIT)


class UplinkTests(SynchronousTestCase):
    """What is sent."""

    def setUp(self) -> None:
        """No limit."""
        self.clock = HeapClock()
        self.uplink = AdjustableUplink(self.clock, None)

    def run_for(self, sender: Any, seconds: float) -> float:
        """Bytes a second that it sends meanwhile."""
        before = sender.sent
        sender.send()
        self.clock.advance(seconds)
        return float(sender.sent - before) / seconds

    def test_provides(self) -> None:
        """It is one, and so are its parts."""
        self.assertTrue(verifyObject(IUplink, self.uplink))
        self.assertTrue(verifyObject(IOutlet, self.uplink.outlet(HERE, FAR, lambda: None)))

    def test_from_none_to_one_and_back(self) -> None:
        """Connections that are open go on under each limit; all that was sent counts."""
        sender = Sender(self.uplink)
        sender.send()
        self.assertEqual(sender.sent, 16 * UNIT)
        self.uplink.adjust(1_000_000)
        self.run_for(sender, 5.0)
        self.assertLess(abs(self.run_for(sender, 20.0) - 1_000_000), 100_000)
        self.uplink.adjust(200_000)
        self.run_for(sender, 5.0)
        self.assertLess(abs(self.run_for(sender, 20.0) - 200_000), 50_000)
        before = sender.sent
        self.uplink.adjust(None)
        # Whoever waited is called at once.
        self.assertEqual(sender.sent - before, 16 * UNIT)
        self.assertEqual(self.uplink.sent, sender.sent)

    def test_local(self) -> None:
        """What stays on this machine is limited where that was said, and only then."""
        sender = Sender(self.uplink, NEAR)
        self.uplink.adjust(100_000)
        self.assertFalse(sender.outlet.limited)
        self.uplink.adjust(100_000, local=True)
        self.assertTrue(sender.outlet.limited)

    def test_closed(self) -> None:
        """A connection that is gone is called no more, and kept by nobody."""
        sender = Sender(self.uplink)
        sender.outlet.close()
        sender.outlet.close()
        before = sender.sent
        self.uplink.adjust(100_000)
        self.clock.advance(5.0)
        self.assertEqual(sender.sent, before)
        self.assertEqual(self.uplink._outlets, {})


class DownlinkTests(SynchronousTestCase):
    """What is asked for."""

    def test_adjusted(self) -> None:
        """With a limit there is room for as much as it says; whoever waited is called when it goes."""
        clock, called = HeapClock(), list[str]()
        downlink = AdjustableDownlink(clock, None)
        self.assertTrue(verifyObject(IDownlink, downlink))
        wanted = lambda: called.append("again")  # noqa: E731
        self.assertEqual(downlink.room(wanted), LIMITS.native_units)
        downlink.adjust(LIMITS.uplink_least)
        downlink.asked(downlink.room(wanted) + 1)
        self.assertEqual(downlink.room(wanted), 0)
        downlink.adjust(None)
        self.assertEqual((called, downlink.room(wanted)), (["again"], LIMITS.native_units))
        self.assertEqual(clock.getDelayedCalls(), [])
        downlink.leave(wanted)

    def test_counts(self) -> None:
        """What comes from this machine does not, unless that was said."""
        downlink = AdjustableDownlink(HeapClock(), 100_000)
        self.assertEqual((downlink.counts(HERE, FAR), downlink.counts(NEAR, NEAR)), (True, False))
        downlink.adjust(100_000, local=True)
        self.assertTrue(downlink.counts(NEAR, NEAR))
