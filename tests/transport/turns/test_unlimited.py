"""Whose turn it is where nobody set a limit, over a link that all connections share."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.interfaces import IOutlet, IUplink
from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.transport.turns.unlimited import UnlimitedUplink
from tests.transport.bottleneck import FAR, HERE, Bottleneck, Talker

RATE = 1_500_000
FILM = 250_000
#: Until it is known what goes through.
_SETTLED_S = 4.0


class UnlimitedTests(SynchronousTestCase):
    """Connections that send to a link of 1.5 MB/s."""

    def setUp(self) -> None:
        """Nobody yet."""
        self.clock = HeapClock(5.0)
        self.uplink = UnlimitedUplink(self.clock)

    def talk(self, *kinds: dict[str, Any], seconds: float = 12.0) -> list[float]:
        """Have these send, and see how many bytes a second each had once all had begun."""
        self.talkers = [
            Talker(self.clock, self.uplink, peer=bytes([number]), **kind) for number, kind in enumerate(kinds)
        ]
        Bottleneck(self.clock, RATE, self.talkers)
        self.clock.advance(_SETTLED_S)
        before = [each.went for each in self.talkers]
        self.clock.advance(seconds)
        return [(each.went - went) / max(seconds, 1) for each, went in zip(self.talkers, before, strict=True)]

    def test_contract(self) -> None:
        """It is what it says."""
        verifyObject(IUplink, self.uplink)
        verifyObject(IOutlet, self.uplink.outlet(HERE, FAR, lambda: None))

    def test_nobody_is_urgent(self) -> None:
        """Whoever asks may send, at once, as often as he likes."""
        outlets = [self.uplink.outlet(HERE, FAR, self.fail) for _ in range(3)]
        for outlet in outlets * 100:
            self.assertTrue(outlet.turn(2))
            outlet.pay(UNIT)
            outlet.waits(2)
        self.assertEqual(self.uplink.sent, 300 * UNIT)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_F23_two_watch_and_eight_copy(self) -> None:
        """Who watches has the whole film in time, which is more than a tenth; the link is never idle."""
        urgent, other = {"rank": 1, "rate": FILM}, {"rank": 2}
        had = self.talk(urgent, urgent, *[other] * 8)
        for each in had[:2]:
            self.assertGreaterEqual(each, 0.95 * FILM)
        for each in had[2:]:
            self.assertApproximates(each * 8 / (RATE - 2 * FILM), 1, 0.1)
        self.assertGreaterEqual(sum(had), 0.97 * RATE)

    def test_who_seeks(self) -> None:
        """A unit that is urgent after a while in which nothing was waits for few of eighteen who copy."""
        least = {"kernel": LIMITS.held_least_bytes}
        self.talk(*[least] * 18, {"rank": 1, "rate": 1e-9, **least})
        seeker, asked = self.talkers[-1], self.clock.seconds()
        seeker.waiting = UNIT + 1
        seeker.go()
        self.clock.run_until(lambda: seeker.went >= UNIT, 5)
        inside = LIMITS.uplink_together * (UNIT + LIMITS.held_least_bytes)
        self.assertLess(self.clock.seconds() - asked, (UNIT + inside) / RATE + 0.02)
        before = sum(each.went for each in self.talkers)
        self.clock.advance(5)
        self.assertGreaterEqual(sum(each.went for each in self.talkers) - before, 0.99 * 5 * RATE)

    def test_called_for_something_else(self) -> None:
        """What is urgent takes no place among those who are on their way in, whatever it was called for."""
        self.talk({"rank": 2}, {"rank": 2})
        outlet = self.uplink.outlet(HERE, FAR, lambda: None)
        for rank, inside in ((1, self.uplink._doorway._hurrying), (2, self.uplink._doorway._inside)):
            self.assertFalse(outlet.turn(2))
            self.clock.run_until(lambda: outlet._called, 5)
            self.assertTrue(outlet.turn(rank))
            outlet.pay(UNIT)
            self.assertIn(outlet, inside, rank)
            outlet.went()

    def test_many_who_are_slow(self) -> None:
        """Those who take little at a time do not keep the link idle, once that was seen of each."""
        had = self.talk(*[{"rank": 2, "most": RATE / 20}] * 12, {"rank": 2}, seconds=8.0)
        self.assertGreaterEqual(sum(had), 0.9 * RATE)

    def test_who_takes_nothing(self) -> None:
        """He stands in nobody's way for long."""
        had = self.talk(*[{"rank": 2, "most": 1.0}] * LIMITS.uplink_together, *[{"rank": 2}] * 3, seconds=8.0)
        self.assertGreaterEqual(sum(had), 0.95 * RATE)

    def test_all_take_what_is_left(self) -> None:
        """While nobody urgent has to wait, nobody else does."""
        had = self.talk({"rank": 1, "rate": FILM / 5}, *[{"rank": 2}] * 5)
        self.assertGreaterEqual(sum(had), 0.99 * RATE)
        self.assertGreaterEqual(min(had[1:]), 0.99 * (RATE - FILM / 5) / 5)

    def test_F40_slow_and_urgent(self) -> None:
        """Nobody waits for long for one who would not take more: it is not for want of us."""
        slow = {"rank": 1, "rate": FILM, "most": FILM / 5}
        had = self.talk(*[slow] * 2, *[{"rank": 2}] * 8, seconds=40.0)
        self.assertGreaterEqual(sum(had), 0.9 * RATE)

    def test_F40_all_is_urgent(self) -> None:
        """Three who call everything urgent among 20 who do not: they have half of it, and no more."""
        had = self.talk(*[{"rank": 1}] * 3, *[{"rank": 2}] * 20, seconds=20.0)
        self.assertLessEqual(sum(had[:3]), 0.55 * RATE)
        self.assertGreaterEqual(min(had[3:]), 0.4 * RATE / 20)

    def test_F40_who_watches_loses_nothing(self) -> None:
        """Beside three of those, or ten, who watches has all that he needs."""
        for greedy, watching, need in ((3, 10, RATE / 30), (10, 2, RATE / 15)):
            self.setUp()
            had = self.talk(
                *[{"rank": 1}] * greedy, *[{"rank": 1, "rate": need}] * watching, *[{"rank": 2}] * 2
            )
            self.assertGreaterEqual(min(had[greedy : greedy + watching]), 0.95 * need)

    def test_F40_many_connections_of_one(self) -> None:
        """What one may call urgent does not grow with them."""
        greedy = [Talker(self.clock, self.uplink, 1, peer=b"greedy") for _ in range(10)]
        others = [Talker(self.clock, self.uplink, peer=bytes([number])) for number in range(10)]
        Bottleneck(self.clock, RATE, greedy + others)
        self.clock.advance(10)
        before = sum(each.went for each in greedy)
        free = sum(each.went for each in others)
        self.clock.advance(20)
        # By themselves, ten connections of twenty have half of it.
        self.assertLessEqual(sum(each.went for each in greedy) - before, 20 * RATE * 0.55)
        self.assertGreaterEqual(sum(each.went for each in others) - free, 20 * RATE * 0.45)

    def test_one_that_comes_late(self) -> None:
        """Where all are urgent, he has his part."""
        had = self.talk(*[{"rank": 1}] * 3, {"rank": 2, "since": 8.0}, seconds=20.0)
        self.assertGreaterEqual(had[3], 0.8 * RATE / 4 * (20 - 8) / 20)
        self.assertGreaterEqual(sum(had), 0.97 * RATE)

    def test_the_end_of_one_that_is_urgent(self) -> None:
        """It goes while others wait for it: they go on, and at the end nothing is left."""
        self.talk({"rank": 1}, {"rank": 2}, {"rank": 2}, seconds=0.0)
        urgent, *others = self.talkers
        urgent.outlet.close()
        urgent.outlet.close()
        urgent.rate = 0.0
        self.clock.advance(LIMITS.uplink_linger_s + 0.2)
        before = [each.went for each in others]
        self.clock.advance(2)
        for each, went in zip(others, before, strict=True):
            self.assertApproximates((each.went - went) / RATE, 1, 0.02)
        for each in others:
            each.outlet.close()
        uplink = self.uplink
        self.assertEqual(
            (uplink._pressing, uplink._recent, uplink.waitlist._portions, uplink.waitlist._rounds._left),
            ({}, {}, {}, {}),
        )

    def test_the_local_network_is_apart(self) -> None:
        """What stays here neither waits nor counts."""
        near = self.uplink.outlet(HERE, Address("192.168.1.9", 4000), self.fail)
        self.assertFalse(near.limited)
        near.pay(77)
        self.assertEqual(self.uplink.sent, 77)
