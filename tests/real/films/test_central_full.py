"""A central whose disk is full, and whose log may be on a full one, too."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from p2pstream.central.names.ledger import Ledger
from p2pstream.codes import Code
from p2pstream.content.keys import FileKey
from p2pstream.content.signed.records import sign_record
from p2pstream.content.signing import Identity
from tests.real.classic_client import ask, within
from tests.real.disks import inside, on_disk
from tests.real.films.test_announcing import AnnouncingTestCase
from tests.real.kernel import Stopwatch
from tests.real.processes import Program, script
from tests.real.servers import CENTRAL_PORT
from tests.real.visiting import published

PUBLISHER = Identity(b"p" * 32)
#: For how long a disk stays full: each name that comes would make a line of the log.
FULL_S = 8.0


class FullTests(AnnouncingTestCase):
    def setUp(self) -> None:
        """A small disk for what the central keeps, and a name that somebody wrote by hand."""
        super().setUp()
        self.disk, self.number = self.home / "central", 0
        (self.home / "fileToIP.txt").write_text(f"mapped {self.peer_ip}\n")

    def begin(self, *options: str) -> Program:
        """The central, with these options of twistd."""
        words = [script("twistd"), "-n", *options, "p2p-central", "--ip", self.central_ip]
        words = on_disk(self.disk, [*words, "--state", str(self.disk)], "-t tmpfs -o size=1m none")
        central = self.start(words, self.home)
        within(15.0, self.answers)
        return central

    def answers(self) -> bool:
        """Whether it tells of the name that was written by hand."""
        try:
            return self.peer_ip.encode() in ask(self.central_ip, CENTRAL_PORT, "mapped")[0]
        except OSError:
            return False

    def publish(self) -> tuple[str, int]:
        """One more name, and what the central says."""
        self.number += 1
        name, key = f"film{self.number}", FileKey(self.number.to_bytes(32, "big"), 1)
        record = sign_record(PUBLISHER, name, key, time.time_ns() // 1_000_000)
        return name, published(self.central_ip, record.raw).code

    def fill(self, central: Program) -> Path:
        """Leave no room on its disk."""
        filler = inside(central, self.disk / "filler")
        with filler.open("wb", buffering=0) as file:
            for size in (4096, 1):
                while self.grows(file, size):
                    pass
        return filler

    def grows(self, file: object, size: int) -> bool:
        """Whether there was room for so many bytes."""
        try:
            return bool(file.write(bytes(size)))  # type: ignore[attr-defined]
        except OSError:
            return False

    def full_and_then_not(self, central: Program) -> None:
        """What is known is told, what comes is refused, and kept as soon as there is room."""
        first, code = self.publish()
        self.assertEqual(code, 0)
        filler, until = self.fill(central), time.monotonic() + FULL_S
        while self.publish()[1] == 0:
            continue  # into what room its own files still had
        known = set(self.listed())
        self.assertIn(first, known)
        while time.monotonic() < until:
            name, code = self.publish()
            self.assertEqual(code, Code.NOT_KEPT)
            self.assertTrue(self.answers())
            self.assertEqual(set(self.listed()), known)
        filler.unlink()
        roomy = Stopwatch()
        while (kept := self.publish())[1]:
            time.sleep(0.1)
        self.assertLess(roomy.seconds, 5.0)
        # What was acknowledged is on the disk, whatever becomes of the program now.
        copy = self.home / "copy"
        shutil.copytree(inside(central, self.disk), copy)
        ledger = Ledger(str(copy / "central/names.db"))
        self.addCleanup(ledger.close)
        self.assertEqual(len(ledger.resolve(kept[0], 0)), 1)
        self.assertEqual(len(ledger.resolve(name, 0)), 0)

    def test_F05_state_on_a_full_disk(self) -> None:
        """It is told once a minute at most, and what is known is told to whoever asks."""
        central = self.begin()
        self.full_and_then_not(central)
        self.assertEqual(central.stdout.count("cannot be kept"), 1, central.told())
        self.assertNotIn("Traceback", central.stdout + central.stderr)

    def test_F05_log_on_one_too(self) -> None:
        """It is so when not even that can be told."""
        central = self.begin("--logfile", "/dev/full")
        self.full_and_then_not(central)
        self.assertIsNone(central.process.poll())

    def test_F05_a_peer_comes_back(self) -> None:
        """What a peer shares meanwhile is listed within five seconds after there is room."""
        central = self.begin()
        filler = self.fill(central)
        while self.publish()[1] == 0:
            continue
        (self.share / "film").write_bytes(b"x" * 1000)
        peer = self.peer()
        peer.wait_for("does not list “film”: .*it cannot be kept now")
        self.assertNotIn("film", self.listed())
        filler.unlink()
        self.assertLess(self.wait_until(lambda: "film" in self.listed(), 15.0), 5.0)
