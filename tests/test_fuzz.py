"""Every fuzz target, run on its corpus without a fuzzer."""

from __future__ import annotations

import runpy
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

FUZZ = Path(__file__).parent.parent / "fuzz"


class CorpusTests(SynchronousTestCase):
    """What was once interesting stays harmless."""

    def test_every_target_has_a_corpus(self) -> None:
        """A target is a file that stands beside a folder of inputs."""
        targets = {path.stem for path in FUZZ.glob("*.py")} - {"running"}
        self.assertEqual(targets, {path.name for path in (FUZZ / "corpus").iterdir()})

    def test_F37_corpus(self) -> None:
        """No input makes its target raise."""
        for folder in sorted((FUZZ / "corpus").iterdir()):
            target = runpy.run_path(str(FUZZ / f"{folder.name}.py"))["target"]
            inputs = sorted(folder.iterdir())
            self.assertTrue(inputs, folder.name)
            for path in inputs:
                target(path.read_bytes())
