"""How much is held back for whom, and for how long: at each bound, and beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.transport.turns.unlimited import UnlimitedUplink
from p2pstream.transport.turns.uplink import LimitedUplink
from tests.transport.bottleneck import FAR, HERE

#: Bytes of a piece, and how many go in a second.
PIECE, PIECES = 10_000, 100
RATE = PIECE * PIECES


class UnlimitedBoundsTests(SynchronousTestCase):
    """Where nobody set a limit, and 1 MB/s goes through."""

    def build(self, senders: int = 1, seconds: float = 4.0, **limits: Any) -> None:
        """So many have sent for so long, one piece after the other."""
        self.clock = HeapClock(5.0)
        self.uplink = UnlimitedUplink(self.clock, replace(LIMITS, **limits))
        self.outlets: list[Any] = [self.uplink.outlet(HERE, FAR, lambda: None) for _ in range(senders)]
        self.send(seconds)

    def send(self, seconds: float, part: float = 1.0) -> None:
        """They go on, or with a part of that; whoever is not urgent waits for turns."""
        for number in range(round(seconds * PIECES)):
            self.clock.advance(1 / PIECES)
            outlet = self.outlets[number % len(self.outlets)]
            outlet.turn(2)
            outlet.pay(int(PIECE * part))

    def press(self) -> Any:
        """Something urgent waits for the kernel."""
        urgent = self.uplink.outlet(HERE, FAR, lambda: None)
        urgent.waits(1)
        return urgent

    def test_what_is_left_to_others(self) -> None:
        """Half of what goes through, or their part of all where that is less; more when nobody presses."""
        for held, others, part in ((0.5, 3, 0.5), (0.9, 3, 0.75), (0.5, 1, 0.5), (0.4, 1, 0.4)):
            self.build(others, uplink_held_part=held, uplink_eased_part=1.25)
            urgent = self.press()
            self.assertApproximates(self.uplink._pace.a_second / RATE, part, 0.03)
            urgent.waits(2)
            self.assertApproximates(self.uplink._pace.a_second / RATE, 1.25, 0.03)

    def test_what_one_may_call_urgent(self) -> None:
        """A part of what goes through, and so many seconds of it at once."""
        for part, seconds in ((0.5, 3.0), (LIMITS.uplink_urgent_part, LIMITS.uplink_urgent_s)):
            self.build(
                uplink_urgent=1, uplink_urgent_bytes=1, uplink_urgent_part=part, uplink_urgent_s=seconds
            )
            self.press()
            self.assertApproximates(self.uplink._urgent.a_second / RATE, part, 0.03 * part)
            self.assertApproximates(self.uplink._urgent.burst / RATE, part * seconds, 0.03 * part * seconds)

    def test_when_it_is_known(self) -> None:
        """After two looks, unless little went meanwhile; and it is forgotten little by little."""
        for look_s, least, known in ((0.5, 1000, True), (1.0, 1000, False), (0.5, 2 * RATE, False)):
            self.build(seconds=1.5, uplink_look_s=look_s, uplink_look_bytes=least)
            self.assertEqual(self.uplink._through.most(self.clock.seconds()) > 0, known)
        for memory_s in (LIMITS.uplink_memory_s, 2.0):
            self.build(uplink_memory_s=memory_s)
            before = self.uplink._through.most(self.clock.seconds())
            after = self.uplink._through.most(self.clock.seconds() + memory_s)
            self.assertApproximates(after / before, 1 / 2.718, 0.02)

    def test_looked_at_while_somebody_waits(self) -> None:
        """So long after the last time."""
        for hold_s in (LIMITS.uplink_hold_s, 0.3):
            self.build(uplink_hold_s=hold_s)
            self.press()
            due = [call.getTime() - self.clock.seconds() for call in self.clock.getDelayedCalls()]
            self.assertTrue(any(abs(each - hold_s) < 1e-6 for each in due), due)

    def test_for_one_who_takes_no_more(self) -> None:
        """After so long in which less goes nobody is held back for it, for a while."""
        for part, futile in ((0.5, True), (0.9, False)):
            self.build(2, uplink_linger_s=60.0, uplink_urgent_bytes=10**9, uplink_futile_part=0.75)
            urgent = self.press()
            self.send(LIMITS.uplink_try_s, part)
            self.assertTrue(urgent.portion.may_hurry(self.clock.seconds()))
            self.send(LIMITS.uplink_try_s, part)
            now = self.clock.seconds()
            self.assertEqual(urgent.portion.may_hurry(now), not futile)
            self.assertTrue(urgent.portion.may_hurry(now + LIMITS.uplink_futile_s))


class LimitedBoundsTests(SynchronousTestCase):
    """Under a limit, which is used up."""

    def build(self, senders: int, **limits: Any) -> None:
        """So many wait for their turn."""
        self.clock = HeapClock(5.0)
        self.uplink = LimitedUplink(self.clock, RATE, limits=replace(LIMITS, **limits))
        #: Who was called, and when.
        self.called: list[tuple[int, float]] = []
        self.answers = False
        self.outlets: list[Any] = [
            self.uplink.outlet(HERE, FAR, partial(self.call, number)) for number in range(senders)
        ]
        self.outlets[0].pay(RATE)
        for outlet in self.outlets:
            self.assertFalse(outlet.turn(2))

    def call(self, number: int) -> None:
        """It is its turn."""
        self.called.append((number, self.clock.seconds()))
        if self.answers:
            self.outlets[number].pay(PIECE)
            self.outlets[number].turn(2)

    def test_patience(self) -> None:
        """Who is called and sends nothing holds up the next one for so long."""
        for patience in (LIMITS.uplink_patience_s, 0.5):
            self.build(3, uplink_patience_s=patience)
            self.clock.advance(6.0)
            moments = [moment for _, moment in self.called]
            self.assertEqual(len(moments), 3)
            self.assertApproximates(moments[1] - moments[0], patience, 0.02)

    def test_quantum(self) -> None:
        """So many bytes are a turn's: of pieces as long each sends two, one after the other."""
        of_one = PIECE // LIMITS.uplink_giver
        for quantum, turns in ((of_one, [0, 0, 1, 1]), (of_one // 2, [0, 1, 0, 1])):
            self.build(2, uplink_quantum_bytes=quantum)
            self.answers = True
            self.clock.advance(3.0)
            self.assertEqual([number for number, _ in self.called[:4]], turns)
