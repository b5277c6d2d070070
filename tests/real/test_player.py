"""Films in real windows, each set of cases in a process of its own under an Xvfb."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from unittest import SkipTest

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.preflight import libvlc_problem, sfml_problem
from script.display import xvfb

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 150


class RealPlayerTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A display of its own for each: what one breaks the others do not see."""
        missing = sfml_problem() or libvlc_problem()
        if not missing and not (shutil.which("Xvfb") and shutil.which("xdotool")):
            missing = "there is no Xvfb or no xdotool"
        if missing:
            raise SkipTest(missing)
        stack = ExitStack()
        self.addCleanup(stack.close)
        self.display = stack.enter_context(xvfb())

    def _run_cases(self, cases: str) -> None:
        """Run a module of cases; what it printed is the failure, an abort's too."""
        environment = {**os.environ, "DISPLAY": self.display, "LIBGL_ALWAYS_SOFTWARE": "1"}
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "twisted.trial", "--reporter=bwverbose"),
                *("--temp-directory", str(Path(self.mktemp()).absolute()), f"tests.real.showing.{cases}"),
            ],
            cwd=ROOT,
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=LIMIT_S,
            check=False,
        )
        if ended.returncode:
            self.fail(f"{cases} ended with {ended.returncode}:\n{ended.stdout[-6000:]}")

    def test_playing(self) -> None:
        """Films are seen whole and in order, in their shape, and heard."""
        self._run_cases("playing")

    def test_seeking(self) -> None:
        """Seeks land where they should; pauses hold."""
        self._run_cases("seeking")

    def test_starving(self) -> None:
        """Slow and broken sources never show a torn picture."""
        self._run_cases("starving")

    def test_handling(self) -> None:
        """Keys and mouse do what they say."""
        self._run_cases("handling")

    def test_leaving(self) -> None:
        """Nothing stays behind; libvlc's own window does its duty too."""
        self._run_cases("leaving")

    def test_headless(self) -> None:
        """Without a display a player fails in words instead of aborting."""
        self._run_cases("headless")
