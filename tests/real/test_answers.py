"""Help and version come at once."""

from __future__ import annotations

import sys

from twisted.trial.unittest import SynchronousTestCase

from p2pstream import __version__
from tests.real.processes import ProcessesMixin

MODULES = (
    "commands.play", "commands.get", "commands.list", "roles.central", "roles.peer", "roles.share",
)  # fmt: skip
#: How often a busy machine may be in the way.
TRIES = 5


class AnswerTests(ProcessesMixin, SynchronousTestCase):
    fresh = True

    def seconds(self, module: str, flag: str, wanted: str) -> float:
        """What one run took, in seconds."""
        code = f"import sys; from p2pstream.{module} import main; sys.exit(main())"
        program = self.start([sys.executable, "-c", code, flag], self.folder())
        took = program.ran()
        self.assertEqual((program.finished(), program.stderr), (0, ""))
        self.assertIn(wanted, program.stdout)
        return took

    def test_quick(self) -> None:
        """Every command answers --help and --version in 0.4 s, with a core to itself that is not slow."""
        for module in MODULES:
            for flag, wanted in (("--help", "sage: "), ("--version", __version__)):
                runs = (self.seconds(module, flag, wanted) for _ in range(TRIES))
                self.assertTrue(any(self.is_within(0.4, took) for took in runs), f"{module} {flag}")
