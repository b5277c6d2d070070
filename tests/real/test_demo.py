"""script/demo, as somebody runs it who has just cloned the repository."""

from __future__ import annotations

import sys

from twisted.trial.unittest import SynchronousTestCase

from tests.real.processes import ROOT, ProcessesMixin


class DemoTests(ProcessesMixin, SynchronousTestCase):
    """The whole road: a central, two peers, a window, and every frame looked at."""

    def demo(self, *arguments: str) -> tuple[int, str]:
        """Run the demo; its exit code and all that it said."""
        folder = self.folder()
        self.picture = folder / "demo.png"
        program = self.start([sys.executable, "-m", "script.showing", *arguments], folder)
        code = program.finished(90)
        return code, program.stdout + program.stderr

    def test_the_film_is_shown(self) -> None:
        """It ends with 0, which means that every second of the film was seen in the window."""
        code, said = self.demo()
        self.assertEqual(code, 0, said)
        for words in (
            r"First frame after \d+\.\d\d s",
            r"\d{3} frames shown",
            r"\d MB from 127\.",
            "demo.png",
        ):
            self.assertRegex(said, words)
        self.assertTrue(self.picture.read_bytes().startswith(b"\x89PNG"))

    def test_no_such_film(self) -> None:
        """One line names the file."""
        code, said = self.demo("--film", "/no/such/film.mp4")
        self.assertEqual(code, 1)
        self.assertEqual(len(said.strip().splitlines()), 1)
        self.assertIn("/no/such/film.mp4", said)

    def test_not_a_film(self) -> None:
        """What cannot be played is not said to have been shown."""
        code, said = self.demo("--film", str(ROOT / "LICENSE"))
        self.assertEqual(code, 1, said)
