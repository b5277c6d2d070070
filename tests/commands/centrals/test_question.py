"""Without a film named, the person at the terminal is shown what there is, and asked."""

from __future__ import annotations

import io
import sys

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.arguments import parse
from p2pstream.commands.centrals import question
from p2pstream.commands.centrals.question import QUESTION
from p2pstream.errors import UsageError
from p2pstream.settings import PlaySettings


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


class QuestionTests(SynchronousTestCase):
    """Without a name the person is asked, as the ancestor did."""

    def answer(self, typed: str) -> str:
        """What is made of an answer at the terminal."""
        self.asked = Terminal()
        self.patch(question, "show_names", lambda told, settings: self.asked.write(f"{told[0]}: none\n"))
        self.patch(sys, "stdin", Terminal(typed))
        self.patch(sys, "stderr", self.asked)
        return parse(PlaySettings, "", ["h"], question.ask_on_terminal).link.name

    def test_answer(self) -> None:
        """What there is, then the ancestor's question; the answer is the name."""
        self.assertEqual(self.answer("a film.mp4\n"), "a film.mp4")
        self.assertEqual(self.asked.getvalue(), "h:2045: none\n" + QUESTION)
        self.assertEqual(QUESTION, "What would you like to watch today? ")

    def test_no_answer(self) -> None:
        """An empty line or the end of input is no name, and leaves the cursor on a new line."""
        self.assertRaises(UsageError, self.answer, "\n")
        self.assertRaises(UsageError, self.answer, "")
        self.assertTrue(self.asked.getvalue().endswith("\n"))

    def test_bad_answer(self) -> None:
        """What is typed is judged as what stands on the command line."""
        self.assertRaises(UsageError, self.answer, "../x\n")

    def test_nobody_to_ask(self) -> None:
        """In a script the question would hang for ever."""
        self.patch(sys, "stdin", io.StringIO("film\n"))
        self.assertRaises(UsageError, parse, PlaySettings, "", ["h"], question.ask_on_terminal)
