"""Showing a film: the order of things, and every way for it to end."""

from __future__ import annotations

from dataclasses import replace
from errno import EACCES, EISDIR, ENOSPC
from os import strerror
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionLost
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.commands.ending import BEGAN, Ending
from p2pstream.commands.fetching.destination import Destination
from p2pstream.commands.showing import show
from p2pstream.commands.showing.show import Show
from p2pstream.content.ranges import Ranges
from p2pstream.content.views import Awaited, LiveState, Need, PlayerState, StreamSnapshot
from p2pstream.errors import NoPlayer, NotFound, StorageError
from p2pstream.interfaces import IData, IPlayer, IStreamView
from p2pstream.settings import PlaySettings
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents

END = PlayerState(phase="ended", ended="end", shown=600, lost=1, first_frame_at=BEGAN + 0.25)


@implementer(IPlayer)
class FakePlayer:
    """A player whose film the test runs."""

    def __init__(self) -> None:
        self.state = PlayerState()
        self.opening: Deferred[None] = Deferred()
        self.playing: Deferred[PlayerState] = Deferred()
        self.closed: Deferred[None] = Deferred()
        self.calls: list[Any] = []

    def open(self, title: str) -> Deferred[None]:
        """Noted; the test fires it."""
        self.calls.append(("open", title))
        return self.opening

    def play(self, data: IData, view: IStreamView | None = None, start: float = 0.0) -> Deferred[PlayerState]:
        """Noted; the test ends it."""
        self.calls.append(("play", start))
        return self.playing

    def pause(self, paused: bool) -> None:
        """Nothing."""

    def seek(self, seconds: float) -> None:
        """Nothing."""

    def beside(self, content: bytes) -> None:
        """Noted."""
        self.calls.append(("beside", content))

    def when_closed(self) -> Deferred[None]:
        """The test closes it."""
        return self.closed

    def stop(self) -> Deferred[None]:
        """Noted."""
        self.calls.append("stop")
        return succeed(None)

    def screenshot(self, path: str) -> Deferred[None]:
        """Noted; the test writes it."""
        self.calls.append(("screenshot", path))
        self.picture: Deferred[None] = Deferred()
        return self.picture


class FakeStream:
    """An open stream with half a film in it."""

    def __init__(self) -> None:
        self.data = self.view = self
        self.complete = False
        self.awaited: Awaited | None = Awaited(Need.UNIT, 7, ("a:1",))
        self.have = Ranges([(0, 1000)])
        self.done: Deferred[None] = Deferred()

    def snapshot(self) -> StreamSnapshot:
        """How it stands."""
        return StreamSnapshot("film", awaited=self.awaited)


class FakeFetching:
    """Finds the stream when the test says so."""

    asked = False

    def __init__(self) -> None:
        self.finding: Deferred[FakeStream] = Deferred()
        self.ended: list[tuple[PlayerState, float | None]] = []
        self.belongings: Deferred[bytes | None] = Deferred()

    async def open(self, into: Destination | None) -> FakeStream:
        """Look for it."""
        self.asked = True
        return await self.finding

    async def beside(self, stream: FakeStream) -> bytes | None:
        """The test brings it."""
        return await self.belongings

    def finished(self, stream: FakeStream, state: PlayerState, frame_s: float | None) -> None:
        """Note how it went."""
        self.ended.append((state, frame_s))


class QuietEnding(Ending):
    """An ending that sets no clock on its process."""

    def hurry(self) -> None:
        """Noted."""
        self.hurried = True

    def say(self, message: str) -> None:
        """Noted."""
        self.said = message


class ShowCase(SynchronousTestCase):
    """One showing, on a clock of its own."""

    def begin(self, kept_as: Destination | None = None, **settings: Any) -> Deferred[None]:
        """Start it; the player is opening, the central was asked."""
        self.clock, self.player, self.fetching = HeapClock(BEGAN), FakePlayer(), FakeFetching()
        self.output, self.ending, self.stream = HeardEvents(), QuietEnding("play", False), FakeStream()
        self.patch(show, "choose_player", lambda *_: self.player)
        showing = Show(self.clock, "film", PlaySettings(**settings), kept_as, self.output)
        return Deferred.fromCoroutine(showing.run(self.fetching, self.ending))

    def playing(self, kept_as: Destination | None = None, **settings: Any) -> Deferred[None]:
        """Bring it to where the film plays."""
        running = self.begin(kept_as, **settings)
        self.player.opening.callback(None)
        self.fetching.finding.callback(self.stream)
        return running

    def close(self, state: PlayerState) -> None:
        """The viewer closes the window."""
        self.player.state = state
        self.player.closed.callback(None)
        self.player.playing.callback(state)


