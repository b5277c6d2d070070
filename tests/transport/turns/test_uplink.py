"""How much a process sends, and whose turn it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.interfaces import IOutlet, IUplink
from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.transport.turns.free import FreeUplink
from p2pstream.transport.turns.portion import Portion
from p2pstream.transport.turns.tokens import Steady
from p2pstream.transport.turns.uplink import LimitedUplink, shorter_runs, uplink_for

HERE, FAR, NEAR = Address("192.168.1.7", 2050), Address("203.0.113.9", 4000), Address("192.168.1.9", 4000)
RATE = 2_000_000


class Sending:
    """A connection that always has a piece to send; ``stuck``, its kernel takes none."""

    def __init__(
        self,
        clock: Clock | HeapClock,
        uplink: LimitedUplink,
        rank: int = 2,
        piece: int = UNIT,
        peer: bytes = b"",
    ) -> None:
        self.clock = clock
        self.rank = rank
        self.piece = piece
        self.sent = 0
        self.stuck = False
        self.outlet = uplink.outlet(HERE, FAR, self.nudge)
        if peer:
            self.outlet.belong(peer)

    def nudge(self) -> None:
        """Go on in a moment, as a wire does."""
        self.clock.callLater(0, self.go)

    def go(self) -> None:
        """Send for as long as it may."""
        while not self.stuck and self.outlet.turn(self.rank):
            self.sent += self.piece
            self.outlet.pay(self.piece)


class UplinkTests(SynchronousTestCase):
    """One limit for all connections."""

    def setUp(self) -> None:
        """A limit."""
        self.clock = HeapClock(5.0)
        self.uplink = LimitedUplink(self.clock, RATE)

    def senders(self, *ranks: int, piece: int = UNIT) -> list[Sending]:
        """Connections that all begin now."""
        made = [Sending(self.clock, self.uplink, rank, piece) for rank in ranks]
        for each in made:
            each.nudge()
        return made

    def test_contract(self) -> None:
        """Both kinds are what they say."""
        for uplink in (self.uplink, FreeUplink()):
            verifyObject(IUplink, uplink)
            verifyObject(IOutlet, uplink.outlet(HERE, FAR, lambda: None))

    def test_the_bound(self) -> None:
        """In ten seconds: what may be sent, a burst and a piece; and no less than that without them."""
        (one,) = self.senders(2)
        self.clock.advance(10)
        self.assertGreaterEqual(one.sent, 10 * RATE - UNIT)
        self.assertLessEqual(one.sent, 10 * RATE + RATE * LIMITS.uplink_ahead_s + UNIT)
        self.assertEqual(self.uplink.sent, one.sent)

    def test_called_late(self) -> None:
        """By nearly as long as a piece takes each time: all of it is used, and no more."""
        for turn_s in (0.01, 0.015, 0.02):
            clock = Clock()
            uplink = LimitedUplink(clock, RATE)
            some = [Sending(clock, uplink, piece=RATE // 40) for _ in range(2)]
            for each in some:
                each.nudge()
            clock.pump([turn_s] * round(9 / turn_s))
            sent = sum(each.sent for each in some)
            self.assertApproximates(sent / 9 / RATE, 1.0, 0.02, str(turn_s))

    def test_what_is_said_counts(self) -> None:
        """Who speaks all the time leaves that much less for pieces."""
        one, talker = Sending(self.clock, self.uplink), self.uplink.outlet(HERE, FAR, lambda: None)
        one.nudge()
        for _ in range(100):
            talker.said(RATE // 20)
            self.clock.advance(0.1)
        self.assertApproximates(one.sent / (10 * RATE), 0.5, 0.02)

    def test_eight_share_it(self) -> None:
        """Each has its eighth, and all of it is used."""
        eight = self.senders(*[2] * 8)
        self.clock.advance(10)
        parts = [each.sent for each in eight]
        self.assertApproximates(sum(parts) / (10 * RATE), 1, 0.02)
        # The first one had the burst.
        self.assertLessEqual(max(parts) - min(parts), RATE * LIMITS.uplink_ahead_s + 2 * UNIT)

    def test_by_urgency(self) -> None:
        """Four to two to one, as long as it may be that urgent."""
        limits = replace(LIMITS, uplink_urgent=RATE)
        self.uplink = LimitedUplink(self.clock, RATE, limits=limits)
        some = self.senders(1, 2, 2, 2, 3)
        self.clock.advance(20)
        sent = Counter({each.rank: each.sent for each in some})
        self.assertApproximates(sent[1] / sent[3], 4, 0.2)
        self.assertApproximates(sent[2] / sent[3], 2, 0.2)

    def test_F40_who_calls_everything_urgent(self) -> None:
        """Three greedy among twenty: the others have nine tenths of their fair part, and more."""
        honest, greedy = self.senders(*[2] * 20), self.senders(1, 1, 1)
        self.clock.advance(30)
        for each in honest + greedy:
            each.sent = 0
        self.clock.advance(60)
        fair = sum(each.sent for each in honest + greedy) / 23
        self.assertApproximates(23 * fair / (60 * RATE), 1, 0.02)
        for each in honest:
            self.assertGreaterEqual(each.sent / fair, 0.9)
        for each in greedy:
            self.assertGreaterEqual(each.sent, 60 * LIMITS.uplink_urgent - UNIT)

    def test_urgent_at_the_bound(self) -> None:
        """A seek's worth comes first, at once; what is beyond it waits as the others do."""
        portion: Portion[str] = Portion(Steady(LIMITS.uplink_urgent, LIMITS.uplink_urgent_bytes), 1, 0.0)
        for paid, urgent in ((LIMITS.uplink_urgent_bytes - 1, True), (1, False)):
            portion.pay(paid, 0.0)
            portion.join("link", 1, 0.0)
            self.assertEqual((portion.is_urgent, portion.weight), (urgent, 4 if urgent else 2))
        portion.join("link", 1, 0.1)
        self.assertTrue(portion.is_urgent)

    def test_who_gives_nothing(self) -> None:
        """It has so small a part, also when it is known who it is; who gives from then on has a whole one."""
        givers, riders = self.senders(2, 2, 2, 2), self.senders(2, 2)
        for number, each in enumerate(riders):
            each.outlet.rides(True)
            each.outlet.belong(bytes([number]))
        self.clock.advance(60)
        part = sum(each.sent for each in givers) / 4
        for each in riders:
            self.assertApproximates(part / each.sent, LIMITS.uplink_giver, 0.2)
            each.outlet.rides(False)
            each.sent = 0
        for each in givers:
            each.sent = 0
        self.clock.advance(60)
        for each in riders:
            self.assertApproximates(sum(one.sent for one in givers) / 4 / each.sent, 1, 0.1)

    def test_F40_many_connections_of_one(self) -> None:
        """They have one part together, and it is shared among them."""
        several = [Sending(self.clock, self.uplink, peer=b"greedy") for _ in range(4)]
        others = [Sending(self.clock, self.uplink, peer=bytes([number])) for number in range(1, 4)]
        for each in several + others:
            each.nudge()
        self.clock.advance(20)
        part = sum(each.sent for each in several)
        for each in others:
            self.assertApproximates(part / each.sent, 1, 0.1)
        for each in several:
            self.assertApproximates(4 * each.sent / part, 1, 0.1)

    def test_one_connection_of_several_goes(self) -> None:
        """The others of that peer go on; with the last, nothing of it is left."""
        one, two = (Sending(self.clock, self.uplink, peer=b"peer") for _ in range(2))
        other = Sending(self.clock, self.uplink)
        for each in (one, two, other):
            each.nudge()
        self.clock.advance(1)
        one.outlet.close()
        one.outlet.close()
        one.stuck, before = True, two.sent
        self.clock.advance(10)
        self.assertApproximates((two.sent - before) / (5 * RATE), 1, 0.05)
        for each in (two, other):
            each.stuck = True
            each.outlet.close()
        self.assertEqual((self.uplink.waitlist._portions, self.uplink.waitlist._rounds._left), ({}, {}))

    def test_what_becomes_urgent_is_next(self) -> None:
        """It waits for the piece that is being sent, not for the others that wait."""
        self.senders(*[2] * 8)
        self.clock.advance(1)
        urgent = Sending(self.clock, self.uplink, 1)
        urgent.nudge()
        self.clock.advance(2 * UNIT / RATE)
        self.assertGreaterEqual(urgent.sent, UNIT)

    def test_one_that_is_stuck(self) -> None:
        """It is called and does not answer: the others lose a moment, and nothing of the rate."""
        stuck, *others = self.senders(2, 2, 2)
        stuck.stuck = True
        self.clock.advance(10)
        self.assertApproximates(sum(each.sent for each in others) / (10 * RATE), 1, 0.02)

    def test_one_that_goes(self) -> None:
        """Its part goes to the others, and at the end nothing is left waiting."""
        gone, other = self.senders(2, 2)
        self.clock.advance(1)
        gone.outlet.close()
        gone.stuck = True
        before = other.sent
        self.clock.advance(10)
        self.assertApproximates((other.sent - before) / (10 * RATE), 1, 0.02)
        other.outlet.close()
        other.stuck = True
        self.clock.advance(1)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_a_turn_that_is_of_no_use(self) -> None:
        """Whoever has nothing to send after all pays nothing, and the next one is called."""
        idle, other = self.senders(2, 2)
        idle.piece = 0
        idle.stuck = True
        self.clock.advance(1)
        idle.outlet.pay(0)
        before = other.sent
        self.clock.advance(1)
        self.assertApproximates((other.sent - before) / RATE, 1, 0.05)

    def test_the_local_network_is_free(self) -> None:
        """Unless it is asked for."""
        free = self.uplink.outlet(HERE, NEAR, lambda: None)
        self.assertFalse(free.limited)
        free.pay(77)
        self.assertEqual(self.uplink.sent, 77)
        asked = LimitedUplink(self.clock, RATE, local=True)
        self.assertTrue(asked.outlet(HERE, NEAR, lambda: None).limited)
        self.assertTrue(self.uplink.outlet(None, None, lambda: None).limited)

    def test_no_limit(self) -> None:
        """Everybody may, while nobody urgent has to wait; what goes is counted."""
        uplink = uplink_for(self.clock, None)
        outlet = uplink.outlet(HERE, FAR, lambda: None)
        outlet.pay(5)
        self.assertEqual((outlet.turn(3), outlet.limited, uplink.sent), (True, True, 5))

    def test_runs_are_shorter(self) -> None:
        """No run takes longer than a moment of the limit; one unit is the least."""
        for rate, most in ((None, 64), (10**9, 64), (20_000_000, 15), (2_000_000, 1), (20_000, 1)):
            self.assertEqual(shorter_runs(LIMITS, rate).native_run_units, most, rate)
