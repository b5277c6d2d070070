"""The disk that a film is fetched to takes no more, from one moment to the next."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from twisted.trial.unittest import SkipTest

from tests.real.disks import inside, on_disk
from tests.real.films.test_verified import LARGE, VerifiedTestCase
from tests.real.kernel import Stopwatch
from tests.real.processes import Program


class ReadOnlyTests(VerifiedTestCase):
    """While it is written to, nobody can make a disk read-only but the system, when it finds an error."""

    def setUp(self) -> None:
        """A disk in a file, which an error makes read-only."""
        super().setUp()
        self.disk = self.home / "disk"
        self.image = self.home / "image"
        if not shutil.which("mkfs.ext4"):
            raise SkipTest("there is no mkfs.ext4")
        with self.image.open("wb") as image:
            image.truncate(2 * LARGE)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(self.image)], check=True)

    def broken_midway(self, peer: Program, *args: str) -> Program:
        """``p2p-get`` of the film to the disk, with the disk broken after the first bytes."""
        words = [sys.executable, "-m", "p2pstream.commands.get", self.central_ip, "film", "--json"]
        words += ["--state", str(self.disk / "mine"), "-o", str(self.disk / "film"), *args]
        words = on_disk(self.disk, words, f"-o loop,errors=remount-ro {self.image}")
        program = self.start(words, self.home, {"P2PSTREAM_CONFIG": "/dev/null"})
        program.wait_for("first_byte")
        peer.signal(signal.SIGSTOP)
        mounts = Path(f"/proc/{program.process.pid}/mountinfo").read_text()
        (loop,) = re.findall(rf"{self.disk} .* /dev/(loop[0-9]+) ", mounts)
        trigger = Path(f"/sys/fs/ext4/{loop}/trigger_fs_error")
        if not trigger.exists():
            raise SkipTest("this kernel breaks no disk when asked to")
        trigger.write_text("1")
        peer.signal(signal.SIGCONT)
        return program

    def test_F07_proven(self) -> None:
        """It is said once, and tried again and again; Ctrl-C ends it as ever, and no film stands there."""
        _, peer = self.sharing(LARGE)
        program = self.broken_midway(peer)
        program.wait_for("storage_refused.*: read-only file system", 5)
        # It goes on, beyond the time after which it tried again.
        program.wait_for(r'"t": [4-9]\.\d+, "event": "progress".*room on the disk', 8)
        self.assertEqual(program.stdout.count("storage_refused"), 1)
        self.assertFalse(inside(program, self.disk / "film").exists())
        program.signal(signal.SIGINT)
        asked = Stopwatch()
        self.assertEqual(program.finished(), 130)
        self.assertLess(asked.seconds, 2.0)
        self.assertEqual(program.stderr, "")

    def test_F07_classic(self) -> None:
        """One line says why, and no film stands there."""
        _, peer = self.sharing(LARGE)
        program = self.broken_midway(peer, "--protocol", "classic")
        self.check_fault(program, f"cannot write {self.disk}/film: read-only file system")
