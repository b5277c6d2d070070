"""A process that reads a file for itself, with the real one."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from typing import Any
from unittest import skipUnless

from twisted.internet import reactor
from twisted.trial.unittest import SynchronousTestCase, TestCase

from p2pstream.content.hashes.hash_nodes import unit_hashes
from p2pstream.content.units import LEAF, UNIT
from p2pstream.data.disk import open_file
from p2pstream.data.hasher.file import FileHasher, can_read_apart
from p2pstream.data.hashing import hash_file
from p2pstream.data.workers import ThreadWorkers
from p2pstream.limits import LIMITS
from p2pstream.testing.proofs.proven import proven_film

#: For every file, and in several reads of each span.
ALWAYS = replace(LIMITS, hash_file_apart_bytes=1, hash_span_bytes=2 * UNIT, hash_read_bytes=3 * LEAF)
FILM = proven_film(40 * UNIT + 3)


class FilmFile:
    """A film on the disk, opened."""

    def opened(self: Any) -> Any:
        """It is closed after the test."""
        self.path = self.mktemp()
        with open(self.path, "wb") as file:
            file.write(FILM.content)
        opened = open_file(self.path)
        self.addCleanup(opened.close)
        return opened


@skipUnless(can_read_apart(), "no process is started with a file of ours here")
class FileHasherTests(FilmFile, SynchronousTestCase):
    def begun(self, limits: Any = ALWAYS) -> FileHasher:
        """Started."""
        hasher = FileHasher(self.opened().fileno(), limits)
        self.addCleanup(hasher.close)
        return hasher

    def ready(self, limits: Any = ALWAYS) -> FileHasher:
        """It answers."""
        hasher, deadline = self.begun(limits), time.monotonic() + 20
        while not hasher.hashes(0, UNIT, 2):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)
        return hasher

    def test_spans(self) -> None:
        """Any span, also the short last one; each more than once."""
        hasher = self.ready()
        for first, stop in ((0, 3), (7, 8), (0, 41), (38, 41), (0, 3)):
            content = FILM.content[first * UNIT : stop * UNIT]
            hashes = hasher.hashes(first * UNIT, first * UNIT + len(content), 2)
            self.assertEqual(hashes, unit_hashes(content, 2))

    def test_killed(self) -> None:
        """Then it has no hashes, and nothing is left of it."""
        hasher = self.ready()
        process: Any = hasher._process
        process.kill()
        self.assertEqual(hasher.hashes(0, UNIT, 2), b"")
        self.assertEqual(process.returncode, -signal.SIGKILL)
        self.assertEqual(hasher.hashes(0, UNIT, 2), b"")

    def test_stopped(self) -> None:
        """It is waited for no longer than its bound says, and once."""
        hasher = self.ready(replace(ALWAYS, hash_apart_s=0.2))
        process: Any = hasher._process
        process.send_signal(signal.SIGSTOP)
        self.assertEqual(hasher.hashes(0, UNIT, 2), b"")
        self.assertEqual(process.returncode, -signal.SIGKILL)

    def test_became_shorter(self) -> None:
        """Of a span that is not there it has no hashes."""
        hasher = self.ready()
        os.truncate(self.path, 5 * UNIT)
        self.assertEqual(hasher.hashes(4 * UNIT, 6 * UNIT, 2), b"")

    def test_no_process(self) -> None:
        """Where none can be started it has no hashes."""
        self.patch(sys, "executable", "/nowhere/python")
        self.assertEqual(self.begun().hashes(0, UNIT, 2), b"")


class HashedApartTests(FilmFile, TestCase):
    """`hash_file`, with a process for half of it."""

    async def key(self, limits: Any) -> Any:
        """What it makes of the film."""
        workers = ThreadWorkers(reactor)
        try:
            return (await hash_file(self.opened(), workers, limits=limits)).key
        finally:
            await workers.close()

    async def test_key(self) -> None:
        """The key is the same, whether the process hashed all of its half, a part, or nothing."""
        answered, hashes = [], FileHasher.hashes

        def slow_at_first(hasher: FileHasher, start: int, stop: int, unit_layer: int) -> bytes:
            deadline = time.monotonic() + 20
            while not (found := hashes(hasher, start, stop, unit_layer)) and time.monotonic() < deadline:
                time.sleep(0.005)
            answered.append(found)
            return found

        self.assertEqual(await self.key(ALWAYS), FILM.key)
        self.patch(FileHasher, "hashes", slow_at_first)
        self.assertEqual(await self.key(ALWAYS), FILM.key)
        self.assertEqual((bool(answered), all(answered)), (can_read_apart(), True))
        self.patch(FileHasher, "hashes", lambda *args: b"")
        self.assertEqual(await self.key(ALWAYS), FILM.key)

    async def test_small(self) -> None:
        """No process is started for what threads have hashed by then."""
        self.patch(FileHasher, "__init__", None)
        below = replace(ALWAYS, hash_file_apart_bytes=len(FILM.content) + 1)
        self.assertEqual(await self.key(below), FILM.key)
