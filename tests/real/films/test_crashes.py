"""Killed at the n-th call of the system: what was said to be safe is, and nothing false is believed.

``P2PSTREAM_SWEEP=1`` kills at every call, and ten thousand times at random; without it, at some.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.real.holding import HoldingMixin, Said
from tests.real.killing import CALLS, FATAL, KILLED, Ended, Forks
from tests.real.processes import ROOT, injected
from tests.real.writing import KINDS

EVERY = bool(os.environ.get("P2PSTREAM_SWEEP"))
#: Which calls of a kind, and how many random kills; at most so many in one folder.
NUMBERS = range(1, FATAL) if EVERY else (1, 2, 5, 9, 14, 27, 60)
KILLS, IN_A_FOLDER = (10_000, 20) if EVERY else (120, 5)


class CrashCase(HoldingMixin, SynchronousTestCase):
    def forks(self, fate: str = "", lasting: bool = False) -> Forks:
        """Programs that are killed; or, with a fate, that meet it at a call of the system."""
        if fate and shutil.which("strace") is None:
            raise SkipTest("strace is not installed: nothing can be done to a call")
        forks = Forks(fate, lasting)
        self.addCleanup(forks.close)
        return forks

    def new_folder(self) -> Path:
        """Where nothing is kept yet."""
        folder = Path(self.mktemp()).absolute() / "state"
        folder.parent.mkdir(parents=True)
        self.addCleanup(shutil.rmtree, folder.parent, True)
        return folder


class SweepTests(CrashCase):
    def sweep(self, kind: str) -> int:
        """Kill at calls of every sort; how often that was."""
        forks = self.forks(KILLED)
        return sum(1 for _ in self.killed(forks, kind))

    def killed(self, forks: Forks, kind: str) -> Iterator[tuple[str, int]]:
        """The calls at which something could be killed; what was kept then was looked at."""
        for call in CALLS:
            for number in NUMBERS:
                folder = self.new_folder()
                ended = forks.run(kind, folder, 1, at=(call, number))
                self.check(kind, folder, self.well_ended(ended))
                if not ended.code:
                    break
                yield call, number
            else:
                self.assertFalse(EVERY, f"{kind} has more calls of {call} than can be counted")

    def well_ended(self, ended: Ended) -> Said:
        """What it said before it was killed, or was done."""
        self.assertTrue(
            ended.code == -signal.SIGKILL or (ended.code == 0 and ended.said[-1] == ["done"]), ended
        )
        return ended.said

    def test_F01_stream(self) -> None:
        """At any call of a stream's life in the store: no claimed unit is lost, none is wrong."""
        self.assertGreater(self.sweep("stream"), 8)

    def test_F01_hashes(self) -> None:
        """At any call while hashes and ids are kept: the old is there or the new."""
        self.assertGreater(self.sweep("hashes"), 6)

    def test_F01_names(self) -> None:
        """At any call of a central that keeps names: what was acknowledged is there."""
        self.assertGreater(self.sweep("names"), 8)

    def test_F01_share(self) -> None:
        """At any call of a peer that makes a share known: no number is used twice."""
        self.assertGreater(self.sweep("share"), 8)

    def test_F03_names(self) -> None:
        """Any call of a central fails, once or for good: it goes on, and what was acknowledged is there."""
        killing = self.forks(KILLED)
        # What the program says goes through write, too.
        calls = [at for at in self.killed(killing, "names") if at[0] != "write"]
        for error, lasting in product(("EIO", "ENOSPC"), (False, True)):
            failing, refused = self.forks(f"error={error}", lasting), 0
            for at in calls:
                folder = self.new_folder()
                ended = failing.run("names", folder, 1, at=at)
                self.assertEqual((ended.code, ended.said[-1]), (0, ["done"]), (at, ended))
                refused += any(words[0] == "refused" for words in ended.said)
                self.check("names", folder, ended.said)
            self.assertGreater(refused, 3)


class RandomTests(CrashCase):
    def test_F02_random(self) -> None:
        """At any moment, again and again in the same folders: nothing that was acknowledged is lost."""
        chance, forks = Random(1), self.forks()
        takes = {kind: self.whole(forks, kind) for kind in KINDS}
        kills = dict.fromkeys(KINDS, 0)
        while sum(kills.values()) < KILLS:
            kind = min(kills, key=kills.__getitem__)
            folder = self.new_folder()
            for _ in range(IN_A_FOLDER):
                seconds = chance.uniform(0, takes[kind])
                ended = forks.run(kind, folder, sum(kills.values()) + 1, seconds)
                self.check(kind, folder, ended.said)
                if not ended.code:
                    # The machine had more to do when it was measured.
                    takes[kind] *= 0.9
                    break
                self.assertEqual(ended.code, -signal.SIGKILL)
                kills[kind] += 1
            shutil.rmtree(folder.parent)
        self.assertGreater(min(kills.values()), KILLS / 4 - IN_A_FOLDER)

    def whole(self, forks: Forks, kind: str) -> float:
        """How many seconds it takes when nobody kills it; the first time takes longer."""
        took = []
        for seed in range(3):
            began = time.monotonic()
            self.assertEqual(forks.run(kind, self.new_folder(), seed + 1).code, 0)
            took.append(time.monotonic() - began)
        return min(took)


class SlowDiskTests(CrashCase):
    def run_stream(self, *before: str) -> tuple[Path, Said]:
        """Run one with that before its command line: its folder, and what it said."""
        folder = self.new_folder()
        words = [*before, sys.executable, "-m", "tests.real.writing", "stream", str(folder), "1"]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return folder, [line.split() for line in done.stdout.splitlines()]

    def test_F06_every_sync_takes_its_time(self) -> None:
        """Where each sync takes a fifth of a second all is kept all the same."""
        if shutil.which("strace") is None:
            raise SkipTest("strace is not installed: no call can be made slow")
        trace = injected("fsync,fdatasync", "delay_enter=200ms")
        folder, said = self.run_stream(*trace)
        self.assertIn(["released"], said)
        self.check_stream(folder, said)
        self.assertIsNone(re.search("Traceback", str(said)))

    def test_F06_a_new_stream(self) -> None:
        """What is made for one waits for no sync: it is durable before any of it is claimed."""
        if shutil.which("strace") is None:
            raise SkipTest("strace is not installed: calls cannot be seen")
        trace = Path(self.mktemp()).absolute()
        calls = "trace=fsync,fdatasync,write,renameat,rename"
        self.run_stream("strace", "-f", "-qq", "-y", "-e", calls, "-o", str(trace))
        opening, rest = re.split(r'"opens\\n"', trace.read_text())[1].split('"opened\\n"')
        self.assertEqual(re.findall("sync.*", opening), [])
        claiming = re.split(r"rename.*\.units", rest)[0]
        for what in (r"/store>", r"\.data>", r"\.tree>"):
            self.assertRegex(claiming, rf"sync\(\d+<.*{what}")
