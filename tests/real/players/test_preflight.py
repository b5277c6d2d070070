"""The look at a display, on real ones that nobody else uses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import SkipTest

from twisted.trial.unittest import SynchronousTestCase

ROOT = Path(__file__).resolve().parents[3]

ASK_TWICE = """
import time
from p2pstream.player.preflight import display_problem
for _ in range(2):
    print(display_problem() or "here", flush=True)
    time.sleep(0.3)
"""


class LastClientTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A server that ends, where others only reset themselves, when its last client leaves."""
        if not shutil.which("Xvfb"):
            raise SkipTest("there is no Xvfb")
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-terminate", "-nolisten", "tcp"]
        server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait, 10)
        self.addCleanup(server.kill)
        os.close(writing)
        with os.fdopen(reading) as number:
            self.display = f":{number.readline().strip()}"

    def test_stays(self) -> None:
        """Between the look and the window somebody is connected: SFML aborts during a reset."""
        said = subprocess.run(
            [sys.executable, "-c", ASK_TWICE],
            env={**os.environ, "DISPLAY": self.display, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        self.assertEqual((said.stdout, said.returncode), ("here\nhere\n", 0), said.stderr)
