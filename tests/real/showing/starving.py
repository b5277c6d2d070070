"""Sources that are too slow, stand still, or break off."""

from __future__ import annotations

from twisted.internet import reactor
from twisted.python.failure import Failure
from twisted.trial.unittest import TestCase

from p2pstream.data.memory import BufferData
from p2pstream.errors import NoSource
from tests.real.showing.films import Trickle, Viewing, arriving, film, pause, until


class RebufferTests(TestCase):
    async def _through_a_stall(self, container: str) -> None:
        content = film(6, 640, 360, grain=12, container=container)
        self.assertGreater(len(content), 6_000_000, "the film must be larger than what lies ahead of it")
        data = arriving()
        source = Trickle(data, content, 50_000_000)
        source.start()
        self.addCleanup(source.stop)
        viewing = Viewing(self)
        await viewing.player.open("film")
        # Of less than this libvlc shows nothing of a Matroska film while it looks for its index.
        await until(lambda: source.sent > len(content) * 0.4)
        source.rate = 0
        playing = viewing.player.play(data)
        phases = set()
        await until(lambda: viewing.player.state.phase == "buffering")
        self.assertEqual(viewing.player.state.shown, len(viewing.numbers))
        halted = len(viewing.numbers)
        await pause(1.0)
        phases.add(viewing.player.state.phase)
        self.assertLess(len(viewing.numbers) - halted, 12, "the film stands still while it waits")
        source.rate = 50_000_000
        await playing
        self.assertEqual(phases, {"buffering"})
        self.assertNotIn(None, viewing.numbers, "a torn picture was shown")
        self.assertEqual(viewing.numbers, sorted(n for n in viewing.numbers if n is not None))
        self.assertGreaterEqual(len(set(viewing.numbers)), viewing.enough(180))

    async def test_mp4(self) -> None:
        """A source that stands still halts the film in time: no torn picture, none skipped."""
        await self._through_a_stall("mp4")

    async def test_matroska(self) -> None:
        """The same in Matroska."""
        await self._through_a_stall("mkv")

    async def test_slow_from_the_start(self) -> None:
        """A source at half the film's rate: it plays in pieces, every one of them whole."""
        content = film(4, 640, 360, grain=12)
        data = arriving()
        source = Trickle(data, content, len(content) / 8)
        source.start()
        self.addCleanup(source.stop)
        viewing = Viewing(self)
        await viewing.player.open("film")
        state = await viewing.player.play(data)
        self.assertEqual(state.ended, "end")
        self.assertNotIn(None, viewing.numbers)
        self.assertGreaterEqual(len(set(viewing.numbers)), viewing.enough(120))

    async def test_matroska_in_order(self) -> None:
        """Matroska begins long before its index at the end is there."""
        # Much longer than libvlc's prefetch, through which it reads rather than leaps.
        content = film(6, 640, 360, grain=12, container="mkv")
        data = arriving()
        data.put(0, content[: len(content) // 2])
        viewing = Viewing(self)
        await viewing.player.open("film")
        playing = viewing.player.play(data)
        await until(lambda: viewing.player.state.first_frame_at is not None, 2.0)
        data.put(len(content) // 2, content[len(content) // 2 :])
        data.finish()
        self.assertEqual((await playing).ended, "end")
        self.assertGreaterEqual(len(set(viewing.numbers)), viewing.enough(180))


class BlockedTests(TestCase):
    async def _block(self) -> Viewing:
        """Play half of a film, the rest of which does not come, until that is waited for."""
        # Two and a half seconds; what libvlc has not shown of them by then it gives up.
        content = film(5)
        self.data = arriving()
        self.data.put(0, content[: len(content) // 2])
        viewing = Viewing(self)
        await viewing.player.open("film")
        self.playing = viewing.player.play(self.data)
        # On a slow machine it halts after the first picture: the reader waits already.
        await viewing.until(1)
        feed = viewing.player._deck.playback.feed  # type: ignore[union-attr]
        await until(lambda: feed.blocked_since is not None)
        return viewing

    async def test_sources_gone_midway(self) -> None:
        """What came is played; then the film fails with what its data failed with."""
        viewing = await self._block()
        await self.data.abort(Failure(NoSource("both peers are gone")))
        await self.assertFailure(self.playing, NoSource)
        self.assertGreater(len(viewing.numbers), viewing.enough(40, 1.0))
        self.assertNotIn(None, viewing.numbers)

    async def test_stop_while_a_read_blocks(self) -> None:
        """Stopping takes no time although libvlc's thread waits for bytes that never come."""
        viewing = await self._block()
        began = reactor.seconds()  # type: ignore[attr-defined]
        await viewing.player.stop()
        self.assertLess(reactor.seconds() - began, 0.5)  # type: ignore[attr-defined]
        self.assertEqual((await self.playing).phase, "stopped")


class BrokenTests(TestCase):
    async def test_broken_off(self) -> None:
        """A reader that libvlc takes for the end too early is taken up where it broke off."""
        viewing = Viewing(self)
        await viewing.player.open("film")
        playing = viewing.player.play(BufferData(film(6, 640, 360, grain=12)))
        await viewing.until(30)
        feed = viewing.player._deck.playback.feed  # type: ignore[union-attr]
        # What a lost wakeup or a wrong length would look like to libvlc.
        feed.ended(feed._generation)
        state = await playing
        self.assertEqual(state.ended, "end")
        self.assertGreaterEqual(len(set(viewing.numbers)), viewing.enough(180, 0.85))
