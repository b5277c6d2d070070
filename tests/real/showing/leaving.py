"""Opening and closing, again and again: nothing may stay behind."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.utils import getProcessOutput
from twisted.trial.unittest import TestCase

from p2pstream.data.memory import BufferData
from p2pstream.errors import NoPlayer
from p2pstream.player.options import PlayerOptions
from p2pstream.player.vlc_player import VlcPlayer
from p2pstream.testing.people.player import PlayerContract
from tests.real.showing.films import SILENT, Viewing, film, until

CYCLES = 20
#: Caches and the allocator's own habits; a leak of frames or sources is ten times that.
GROWTH_MB = 60


def threads() -> int:
    """How many threads this process has, those of libraries included."""
    return len(os.listdir("/proc/self/task"))


def resident_mb() -> float:
    """How much memory this process has in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class CycleTests(TestCase):
    timeout = 120

    async def _once(self, content: bytes) -> None:
        viewing = Viewing(self, (320, 180))
        await viewing.player.open("film")
        playing = viewing.player.play(BufferData(content))
        await viewing.until(3)
        await viewing.player.stop()
        await playing

    async def test_open_and_close(self) -> None:
        """Twenty films after each other: no thread stays, and memory does not grow."""
        content = film(4, 640, 360, grain=12)
        for _ in range(5):
            await self._once(content)
        before, memory = threads(), resident_mb()
        for _ in range(CYCLES):
            await self._once(content)
        # The reactor's own pool may have grown by one or two; a leak would be dozens.
        await until(lambda: threads() <= before + 2)
        self.assertLess(resident_mb() - memory, GROWTH_MB)

    async def test_close_while_opening(self) -> None:
        """A window closed before there was a film ends as a stopped one does."""
        viewing = Viewing(self)
        opening = viewing.player.open("film")
        await viewing.player.stop()
        opening.addErrback(lambda failure: None)
        await opening


class VlcPlayerTests(PlayerContract, TestCase):
    async def make_player(self) -> Any:
        """See `PlayerContract`."""
        return VlcPlayer(reactor, PlayerOptions(hardware="none", libvlc=SILENT))

    async def test_frames_are_counted(self) -> None:
        """Libvlc's own count of shown pictures is what the state says."""
        player = await self.opened()
        # Of five seconds' pictures a busy machine leaves out many.
        playing: Deferred[Any] = player.play(BufferData(film(5)))
        await until(lambda: player.state.shown > 10)
        self.assertGreater((await playing).shown, 20)

    async def test_F50_name_of_the_window(self) -> None:
        """The window is called after the program, whatever the film is called."""
        player = await self.make_player()
        self.addCleanup(player.stop)
        await player.open("--video-title=$T")
        playing: Deferred[Any] = player.play(BufferData(film(5)))
        await until(lambda: player.state.shown > 0)
        search = ("search", "--class", "^vlc$", "getwindowname")
        self.assertEqual(await getProcessOutput("xdotool", search, os.environ), b"p2pstream\n")
        await playing

    async def test_no_way_to_show(self) -> None:
        """Without a video output libvlc plays sound only: said with what to install."""
        player = VlcPlayer(reactor, PlayerOptions(hardware="none", libvlc=(*SILENT, "--vout=none")))
        self.addCleanup(player.stop)
        await player.open("film")
        failure = await self.assertFailure(player.play(BufferData(film(5))), NoPlayer)
        self.assertIn("vlc-plugin-video-output", str(failure))
