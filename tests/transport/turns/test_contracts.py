"""All uplinks and downlinks keep their contracts."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.wires.uplinks import DownlinkContract, UplinkContract
from p2pstream.transport.turns.adjustable import AdjustableDownlink, AdjustableUplink
from p2pstream.transport.turns.downlink import LimitedDownlink
from p2pstream.transport.turns.free import FreeUplink
from p2pstream.transport.turns.unlimited import UnlimitedUplink
from p2pstream.transport.turns.uplink import LimitedUplink

RATE = 1_000_000


class FreeTests(UplinkContract, SynchronousTestCase):
    """Nobody waits for anybody."""

    def make_uplink(self, clock: HeapClock) -> Any:
        """See `UplinkContract`."""
        return FreeUplink()


class LimitedTests(UplinkContract, SynchronousTestCase):
    """Under a limit."""

    def make_uplink(self, clock: HeapClock) -> Any:
        """See `UplinkContract`."""
        return LimitedUplink(clock, RATE)


class UnlimitedTests(UplinkContract, SynchronousTestCase):
    """Where nobody set one."""

    def make_uplink(self, clock: HeapClock) -> Any:
        """See `UplinkContract`."""
        return UnlimitedUplink(clock)


class AdjustableTests(UplinkContract, SynchronousTestCase):
    """Where it may become another."""

    def make_uplink(self, clock: HeapClock) -> Any:
        """See `UplinkContract`."""
        return AdjustableUplink(clock, RATE)


class LimitedDownTests(DownlinkContract, SynchronousTestCase):
    """Under a limit."""

    def make_downlink(self, clock: HeapClock) -> Any:
        """See `DownlinkContract`."""
        return LimitedDownlink(clock, RATE)

    def test_no_more_than_so_much_at_once(self) -> None:
        """What is given back is asked for again, but of more than two seconds no more than of two."""
        most = RATE * (LIMITS.downlink_back_s + LIMITS.uplink_burst_s) / UNIT
        for owed, room in ((10, 10), (1000, most)):
            self.downlink.asked(owed)
            self.clock.advance(owed * UNIT / RATE - LIMITS.uplink_burst_s)
            self.downlink.asked(-owed)
            self.assertApproximates(self.downlink.room(self.one), room, 2)
            self.downlink.asked(self.downlink.room(self.one) + 1)
            self.assertEqual(self.downlink.room(self.one), 0)


class AdjustableDownTests(DownlinkContract, SynchronousTestCase):
    """Where it may become another."""

    def make_downlink(self, clock: HeapClock) -> Any:
        """See `DownlinkContract`."""
        return AdjustableDownlink(clock, RATE)
