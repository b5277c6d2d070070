"""What every uplink and downlink of a process must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.interfaces import IDownlink, IOutlet, IUplink
from p2pstream.testing.clock import HeapClock

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["DownlinkContract", "UplinkContract"]

#: Both ends of a connection, which is not of this network.
HERE, THERE = Address("192.88.99.1", 2050), Address("198.51.100.7", 4000)


class PieceSender:
    """A connection that has so many pieces to send, and sends one whenever it may.

    The kernel takes each at once.
    """

    def __init__(self, clock: HeapClock, uplink: Any, pieces: int, rank: int = 2, peer: bytes = b"") -> None:
        self._clock = clock
        self._rank = rank
        #: How many are left.
        self.left = pieces
        self.outlet = uplink.outlet(HERE, THERE, self.nudge)
        if peer:
            self.outlet.belong(peer)

    def nudge(self) -> None:
        """It is its turn; nothing is sent before whoever says so is done."""
        self._clock.callLater(0, self.go)

    def go(self) -> None:
        """Send for as long as it may."""
        while self.left and self.outlet.turn(self._rank):
            self.left -= 1
            self.outlet.pay(UNIT)
            self.outlet.went()


class UplinkContract(_Case):
    """The contract of `IUplink`, and of the `IOutlet` that it gives."""

    def make_uplink(self, clock: HeapClock) -> Any:
        """One over which a MiB goes within a minute, if it has a limit at all."""
        raise NotImplementedError

    def setUp(self) -> None:
        """Nothing was sent yet."""
        self.clock = HeapClock(5.0)
        self.uplink = self.make_uplink(self.clock)

    def test_provides_uplink(self) -> None:
        """It has all that the interfaces promise, and nothing was sent."""
        self.assertTrue(verifyObject(IUplink, self.uplink))
        self.assertTrue(verifyObject(IOutlet, self.uplink.outlet(HERE, THERE, self.fail)))
        self.assertEqual(self.uplink.sent, 0)

    def test_all_of_it_goes(self) -> None:
        """Of each connection, whatever its rank; and every byte is counted once."""
        senders = [
            PieceSender(self.clock, self.uplink, 4, rank, peer)
            for rank, peer in ((1, b"one"), (2, b"one"), (2, b"two"), (3, b""))
        ]
        for each in senders:
            each.nudge()
        self.clock.advance(60.0)
        self.assertEqual([each.left for each in senders], [0] * 4)
        self.assertEqual(self.uplink.sent, 16 * UNIT)

    def test_nothing_to_send_after_all(self) -> None:
        """Whoever is called and sends nothing pays nothing, and keeps nobody from sending."""
        idle, busy = PieceSender(self.clock, self.uplink, 1), PieceSender(self.clock, self.uplink, 4)
        for each in (idle, busy):
            each.nudge()
        idle.left = 0
        idle.outlet.pay(0)
        self.clock.advance(60.0)
        self.assertEqual((busy.left, self.uplink.sent), (0, 4 * UNIT))

    def test_what_waits_for_the_kernel(self) -> None:
        """May be said and taken back at any time; the others go on meanwhile."""
        stuck, busy = PieceSender(self.clock, self.uplink, 0), PieceSender(self.clock, self.uplink, 4)
        for rank in (1, 1, 0, 2, 1):
            stuck.outlet.waits(rank)
        busy.nudge()
        self.clock.advance(60.0)
        stuck.outlet.waits(0)
        self.assertEqual(busy.left, 0)

    def test_messages(self) -> None:
        """Need no turn, and are no bytes of streams; pieces go behind them."""
        talker, sender = PieceSender(self.clock, self.uplink, 0), PieceSender(self.clock, self.uplink, 4)
        for _ in range(16):
            talker.outlet.said(UNIT)
        sender.nudge()
        self.clock.advance(60.0)
        self.assertEqual((sender.left, self.uplink.sent), (0, 4 * UNIT))

    def test_closed(self) -> None:
        """Twice, and with something that waits: it is never called again, and nothing is left."""
        gone, other = (PieceSender(self.clock, self.uplink, 9, peer=b"one") for _ in range(2))
        for each in (gone, other):
            each.nudge()
        self.clock.advance(0.01)
        gone.outlet.close()
        gone.outlet.close()
        left, gone.go = gone.left, self.fail  # type: ignore[method-assign]
        self.clock.advance(60.0)
        self.assertEqual((gone.left, other.left), (left, 0))
        other.outlet.close()
        self.clock.advance(60.0)
        self.assertEqual(self.clock.getDelayedCalls(), [])


class DownlinkContract(_Case):
    """The contract of `IDownlink`."""

    def make_downlink(self, clock: HeapClock) -> Any:
        """One with a limit of a MiB in a second, or of less."""
        raise NotImplementedError

    def setUp(self) -> None:
        """Nothing was asked for yet."""
        self.clock = HeapClock(5.0)
        self.downlink = self.make_downlink(self.clock)
        self.called: list[str] = []

    def one(self) -> None:
        """Somebody who waits for room."""
        self.called.append("one")

    def other(self) -> None:
        """Somebody else."""
        self.called.append("other")

    def test_provides_downlink(self) -> None:
        """It has all that the interface promises; what comes from far counts, and there is room."""
        self.assertTrue(verifyObject(IDownlink, self.downlink))
        self.assertTrue(self.downlink.counts(HERE, THERE))
        self.assertGreater(self.downlink.room(self.one), 0)
        self.assertEqual(self.called, [])

    def test_no_room(self) -> None:
        """When all was asked for that may be there is none; whoever asked is called when there is."""
        self.downlink.asked(self.downlink.room(self.one) + 1)
        self.assertEqual((self.downlink.room(self.one), self.downlink.room(self.other)), (0, 0))
        self.clock.advance(60.0)
        self.assertEqual(self.called[:1], ["one"])
        self.assertEqual(set(self.called), {"one", "other"})
        self.assertGreater(self.downlink.room(self.one), 0)

    def test_what_does_not_come(self) -> None:
        """Makes room again."""
        room = self.downlink.room(self.one)
        self.downlink.asked(room + 1)
        self.downlink.asked(-room - 1)
        self.assertGreaterEqual(self.downlink.room(self.one), room)

    def test_who_waits_for_what_does_not_come(self) -> None:
        """Is called at once, and not inside of what gave it back."""
        room = self.downlink.room(self.one)
        self.downlink.asked(60 * room)
        self.assertEqual(self.downlink.room(self.other), 0)
        self.downlink.asked(-60 * room)
        self.assertEqual(self.called, [])
        self.clock.advance(0.01)
        self.assertEqual(self.called, ["other"])

    def test_left(self) -> None:
        """Whoever wants none any more is not called; twice is harmless."""
        self.downlink.asked(self.downlink.room(self.one) + 1)
        self.assertEqual(self.downlink.room(self.one), 0)
        self.downlink.leave(self.one)
        self.downlink.leave(self.one)
        self.clock.advance(60.0)
        self.assertEqual((self.called, self.clock.getDelayedCalls()), ([], []))