class ShowTests(ShowCase):
    """A film from beginning to end, and other evenings."""

    def test_fake_is_a_player(self) -> None:
        """What holds for it can hold for players."""
        verifyObject(IPlayer, FakePlayer())

    def test_to_the_end(self) -> None:
        """Opened with the title, played from where it was asked, stopped, and told."""
        running = self.playing(start=9.0)
        self.assertEqual(self.player.calls, [("open", "film"), ("play", 9.0)])
        self.player.state = END
        self.player.playing.callback(END)
        self.successResultOf(running)
        self.assertEqual(self.player.calls[2:], ["stop"])
        self.assertEqual(self.fetching.ended, [(END, 0.25)])
        self.assertTrue(self.ending.hurried)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_no_player(self) -> None:
        """A window that cannot be had ends the looking, too."""
        running = self.begin()
        self.player.opening.errback(NoPlayer("there is no display"))
        self.failureResultOf(running, NoPlayer)
        self.assertTrue(self.fetching.finding.called)

    def test_no_choice(self) -> None:
        """Where there is no player at all, nobody is even asked."""

        def none(*_: Any) -> IPlayer:
            raise NoPlayer("nothing to play with")

        self.begin()
        self.patch(show, "choose_player", none)
        fetching = FakeFetching()
        showing = Show(self.clock, "film", PlaySettings(), None, self.output)
        self.failureResultOf(Deferred.fromCoroutine(showing.run(fetching, self.ending)), NoPlayer)
        self.assertFalse(fetching.asked)

    def test_not_found(self) -> None:
        """A name that nobody knows closes the window again."""
        running = self.begin()
        self.fetching.finding.errback(NotFound("nobody has it"))
        self.player.opening.callback(None)
        self.failureResultOf(running, NotFound)
        self.assertIn("stop", self.player.calls)

    def test_broken_off(self) -> None:
        """What the player fails with is what the person reads; it is told how far it came."""
        running = self.playing()
        self.player.playing.errback(ConnectionLost())
        self.failureResultOf(running, ConnectionLost)
        self.assertEqual(len(self.fetching.ended), 1)

    def test_closed_while_looking(self) -> None:
        """Closing the window before there is a film is no failure, and ends the looking."""
        running = self.begin()
        self.player.opening.callback(None)
        self.player.closed.callback(None)
        self.successResultOf(running)
        self.assertEqual(self.player.calls, [("open", "film"), "stop"])

    def test_interrupted(self) -> None:
        """Ctrl-C reaches whatever is under way, and the window goes."""
        running = self.playing()
        running.cancel()
        self.failureResultOf(running)
        self.assertIn("stop", self.player.calls)
        self.assertEqual(len(self.fetching.ended), 1)


class KeepTests(ShowCase):
    """Films that are to be kept as well."""

    def test_waited_for(self) -> None:
        """A film that ended before its last byte came is waited for."""
        running = self.playing(kept_as=Destination("film.mp4", replace=False))
        self.player.playing.callback(END)
        self.assertNoResult(running)
        self.stream.done.callback(None)
        self.successResultOf(running)

    def test_disk_full_at_the_end(self) -> None:
        """What keeps it from being kept is the command's failure."""
        running = self.playing(kept_as=Destination("film.mp4", replace=False))
        self.player.playing.callback(END)
        self.stream.done.errback(StorageError("disk full"))
        self.failureResultOf(running, StorageError)

    def test_left_early(self) -> None:
        """A viewer who leaves is not kept waiting, and is told that the film is not kept."""
        running = self.playing(kept_as=Destination("film.mp4", replace=False))
        self.close(replace(END, ended="closed"))
        self.successResultOf(running)
        reason = "only 1.0 kB were here when the window was closed"
        self.assertEqual(self.output.named("not_kept"), [{"path": "film.mp4", "reason": reason}])

    def test_left_when_all_is_here(self) -> None:
        """With the last byte here only the disk is waited for."""
        running = self.playing(kept_as=Destination("film.mp4", replace=False))
        self.stream.complete = True
        self.close(replace(END, ended="closed"))
        self.assertNoResult(running)
        self.stream.done.callback(None)
        self.successResultOf(running)
        self.assertEqual(self.output.named("not_kept"), [])


class BesideTests(ShowCase):
    """What belongs to the film."""

    def test_comes_while_it_plays(self) -> None:
        """The player has it as soon as it is there, which delays nothing."""
        self.playing()
        self.clock.advance(2.0)
        self.fetching.belongings.callback(b"pictures")
        self.assertEqual(self.player.calls[-1], ("beside", b"pictures"))

    def test_nothing(self) -> None:
        """Where there is none nothing is said."""
        self.playing()
        self.clock.advance(2.0)
        self.fetching.belongings.callback(None)
        self.assertEqual(self.player.calls[-1][0], "play")

    def test_too_late(self) -> None:
        """Whoever leaves before waits for nothing."""
        done = self.playing()
        self.clock.advance(2.0)
        self.player.playing.callback(END)
        self.assertIsNone(self.successResultOf(done))


