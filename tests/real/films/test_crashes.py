"""Killed at the n-th call of the system: what was said to be safe is, and nothing false is believed.

``P2PSTREAM_SWEEP=1`` kills at every call, and then at random moments; without it, at some.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from p2pstream.data.disk.private import PRIVATE
from p2pstream.data.hash_cache import HashCache
from p2pstream.data.state import Pins, StateFolder
from p2pstream.data.store import Store
from p2pstream.data.trees import Trees
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import prove
from p2pstream.testing.workers import InlineWorkers
from tests.real.processes import ROOT, injected
from tests.real.writing import FILM, OTHERS, stamp

#: What changes a disk.
CALLS = (
    "pwrite64",
    "write",
    "fdatasync",
    "fsync",
    "rename,renameat,renameat2",
    "unlinkat,unlink",
    "ftruncate",
)
EVERY = bool(os.environ.get("P2PSTREAM_SWEEP"))
#: Random kills of one kind, where every call is tried.
RANDOM = 200


class CrashCase(SynchronousTestCase):
    def run_killed(
        self, kind: str, *before: str, seconds: float | None = None
    ) -> tuple[Path, list[list[str]], bool]:
        """Run the writer in a folder of its own: the folder, what it said, whether it was killed."""
        folder = Path(self.mktemp()).absolute() / "state"
        folder.parent.mkdir(parents=True)
        words = [*before, sys.executable, "-m", "tests.real.writing", kind, str(folder)]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        with subprocess.Popen(
            words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as child:
            try:
                out, err = child.communicate(timeout=60 if seconds is None else seconds)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                out, err = child.communicate()
        said = [line.split() for line in out.splitlines()]
        self.assertEqual(err, "", words)
        killed = child.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        self.assertTrue(
            killed or (child.returncode == 0 and ["done"] in said), (words, child.returncode, out)
        )
        return folder, said, killed

    def sweep(self, kind: str) -> int:
        """Kill at calls of every sort; how often that was."""
        if shutil.which("strace") is None:
            raise SkipTest("strace is not installed: nothing can be killed at a call")
        kills = 0
        for calls in CALLS:
            for number in count(1) if EVERY else (2, 7):
                trace = injected(calls, f"signal=SIGKILL:when={number}")
                folder, said, killed = self.run_killed(kind, *trace)
                kills += killed
                getattr(self, f"check_{kind}")(folder, said)
                if not killed:
                    break
        return kills

    def now(self, work: Deferred[Any]) -> Any:
        """What came of it, at once."""
        return self.successResultOf(work)

    def check_stream(self, folder: Path, said: list[list[str]]) -> None:
        """What was claimed is here, what is here is the film's, and the rest can be fetched."""
        target = folder.with_suffix(".film")
        if target.exists():
            self.assertTrue(target.read_bytes() == FILM.content)
            return
        self.assertNotIn(["released"], said)
        disk = StateFolder(folder)
        store = Store(disk, InlineWorkers(), HeapClock())
        stream = self.now(store.open(FILM.key))
        prove(stream, FILM)
        safe = [tuple(map(int, words[1:])) for words in said if words[0] == "has"]
        self.now(stream.stored.keeping.check(0, 8))
        if safe:
            self.assertEqual(stream.units.missing(*safe[-1]).total, 0, (said, stream.units))
        for start, stop in stream.have:
            consumer = CollectingConsumer()
            self.now(stream.read_to(consumer, start, stop))
            self.assertTrue(bytes(consumer.collected) == FILM.content[start:stop])
        for first, stop in stream.units.missing(0, 8):
            self.assertTrue(all(self.now(stream.put_units(first, FILM.units(first, stop)))))
        self.now(store.release(FILM.key, str(target)))
        self.assertTrue(target.read_bytes() == FILM.content)
        self.now(store.close())
        disk.close()
        self.assertEqual(list(self.left(folder)), [])

    def check_hashes(self, folder: Path, said: list[list[str]]) -> None:
        """What was remembered is, with its hashes; nothing is half there."""
        disk, workers = StateFolder(folder), InlineWorkers()
        self.assertEqual([path for path in self.left(folder) if path.startswith(".new")], [])
        cache, trees = HashCache(disk, workers), Trees(disk, workers)
        self.now(cache.load())
        self.assertEqual(cache.damaged, 0)
        remembered = max((int(words[2]) for words in said if words[0] == "has"), default=0)
        for number, film in enumerate(OTHERS):
            entry = cache.find(f"/{number}", stamp(number))
            self.assertIn(entry and entry.key, (film.key,) if number < remembered else (None, film.key))
            if entry is not None:
                self.assertEqual(self.now(trees.find(film.key)).key, film.key)
        pins = Pins(disk, "pins", workers)
        self.assertGreaterEqual(len(pins), sum(words[0] == "pinned" for words in said))
        disk.close()

    def left(self, folder: Path) -> Iterator[str]:
        """Files that are there, but for the mark of a private folder."""
        return (path.name for path in folder.rglob("*") if path.is_file() and path.name != PRIVATE)


class SweepTests(CrashCase):
    def test_F01_stream(self) -> None:
        """At any call of a stream's life in the store: no claimed unit is lost, none is wrong."""
        self.assertGreater(self.sweep("stream"), 8)

    def test_F01_hashes(self) -> None:
        """At any call while hashes and ids are kept: the old is there or the new."""
        self.assertGreater(self.sweep("hashes"), 6)

    def test_F02_random(self) -> None:
        """At any moment."""
        chance = Random(1)
        for _ in range(RANDOM if EVERY else 3):
            kind = chance.choice(("stream", "hashes"))
            folder, said, _ = self.run_killed(kind, seconds=chance.uniform(0.2, 0.8))
            if folder.exists():
                getattr(self, f"check_{kind}")(folder, said)


class SlowDiskTests(CrashCase):
    def test_F06_every_sync_takes_its_time(self) -> None:
        """Where each sync takes a fifth of a second all is kept all the same."""
        if shutil.which("strace") is None:
            raise SkipTest("strace is not installed: no call can be made slow")
        trace = injected("fsync,fdatasync", "delay_enter=200ms")
        folder, said, killed = self.run_killed("stream", *trace)
        self.assertFalse(killed)
        self.assertIn(["released"], said)
        self.check_stream(folder, said)
        self.assertIsNone(re.search("Traceback", str(said)))

    def test_F06_a_new_stream(self) -> None:
        """What is made for one waits for no sync: it is durable before any of it is claimed."""
        if shutil.which("strace") is None:
            raise SkipTest("strace is not installed: calls cannot be seen")
        trace = Path(self.mktemp()).absolute()
        calls = "trace=fsync,fdatasync,write,renameat,rename"
        self.run_killed("stream", "strace", "-f", "-qq", "-y", "-e", calls, "-o", str(trace))
        opening, rest = re.split(r'"opens\\n"', trace.read_text())[1].split('"opened\\n"')
        self.assertEqual(re.findall("sync.*", opening), [])
        claiming = re.split(r"rename.*\.units", rest)[0]
        for what in (r"/store>", r"\.data>", r"\.tree>"):
            self.assertRegex(claiming, rf"sync\(\d+<.*{what}")
