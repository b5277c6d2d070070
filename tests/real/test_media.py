"""Worker processes that open films: what comes of it, and what becomes of those that do harm."""

from __future__ import annotations

import errno
import os
import signal
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.internet.utils import getProcessOutput
from twisted.trial.unittest import SkipTest, TestCase

import p2pstream
from p2pstream.content.side import unpack
from p2pstream.data.file import READ, FileData
from p2pstream.data.memory import BufferData
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import CannotPlay, Gone, NoMedia
from p2pstream.limits import LIMITS, Limits
from p2pstream.media.process import av_folder
from p2pstream.media.workers import MISSING, MediaWorkers
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.fake_media import MediaContract
from p2pstream.testing.film import make_film
from tests.media.filmed import with_texts


class WorkerCase(TestCase):
    """Tests with a film of some seconds."""

    timeout = 60
    _film = b""

    def setUp(self) -> None:
        """Skip where no film can be made."""
        if find_spec("av") is None:
            raise SkipTest("films are made and opened with PyAV: pip install av")

    def make_film(self) -> bytes:
        """In Matroska, with two seconds of pictures and sound."""
        if not WorkerCase._film:
            path = self.mktemp()
            make_film(path, 2, 160, 90, 10, container="mkv")
            with open(path, "rb") as file:
                WorkerCase._film = file.read()
        return WorkerCase._film

    def make_media(self, limits: Limits = LIMITS) -> MediaWorkers:
        """Workers, ended after the test."""
        workers = ThreadWorkers(reactor)
        media = MediaWorkers(reactor, workers, limits)
        self.addCleanup(workers.close)
        self.addCleanup(media.close)
        return media


class MediaWorkersTests(WorkerCase, MediaContract):
    """They keep the contract."""


class FileTests(WorkerCase):
    """Films that lie on this machine."""

    async def test_side_of_a_file(self) -> None:
        """The worker reads it itself; a picture and the subtitles inside are in what it makes."""
        path = self.mktemp()
        with open(path, "wb") as file:
            file.write(with_texts(self.make_film(), "matroska", "srt"))
        workers = ThreadWorkers(reactor)
        self.addCleanup(workers.close)
        data: Any = FileData(path, READ, workers)
        self.addCleanup(data.close)
        unread = data.read_to
        data.read_to = None
        raw = await self.make_media().side(data)
        data.read_to = unread
        side = unpack(raw, len(raw))
        self.assertEqual([piece.kind for piece in side.pieces], ["picture", "subtitles"])
        self.assertEqual(side.of("subtitles")[0].language, "eng")
        self.assertGreater(side.facts.duration_ms, 1900)


class HarmTests(WorkerCase):
    """Workers that are killed, or would do harm."""

    async def refused(self, asked: Deferred[Any], *words: str) -> None:
        """It fails in one line with these words."""
        with self.assertRaises(CannotPlay) as fault:
            await asked
        for word in words:
            self.assertIn(word, str(fault.exception))

    async def test_F51_killed(self) -> None:
        """The crash of a worker is none of ours, and is named; the next film is opened as ever."""
        media = self.make_media()
        asked = media.facts(Slow(self.make_film()))
        while not children():
            await deferLater(reactor, 0.01)
        os.kill(children()[0], signal.SIGSEGV)
        await self.refused(asked, "crashed", "SIGSEGV")
        self.assertGreater((await media.facts(BufferData(self.make_film()))).duration_ms, 0)

    async def test_too_long(self) -> None:
        """It is killed and named, and nothing is left of it."""
        media = self.make_media(replace(LIMITS, worker_facts_s=0.2, worker_spare_s=0.01))
        await self.refused(media.facts(Slow(self.make_film())), "longer than 0.2 s")
        await media.close()
        self.assertEqual(children(), [])

    async def test_gone(self) -> None:
        """What reading fails with is what it fails with."""
        film = Slow(self.make_film())
        asked = self.make_media().facts(film)
        await film.asked
        film.waiting.errback(Gone("the file is not what it was"))
        with self.assertRaises(Gone):
            await asked

    async def test_many(self) -> None:
        """As many as may be at once wait for their films; one more is told so."""
        media = self.make_media(replace(LIMITS, workers_at_once=2))
        running = [media.remux(Slow(self.make_film()), CollectingConsumer()) for _ in range(2)]
        with self.assertRaises(NoMedia):
            await media.remux(BufferData(self.make_film()), CollectingConsumer())
        for each in running:
            each.addErrback(lambda _: None).cancel()
        self.assertGreater(await media.remux(BufferData(self.make_film()), CollectingConsumer()), 0)

    async def test_paused(self) -> None:
        """Whoever takes nothing is given next to nothing, and all of it when he goes on."""
        film = self.make_film()
        into = Hesitant()
        remuxing = self.make_media().remux(BufferData(film), into)
        await into.paused
        await deferLater(reactor, 0.3)
        held = len(into.collected)
        assert into.producer is not None
        into.producer.resumeProducing()
        self.assertEqual(await remuxing, len(into.collected))
        self.assertLess(held, 200_000)

    async def test_not_installed(self) -> None:
        """What to install is said."""
        media = self.make_media()
        media._folder = None
        with self.assertRaises(NoMedia) as fault:
            await media.facts(BufferData(b"film"))
        self.assertEqual(str(fault.exception), MISSING)


#: What a confined worker tries, and what it says of each.
TRIES = """
import sys
sys.path[:0] = sys.argv[1:]
import socket
from dataclasses import replace
from p2pstream.limits import LIMITS
from p2pstream.media.worker.confined import confine
confine(replace(LIMITS, worker_memory_bytes=1_000_000_000))
def tried(work):
    try:
        work()
    except (OSError, MemoryError) as fault:
        return type(fault).__name__ + str(getattr(fault, "errno", ""))
    return "done"
print(tried(lambda: open("/etc/passwd")), tried(lambda: socket.socket()))
print(tried(lambda: bytearray(1_000_000_000)), tried(lambda: bytearray(10_000_000)))
"""


class ConfinedTests(WorkerCase):
    """What a worker cannot do, whatever a film made of it."""

    async def test_F51_confined(self) -> None:
        """It opens no file and no socket, and has no more memory than the bound."""
        folders = [str(Path(p2pstream.__file__).parents[1]), av_folder() or ""]
        said = await getProcessOutput(sys.executable, ["-I", "-S", "-c", TRIES, *folders], errortoo=True)
        emfile = f"OSError{errno.EMFILE}"
        self.assertEqual(said.decode().split(), [emfile, emfile, "MemoryError", "done"])


class Slow(BufferData):
    """A film that does not come; ``asked`` fires when somebody wants some of it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.asked: Deferred[None] = Deferred()
        self.waiting: Deferred[int] = Deferred()

    def read_to(self, consumer: Any, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """Wait."""
        if not self.asked.called:
            self.asked.callback(None)
        return self.waiting


class Hesitant(CollectingConsumer):
    """Pauses at the first bytes, until somebody lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.paused: Deferred[None] = Deferred()

    def wrote(self, producer: Any) -> None:
        """Pause, once."""
        if not self.paused.called:
            producer.pauseProducing()
            self.paused.callback(None)


def children() -> list[int]:
    """Worker processes of this one."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        found = [int(pid) for pid in file.read().split()]
    return [pid for pid in found if b"media/worker" in command(pid)]


def command(pid: int) -> bytes:
    """What it was started with."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""
