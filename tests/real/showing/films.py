"""Films and players for the cases: made once per process."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall, deferLater
from twisted.trial.unittest import TestCase

from p2pstream.data.memory import MemoryFile
from p2pstream.data.partial import PartialData
from p2pstream.player.options import PlayerOptions
from p2pstream.player.sfml_player import SfmlPlayer
from p2pstream.testing.film import decode_number, make_film
from p2pstream.testing.workers import InlineWorkers
from tests.real.kernel import waited

SILENT = ("--aout=adummy",)


@cache
def film(seconds: float = 3, width: int = 320, height: int = 180, **more: Any) -> bytes:
    """The bytes of a film."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        make_film(path, seconds, width, height, **more)
        return path.read_bytes()


def pause(seconds: float) -> Deferred[None]:
    """Real time: what plays here is real too."""
    return deferLater(reactor, seconds)  # type: ignore[arg-type]


def arriving() -> PartialData:
    """Data with nothing in it yet."""
    return PartialData(MemoryFile(), InlineWorkers())


class Trickle:
    """Fills ``data`` in order, at so many bytes a second; the rate may be changed."""

    def __init__(self, data: PartialData, content: bytes, rate: float) -> None:
        self.rate = rate
        self.sent = 0
        self._data = data
        self._content = content
        self._budget = 0.0
        self._loop = LoopingCall(self._step)

    def start(self) -> None:
        """Begin."""
        self._loop.start(0.02)

    def stop(self) -> None:
        """Send no more; harmless when done twice."""
        if self._loop.running:
            self._loop.stop()

    def _step(self) -> None:
        self._budget += self.rate * 0.02
        chunk = self._content[self.sent : self.sent + int(self._budget)]
        if chunk:
            self._data.put(self.sent, chunk)
            self.sent += len(chunk)
            self._budget -= len(chunk)
        if self.sent == len(self._content):
            self._loop.stop()
            self._data.finish()


class Viewing:
    """A player, and the numbers of the frames that were seen in its window.

    In a smaller window its controls would cover what the numbers are read from.
    """

    def __init__(self, case: TestCase, size: tuple[int, int] = (640, 360), **options: Any) -> None:
        options = {"hardware": "none", "libvlc": SILENT, **options}
        self.player = SfmlPlayer(reactor, PlayerOptions(size=size, **options))
        self.player.when_drawn = self._look
        #: None stands for a picture that is torn or grey.
        self.numbers: list[int | None] = []
        self._waited = waited()
        case.addCleanup(self.player.stop)

    def _look(self) -> None:
        seen = self.player.photograph()
        self.numbers.append(decode_number(seen.pixels, seen.width, seen.height, seen.film))

    @property
    def starved(self) -> float:
        """See `waited`: since this was made."""
        return waited() - self._waited

    def enough(self, frames: int, part: float = 0.9, fps: int = 30) -> float:
        """How many of so many frames must have been seen: that part of them, and never less than three.

        On a machine that is busy with something else libvlc leaves out what would come too late.  As
        many may be missing as there were moments in which not everybody had a core.
        """
        return max(frames * part - self.starved * fps, 3)

    async def until(self, count: int, limit_s: float = 30.0) -> None:
        """Until so many frames were seen in all."""
        await until(lambda: len(self.numbers) >= count, limit_s)


async def until(true: Any, limit_s: float = 30.0) -> None:
    """Wait for something that becomes true by itself."""
    deadline = reactor.seconds() + limit_s  # type: ignore[attr-defined]
    while not true():
        if reactor.seconds() > deadline:  # type: ignore[attr-defined]
            raise AssertionError(f"it did not come true in {limit_s} s")
        await pause(0.01)


def press(*keys: str) -> None:
    """Press keys as a hand would, one after the other.

    Not sent to a window: SFML hears only what goes to whatever has the focus.
    """
    os.spawnlp(os.P_NOWAIT, "xdotool", "xdotool", "key", "--delay", "30", *keys)


def point(*words: str) -> None:
    """Move the mouse, click with it: the words are xdotool's."""
    os.spawnlp(os.P_NOWAIT, "xdotool", "xdotool", *words)