class CommentaryTests(ShowCase):
    """What is told while it plays."""

    def plays(self, seconds: float, **state: Any) -> None:
        """Time passes with the player in this state."""
        self.player.state = replace(self.player.state, **state)
        self.clock.advance(seconds)

    def test_first_frame(self) -> None:
        """Told within a hundredth of a second, once, with the moment it was shown."""
        self.playing()
        self.plays(1.0, phase="opening")
        self.plays(0.011, phase="playing", first_frame_at=BEGAN + 1.0)
        self.assertEqual(self.output.named("first_frame"), [{"seconds": 1.0}])
        self.plays(5.0)
        self.assertEqual(len(self.output.named("first_frame")), 1)

    def test_phases(self) -> None:
        """Buffering says what it waits for; each change is told once."""
        self.playing()
        self.plays(1.0, phase="playing", first_frame_at=BEGAN, position=1.0, duration=20.0)
        self.plays(1.0, phase="buffering")
        self.plays(1.0, phase="playing", position=2.0)
        self.assertEqual(self.output.named("buffering"), [{"waiting_for": "starving for unit 7 from a:1"}])
        self.assertEqual([told["position"] for told in self.output.named("playing")], [1.0, 2.0])

    def test_what_it_waits_for(self) -> None:
        """While the film stands still, each new reason is told once: the network's and the player's."""
        self.playing()
        self.plays(0.5, phase="buffering", enough_s=2.0)
        self.plays(0.5, gathered_s=0.5)
        self.plays(0.5, gathered_s=1.0)
        self.stream.awaited = Awaited(Need.PEERS)
        self.plays(0.5)
        said = [told["waiting_for"] for told in self.output.named("buffering")]
        self.assertEqual(
            said,
            [
                "starving for unit 7 from a:1",
                "buffering 0.5 of 2.0 seconds, unit 7 from a:1",
                "finding peers",
            ],
        )

    def test_a_broadcast(self) -> None:
        """That it is over: once, and nothing of gathering."""
        self.playing()
        self.plays(1.0, phase="playing", first_frame_at=BEGAN, live=LiveState(4.0))
        self.plays(1.0, phase="buffering", live=LiveState(8.0, quiet_s=5.0))
        self.plays(1.0, live=LiveState(9.0, quiet_s=6.0))
        self.plays(1.0, phase="playing", live=LiveState(4.0))
        self.plays(1.0, phase="ended", live=LiveState(5.0, quiet_s=99.0, ended=True))
        self.plays(1.0, phase="playing")
        self.assertEqual(len(self.output.named("watched_to_end")), 1)
        self.assertEqual(self.output.named("buffering"), [{"waiting_for": "starving for unit 7 from a:1"}])

    def test_picture(self) -> None:
        """The window is photographed once, two seconds into the film; told when it is written."""
        self.playing(screenshot="window.png")
        self.plays(1.5, phase="playing", first_frame_at=BEGAN, duration=20.0)
        self.assertNotIn(("screenshot", "window.png"), self.player.calls)
        self.plays(1.0, position=2.0)
        self.assertEqual(self.output.named("screenshot"), [])
        self.player.picture.callback(None)
        self.plays(3.0, position=5.0)
        self.assertEqual(self.player.calls.count(("screenshot", "window.png")), 1)
        self.assertEqual(self.output.named("screenshot"), [{"path": "window.png", "position": 2.0}])

    def test_picture_of_a_short_film(self) -> None:
        """In the middle of a film of less than four seconds."""
        self.playing(screenshot="window.png")
        self.plays(0.6, phase="playing", first_frame_at=BEGAN, duration=1.0)
        self.assertIn(("screenshot", "window.png"), self.player.calls)
        self.player.picture.callback(None)

    def test_film_ends_before_the_picture_is_written(self) -> None:
        """The end waits for it, not long, and tells of it before all else."""
        running = self.playing(screenshot="window.png")
        self.plays(0.6, phase="playing", first_frame_at=BEGAN, duration=1.0)
        self.player.playing.callback(END)
        self.assertNoResult(running)
        self.assertTrue(self.ending.hurried)
        self.assertEqual(self.fetching.ended, [])
        self.player.picture.callback(None)
        self.successResultOf(running)
        self.assertEqual(len(self.output.named("screenshot")), 1)
        self.assertEqual(len(self.fetching.ended), 1)

    def test_pictures_that_cannot_be_written(self) -> None:
        """The film goes on; the command fails in the end, with one line that says why."""
        for number, why in ((ENOSPC, "disk full"), (EACCES, "permission denied"), (EISDIR, "a folder")):
            running = self.playing(screenshot="a\n/window.png")
            self.plays(3.0, phase="playing", first_frame_at=BEGAN, duration=20.0)
            self.player.picture.errback(OSError(number, strerror(number)))
            self.assertEqual(self.ending.code, 1)
            self.assertTrue(self.ending.said.startswith("cannot write a\\n/window.png: "))
            self.assertIn(why, self.ending.said)
            self.assertTrue(self.ending.said.isprintable())
            self.assertNoResult(running)
            self.player.playing.callback(END)
            self.successResultOf(running)
