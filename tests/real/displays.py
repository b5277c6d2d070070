"""Sets of cases that need a display, each in a process and under an Xvfb of its own."""

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
#: Each case has a limit of its own; a set that takes this long hangs outside of them.
LIMIT_S = 400


class DisplayTestCase(SynchronousTestCase):
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

    def run_cases(self, cases: str) -> None:
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
