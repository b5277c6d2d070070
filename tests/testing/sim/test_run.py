"""One seed is one run."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from subprocess import run

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.sim.__main__ import main
from p2pstream.testing.sim.acts import seek
from p2pstream.testing.sim.run import play
from p2pstream.testing.sim.scenario import Happening
from p2pstream.testing.sim.scenarios import SCENARIOS


class RunTests(SynchronousTestCase):
    """A whole swarm in memory."""

    def test_film(self) -> None:
        """The real central, peer and viewer, on one clock: the film is seen to its end."""
        report = play(SCENARIOS["film"], 1)
        self.assertEqual(report.broken, ())
        self.assertEqual(len(report.starts), 1)

    def test_help(self) -> None:
        """It tells of every scenario."""
        told = io.StringIO()
        with redirect_stdout(told), self.assertRaises(SystemExit):
            main(["--help"])
        for name in SCENARIOS:
            self.assertIn(name, told.getvalue())

    def test_first_bytes(self) -> None:
        """Of two seeks the one to what is not here yet waits for a byte, at 12 ms there and back."""
        seeks = Happening(0.5, seek("viewer", 50.0)), Happening(5.0, seek("viewer", 5.0))
        report = play(replace(SCENARIOS["film"], events=seeks), 1)
        self.assertEqual((report.broken, len(report.seeks), len(report.firsts)), ((), 2, 1))
        self.assertGreater(report.firsts[0], 0.012)

    def test_same_seed(self) -> None:
        """The same seed is the same run, another is another."""
        first, again, other = (play(SCENARIOS["film"], seed).hash for seed in (1, 1, 2))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_another_process(self) -> None:
        """Neither the order of sets nor what was run before makes a difference."""
        expected = play(SCENARIOS["film"], 3).hash
        for hash_seed, seeds in (("0", ("--seed", "3")), ("1234", ("--seeds", "3-4", "--jobs", "2"))):
            said = run(
                [sys.executable, "-m", "p2pstream.testing.sim", *seeds, "--scenario", "film"],
                env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            ).stdout
            self.assertIn(f"film seed 3 hash {expected} ", said)
