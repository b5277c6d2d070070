"""When the next look is due."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.peer.folders.pace import ScanPace

CHECK = LIMITS.share_check_s


class PaceTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A pace, and glances that see nothing."""
        self.clock = Clock()
        self.pace = ScanPace(self.clock)
        self.glances = 0
        self.differs = False

    def glance(self) -> Deferred[bool]:
        """Count it."""
        self.glances += 1
        return succeed(self.differs)

    def rest(self, took: float = 0.0) -> Deferred[None]:
        """A rest after a look that took so long."""
        began = self.pace.begin()
        self.clock.advance(took)
        return Deferred.fromCoroutine(self.pace.rest(began, self.glance))

    def test_by_the_second(self) -> None:
        """After a quick look the next is due a second later, without glances."""
        rest = self.rest(took=0.001)
        self.clock.advance(CHECK - 0.001)
        self.assertNoResult(rest)
        self.clock.advance(0.001)
        self.successResultOf(rest)
        self.assertEqual(self.glances, 0)

    def test_after_a_long_look(self) -> None:
        """As many times as long is rested, and after a notice fewer times; never less."""
        for notice, times in ((False, LIMITS.share_ease), (True, LIMITS.share_hurry)):
            rest = self.rest(took=3.0)
            if notice:
                self.pace.hurry()
            for _ in range(int(3.0 * times) - 1):
                self.clock.advance(1.0)
            self.assertNoResult(rest)
            self.clock.advance(1.0)
            self.successResultOf(rest)

    def test_watched(self) -> None:
        """Where changes are noticed looks are rarer; a notice still brings one soon."""
        began = self.pace.begin()
        rest = Deferred.fromCoroutine(self.pace.rest(began, self.glance, True))
        self.clock.advance(LIMITS.share_watched_s - 0.1)
        self.assertNoResult(rest)
        self.pace.hurry()
        self.clock.advance(LIMITS.share_nudge_s)
        self.successResultOf(rest)

    def rested(self, watched: bool) -> float:
        """How long a rest is where nothing changes; ``watched``: it would be noticed."""
        rest = Deferred.fromCoroutine(self.pace.rest(self.pace.begin(), self.glance, watched, lambda: ()))
        began = self.clock.seconds()
        while not rest.called:
            self.clock.advance(0.1)
        return self.clock.seconds() - began

    def test_ever_rarer(self) -> None:
        """Where nothing changes, without any glance; a notice, or a find without one, ends that."""
        bounds = {
            False: (CHECK, LIMITS.share_check_most_s),
            True: (LIMITS.share_watched_s, LIMITS.share_watched_most_s),
        }
        found: tuple[Callable[[], None], ...] = (self.pace.hurry, self.pace.found)
        for watched, new in product(bounds, found):
            rests = [self.rested(watched) for _ in range(25)]
            for rest, bound in zip((rests[0], rests[-1]), bounds[watched], strict=True):
                self.assertLess(abs(rest - bound), 0.11)
            new()
            self.rested(watched)
        self.assertEqual(self.glances, 0)

    def test_nothing_is_used(self) -> None:
        """Where changes are noticed, too, nothing is glanced at until something is used."""
        began, used = self.pace.begin(), list[str]()
        rest = Deferred.fromCoroutine(self.pace.rest(began, self.glance, True, lambda: used))
        self.clock.pump([CHECK, CHECK / 2])
        used.append("film")
        self.assertEqual(self.glances, 0)
        self.pace.attend()
        self.clock.advance(CHECK)
        self.assertEqual(self.glances, 1)
        self.assertNoResult(rest)
        self.clock.advance(LIMITS.share_watched_s - 2.5 * CHECK)
        self.successResultOf(rest)

    def test_long_looks_are_rare(self) -> None:
        """A look of half a second is followed by a rest twenty times as long."""
        rest = self.rest(took=0.5)
        self.clock.pump([0.5] * 19)
        self.assertNoResult(rest)
        self.clock.advance(0.5)
        self.successResultOf(rest)

    def test_glances_in_between(self) -> None:
        """A long rest is interrupted by glances, and ended by one that sees a change."""
        rest = self.rest(took=0.5)
        self.clock.pump([CHECK] * 3)
        self.assertEqual(self.glances, 3)
        self.differs = True
        self.clock.advance(CHECK)
        self.successResultOf(rest)

    def test_a_notice_hurries(self) -> None:
        """After a notice the next look is due almost at once, and further ones do not put it off."""
        rest = self.rest()
        self.clock.advance(0.3)
        self.pace.hurry()
        self.clock.advance(LIMITS.share_nudge_s / 2)
        self.pace.hurry()
        self.assertNoResult(rest)
        self.clock.advance(LIMITS.share_nudge_s / 2)
        self.successResultOf(rest)

    def test_notices_without_end(self) -> None:
        """However often something is noticed, a rest is four times as long as the look was."""
        rest = self.rest(took=0.5)
        for _ in range(19):
            self.pace.hurry()
            self.clock.advance(0.1)
        self.assertNoResult(rest)
        self.clock.advance(0.1)
        self.successResultOf(rest)

    def test_noticed_while_looking(self) -> None:
        """A notice during a look, which that look may have missed, shortens the rest after it."""
        began = self.pace.begin()
        self.pace.hurry()
        rest = Deferred.fromCoroutine(self.pace.rest(began, self.glance))
        self.clock.advance(LIMITS.share_nudge_s)
        self.successResultOf(rest)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_cancel(self) -> None:
        """A rest that is cancelled leaves no timer behind."""
        rest = self.rest()
        rest.cancel()
        self.failureResultOf(rest)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.pace.hurry()
