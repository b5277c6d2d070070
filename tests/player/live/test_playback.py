"""Watching a broadcast on a libvlc that does nothing by itself, on a stepped clock."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.views import PlayerState
from p2pstream.errors import CannotPlay, Gone, Refused
from p2pstream.limits import LIMITS
from p2pstream.player.libvlc.machine import Machine
from p2pstream.player.live.playback import LivePlayback
from p2pstream.player.live.tempo import CATCHING_UP, LINGERING
from p2pstream.testing.live.watched import FakeWatched
from p2pstream.testing.workers import HeldWorkers
from tests.player.driving import ClockReactor, FakeLibvlc


class LiveCase(SynchronousTestCase):
    """A broadcast that has run for 100 s, 4 s behind which it is to be watched."""

    def setUp(self) -> None:
        """It is looked for, and joined at second 97."""
        self.libvlc, self.workers, self.reactor = FakeLibvlc(), HeldWorkers(), ClockReactor()
        self.machine = Machine(self.libvlc, self.workers.run)  # type: ignore[arg-type]
        self.data = FakeWatched(100)
        self.playback = LivePlayback(self.machine, self.data, "show", self.reactor)
        self.playing: Deferred[PlayerState] = self.playback.run(0.0)
        self.shown = 0

    def join(self) -> None:
        """Begin, and show the first picture."""
        self.data.tuned.callback(97_000)
        self.load()

    def load(self, **libvlc: Any) -> None:
        """Libvlc is ready with what it was to play next, and shows the first picture of it."""
        self.glance()
        self.workers.flush()
        self.shown = 0
        self.glance(state="playing", seconds=0.0)
        self.show()
        self.glance(**libvlc)

    def show(self) -> None:
        """One more picture."""
        self.shown += 1
        self.playback.shown(self.shown)

    def glance(self, **libvlc: Any) -> PlayerState:
        """A tenth of a second passes, and libvlc stands so."""
        for name, value in libvlc.items():
            setattr(self.libvlc, name, value)
        self.reactor.advance(0.11)
        self.data.now_s += 0.11
        self.playback.glance()
        return self.playback.state

    def run_for(self, seconds: float) -> PlayerState:
        """It plays, and a picture is shown at each look."""
        for _ in range(round(seconds / 0.11)):
            self.libvlc.seconds += 0.11 * self.playback._rate
            self.show()
            self.glance()
        return self.playback.state

    def loads(self) -> int:
        """How often libvlc began something."""
        return sum(1 for told in self.libvlc.told if told[0] == "load")

    def began(self) -> float:
        """At which second of the broadcast it began last."""
        return self.playback._takes.begin.position / self.data.rate

    @property
    def live(self) -> Any:
        """Where in the broadcast the viewer is."""
        return self.playback.state.live


class EdgeTests(LiveCase):
    """At the edge."""

    def test_joins(self) -> None:
        """It opens until the first picture, and begins where one joins."""
        self.assertEqual((self.glance().phase, self.playback.buffering), ("opening", 0))
        self.join()
        state = self.playback.state
        self.assertEqual((state.phase, self.began(), self.loads()), ("playing", 97.0, 1))
        self.assertTrue(self.live.at_edge)
        self.assertIsNotNone(state.first_frame_at)
        self.assertIsNone(self.playback.buffering)

    def test_lingers(self) -> None:
        """Shown too early, it is played a little slower until it is as late as is wished."""
        self.join()
        self.run_for(2.0)
        self.assertEqual(self.playback._rate, LINGERING)
        self.run_for(30.0)
        self.assertEqual(self.playback._rate, 1.0)
        self.assertLess(abs(self.live.behind_s - 4.0), 0.25)
        self.assertEqual(self.loads(), 1)

    def test_catches_up(self) -> None:
        """Too late, a little faster."""
        self.join()
        self.data.now_s += 2.0
        self.run_for(2.0)
        self.assertGreaterEqual(self.playback._rate, CATCHING_UP)
        self.run_for(30.0)
        self.assertLess(abs(self.live.behind_s - 4.0), 0.25)
        self.assertEqual(self.loads(), 1)

    def test_far_behind(self) -> None:
        """Much too late, it begins anew at the edge."""
        self.join()
        self.data.now_s += 20.0
        self.run_for(2.0)
        self.load()
        self.assertEqual((self.loads(), self.live.at_edge), (2, True))
        self.assertLess(abs(self.began() - self.data.now_s), 4.0)

    def test_waits(self) -> None:
        """While nothing comes it says so, and says who is missing; libvlc is not halted."""
        self.join()
        self.run_for(2.0)
        take: Any = self.playback._takes.playback
        take.feed.blocked_since = 0.0
        self.data.quiet = 5.0
        for _ in range(6):
            state = self.glance()
        self.assertEqual((state.phase, self.playback.buffering, self.live.quiet_s), ("buffering", 0, 5.0))
        self.assertNotIn(("pause", True), self.libvlc.told)
        take.feed.blocked_since = None
        self.show()
        self.assertEqual(self.glance().phase, "playing")

    def test_time_jumps(self) -> None:
        """Where timestamps jump the next take begins, and the picture goes on."""
        self.join()
        self.run_for(1.0)
        self.data.breaks = (99_000,)
        self.glance(state="ended")
        self.load()
        self.assertEqual((self.began(), self.loads()), (99.0, 2))
        self.assertGreater(self.playback.state.shown, 9)


class PastTests(LiveCase):
    """Before the edge."""

    def setUp(self) -> None:
        """It is watched at the edge."""
        super().setUp()
        self.join()
        self.run_for(2.0)

    def test_back_and_live_again(self) -> None:
        """It begins at the place before, at its own pace; End is live again."""
        position = self.playback.state.position
        self.playback.seek(position - 30.0)
        self.assertAlmostEqual(self.glance().position, int(position - 30.0), 0)
        self.load()
        self.run_for(3.0)
        self.assertEqual((self.live.at_edge, self.playback._rate), (False, 1.0))
        self.assertGreater(self.live.behind_s, 30.0)
        self.playback.to_edge()
        self.load()
        self.assertTrue(self.live.at_edge)
        self.assertLess(self.live.behind_s, 5.0)

    def test_beyond_the_edge(self) -> None:
        """Whoever goes forward at the edge stays there; who comes near it from before is live."""
        self.playback.seek(999.0)
        self.assertEqual(self.loads(), 1)
        self.playback.seek(20.0)
        self.load()
        self.playback.seek(98.0)
        self.load()
        self.assertTrue(self.live.at_edge)

    def test_paused(self) -> None:
        """Short, it is live still; long, it goes on where it was."""
        self.playback.pause(True)
        self.assertEqual(self.glance().phase, "paused")
        self.playback.pause(False)
        self.assertTrue(self.live.at_edge)
        self.playback.pause(True)
        for _ in range(40):
            self.glance()
        self.playback.pause(False)
        self.run_for(3.0)
        self.assertEqual((self.live.at_edge, self.playback._rate, self.loads()), (False, 1.0, 1))
        self.assertEqual([told for told in self.libvlc.told if told[0] == "pause"][-1], ("pause", False))

    def test_paused_elsewhere(self) -> None:
        """Whoever goes back while it is halted sees what is there, and it stands."""
        self.playback.pause(True)
        self.playback.seek(20.0)
        self.load()
        self.assertEqual(self.libvlc.told[-1], ("pause", True))
        self.assertEqual(self.glance().phase, "paused")

    def test_faster(self) -> None:
        """Somewhere before it may be played faster, until it is live."""
        self.playback.set_rate(2.0)
        self.assertTrue(self.live.at_edge)
        self.playback.seek(80.0)
        self.load()
        self.run_for(1.0)
        self.assertEqual(self.playback._rate, 2.0)
        self.run_for(25.0)
        self.assertTrue(self.live.at_edge)
        self.assertLessEqual(self.playback._rate, CATCHING_UP)

    def test_older_than_the_window(self) -> None:
        """What is gone while one watches is gone: it goes on with the oldest that is there."""
        self.playback.seek(20.0)
        self.load()
        self.data.start = 50_000
        take: Any = self.playback._takes.playback
        take.feed.failure = Failure(Gone("older"))
        self.glance(state="ended")
        self.load()
        self.assertEqual(self.began(), 50.0)

    def test_to_the_oldest(self) -> None:
        """While the window moves on nobody begins at its very end."""
        self.data.start = 50_000
        self.playback.seek(0.0)
        self.load()
        self.assertEqual(self.began(), 52.0)

    def test_many_seeks(self) -> None:
        """While libvlc is being told of one, the last of all that follow counts."""
        for second in (10, 20, 30):
            self.playback.seek(float(second))
        self.load()
        self.load()
        self.assertEqual((self.began(), self.loads()), (30.0, 3))

    def test_parts(self) -> None:
        """The bar shows what is here."""
        self.assertEqual(self.playback.buffered(), ((0.0, 1.0),))


class EndTests(LiveCase):
    """When it ends."""

    def setUp(self) -> None:
        """It is watched at the edge, and ends."""
        super().setUp()
        self.join()
        self.run_for(2.0)
        self.data.length = self.data.edge

    def test_a_film(self) -> None:
        """After the last picture one can go back for a while, as in a film; then it is over."""
        self.glance(state="ended")
        state = self.glance()
        self.assertEqual((state.phase, self.live.ended, self.live.at_edge), ("ended", True, False))
        self.playback.seek(10.0)
        self.load()
        self.assertEqual((self.began(), self.glance().phase), (10.0, "playing"))
        self.reactor.advance(LIMITS.live_stay_s)
        self.glance(state="ended")
        self.reactor.advance(LIMITS.live_stay_s - 0.2)
        self.glance()
        self.assertNoResult(self.playing)
        self.glance()
        self.assertEqual(self.successResultOf(self.playing).ended, "end")

    def test_at_the_speed_of_a_film(self) -> None:
        """Nothing is to be caught up with any more, and it may be played faster."""
        self.data.now_s += 3.0
        self.run_for(2.0)
        self.assertEqual(self.playback._rate, 1.0)
        self.playback.set_rate(2.0)
        self.run_for(1.0)
        self.assertEqual(self.playback._rate, 2.0)

    def test_no_edge_any_more(self) -> None:
        """Nothing is live then."""
        self.playback.to_edge()
        self.assertEqual(self.loads(), 1)


class TroubleTests(LiveCase):
    """What keeps it from being watched."""

    def test_not_joined(self) -> None:
        """What joining fails with; and whoever leaves before is told of nothing."""
        self.data.tuned.errback(Refused("no"))
        self.failureResultOf(self.playing, Refused)

    def test_left_before(self) -> None:
        """The window is closed while it is looked for."""
        self.playback.free()
        self.assertNoResult(self.playing)

    def test_nothing_in_it(self) -> None:
        """After some tries it is said that there is no picture in it."""
        self.data.tuned.callback(97_000)
        for _ in range(LIMITS.live_again_most + 1):
            self.assertNoResult(self.playing)
            self.glance()
            self.workers.flush()
            self.glance(state="ended")
        self.failureResultOf(self.playing, CannotPlay)
        self.assertEqual(self.loads(), LIMITS.live_again_most + 1)
