"""Elsewhere in the film, at once; and standing still."""

from __future__ import annotations

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.trial.unittest import TestCase

from p2pstream.content.views import PlayerState
from p2pstream.data.memory import BufferData
from p2pstream.interfaces import IData
from tests.real.showing.films import Trickle, Viewing, arriving, film, pause, until

SECONDS, FPS = 10, 30


class SeekTests(TestCase):
    async def _start(self, data: IData, start: float = 0.0) -> Viewing:
        viewing = Viewing(self)
        await viewing.player.open("film")
        self.playing: Deferred[PlayerState] = viewing.player.play(data, None, start)
        self.playing.addErrback(lambda failure: None)
        await viewing.until(10)
        return viewing

    async def _after(self, viewing: Viewing, seconds: float) -> list[int | None]:
        """The next frames after a seek: those before the jump are left out."""
        viewing.numbers.clear()
        viewing.player.seek(seconds)
        asked = reactor.seconds()  # type: ignore[attr-defined]
        await until(
            lambda: any(abs(number - seconds * FPS) < 3 * FPS for number in viewing.numbers if number)
        )
        self.took = reactor.seconds() - asked  # type: ignore[attr-defined]
        await pause(0.5)
        return [n for n in viewing.numbers if n is not None and abs(n - seconds * FPS) < 3 * FPS]

    def check_place(self, viewing: Viewing, seen: list[int | None], seconds: float) -> None:
        """The first frame is the one there, or as much later as nobody could draw it."""
        after = (seen[0] or 0) - seconds * FPS
        self.assertGreater(after, -3)
        self.assertLess(after, 3 + viewing.starved * FPS)

    async def test_forward_and_back(self) -> None:
        """A seek lands where it was asked to, both ways, quickly, and the film goes on in order."""
        for container in ("mp4", "mkv"):
            viewing = await self._start(BufferData(film(SECONDS, container=container)))
            for seconds in (6.5, 2.3, 8.3):
                seen = await self._after(viewing, seconds)
                self.assertEqual(seen, sorted(seen), container)
                self.check_place(viewing, seen, seconds)
                self.assertLess(self.took, 1.0 + viewing.starved)
            await viewing.player.stop()

    async def test_transport_stream(self) -> None:
        """A transport stream has no length: a seek finds its place by bytes."""
        viewing = await self._start(BufferData(film(SECONDS, container="ts")))
        await until(lambda: viewing.player.state.duration > 0)
        await pause(0.5)
        seen = await self._after(viewing, 6.0)
        self.assertLess(abs((seen[0] or 0) - 6 * FPS), 2.5 * FPS)

    async def test_start_time(self) -> None:
        """A film may begin in its middle."""
        viewing = await self._start(BufferData(film(SECONDS)), 5.0)
        self.check_place(viewing, viewing.numbers, 5.0)

    async def test_seek_storm(self) -> None:
        """Twenty seeks in a second: the last one counts, and nothing breaks."""
        viewing = await self._start(BufferData(film(SECONDS)))
        for step in range(20):
            viewing.player.seek(0.5 + step * 0.25)
            await pause(0.03)
        seen = await self._after(viewing, 7.5)
        self.assertEqual(seen, sorted(seen))

    async def test_beyond_the_end(self) -> None:
        """A seek past the end ends the film, soon and in good order."""
        viewing = await self._start(BufferData(film(SECONDS)))
        viewing.player.seek(500.0)
        state = await self.playing
        self.assertEqual(state.ended, "end")

    async def test_where_nothing_is_yet(self) -> None:
        """A seek to bytes that have not come waits for them, and says so."""
        content = film(SECONDS, grain=10)
        data = arriving()
        source = Trickle(data, content, len(content) / 8)
        source.start()
        self.addCleanup(source.stop)
        viewing = await self._start(data)
        viewing.player.seek(8.5)
        await pause(1.0)
        self.assertIsNotNone(viewing.player._deck.playback.buffering)  # type: ignore[union-attr]
        source.rate = 1e8
        viewing.numbers.clear()
        await viewing.until(5)
        self.check_place(viewing, viewing.numbers, 8.5)
        self.assertNotIn(None, viewing.numbers)


class PauseTests(TestCase):
    async def test_pause_and_go_on(self) -> None:
        """While paused no frame passes; afterwards none is missing."""
        viewing = Viewing(self)
        await viewing.player.open("film")
        playing = viewing.player.play(BufferData(film(4)))
        await viewing.until(20)
        viewing.player.pause(True)
        await pause(0.3)
        count = len(viewing.numbers)
        await pause(0.7)
        self.assertEqual(len(viewing.numbers), count)
        self.assertEqual(viewing.player.state.phase, "paused")
        viewing.player.pause(False)
        await playing
        self.assertEqual(viewing.numbers, sorted(set(n for n in viewing.numbers if n is not None)))
        self.assertGreaterEqual(len(viewing.numbers), viewing.enough(120))

    async def test_paused_before_it_began(self) -> None:
        """A pause asked for at once holds the film near its beginning."""
        viewing = Viewing(self)
        await viewing.player.open("film")
        playing = viewing.player.play(BufferData(film(4)))
        viewing.player.pause(True)
        await pause(1.5)
        self.assertLess(len(viewing.numbers), 20)
        viewing.player.pause(False)
        self.assertEqual((await playing).ended, "end")
