"""Help and version come at once."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream import __version__
from tests.real.processes import ProcessesMixin, Program

MODULES = (
    "commands.play", "commands.get", "commands.list", "roles.central", "roles.peer", "roles.share",
)  # fmt: skip
#: How often a busy machine may be in the way.
TRIES = 5


class AnswerTests(ProcessesMixin, SynchronousTestCase):
    def seconds(self, module: str, flag: str, wanted: str) -> float:
        """What one run took, in seconds."""
        began = time.monotonic()
        code = f"import sys; from p2pstream.{module} import main; sys.exit(main())"
        program = self.start([sys.executable, "-c", code, flag], self.folder())
        os.waitid(os.P_PID, program.process.pid, os.WEXITED | os.WNOWAIT)
        took = time.monotonic() - began - without_a_core(program)
        self.assertEqual(program.finished(), 0)
        self.assertIn(wanted, program.stdout)
        return took

    def test_quick(self) -> None:
        """Every command answers --help and --version in less than 0.4 s, with a core to itself."""
        for module in MODULES:
            for flag, wanted in (("--help", "sage: "), ("--version", __version__)):
                runs = (self.seconds(module, flag, wanted) for _ in range(TRIES))
                self.assertTrue(any(took < 0.4 for took in runs), f"{module} {flag}")


def without_a_core(program: Program) -> float:
    """For how many seconds a program that has ended was ready to run, and others were run.

    The second number of /proc/PID/schedstat; 0 where there is none.
    """
    path = Path(f"/proc/{program.process.pid}/schedstat")
    return int(path.read_text().split()[1]) / 1e9 if path.exists() else 0.0
