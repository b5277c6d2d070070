"""How commands end: codes and lines."""

from __future__ import annotations

import errno
import io
import os
import sys
from threading import Timer
from threading import enumerate as enumerate_threads

from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.ending import Ending
from p2pstream.commands.running import command
from p2pstream.errors import NoCentral, UsageError


class FullDisk(io.StringIO):
    """A file on a disk that takes no more."""

    def write(self, text: str) -> int:
        """It is full."""
        raise OSError(errno.ENOSPC, "No space left on device")


class EndingTests(SynchronousTestCase):
    """One line, one code."""

    def setUp(self) -> None:
        """Catch what is said."""
        self.stderr = io.StringIO()
        self.patch(sys, "stderr", self.stderr)

    def ended(self, *faults: BaseException, debug: bool = False) -> tuple[int, str]:
        """The exit code and what was said after these."""
        ending = Ending("get", debug)
        for fault in faults:
            ending.failed(fault)
        return ending.code, self.stderr.getvalue()

    def test_well(self) -> None:
        """All is well until somebody says otherwise."""
        self.assertEqual(self.ended(), (0, ""))

    def test_errors_of_ours(self) -> None:
        """The error's own line and code."""
        self.assertEqual(self.ended(NoCentral("cannot reach it")), (1, "p2p-get: cannot reach it\n"))

    def test_usage(self) -> None:
        """A wrong command line is 2."""
        self.assertEqual(self.ended(UsageError("what?"))[0], 2)

    def test_bug(self) -> None:
        """Anything else is a bug, named on one line; where it is takes --debug."""
        code, said = self.ended(ValueError("a\nb\x1b[2J"))
        self.assertEqual(code, 1)
        self.assertEqual(
            said,
            "p2p-get: this is a bug in p2pstream, please report it: "
            "ValueError: a\\nb\\x1b[2J (--debug shows where)\n",
        )

    def test_debug(self) -> None:
        """With --debug the traceback is there too."""
        try:
            raise ValueError("x")
        except ValueError as fault:
            _, said = self.ended(fault, debug=True)
        self.assertIn("test_ending.py", said)
        self.assertIn("the traceback is above", said)

    def test_first_counts(self) -> None:
        """What breaks while closing is no news."""
        code, said = self.ended(UsageError("first"), NoCentral("second"))
        self.assertEqual((code, said), (2, "p2p-get: first\n"))

    def test_reader_gone(self) -> None:
        """Whoever read our stdout has had enough: a quiet end, and a good one."""
        self.assertEqual(self.ended(BrokenPipeError()), (0, ""))

    def test_nobody_to_tell(self) -> None:
        """A full disk behind stderr changes no code."""
        self.patch(sys, "stderr", FullDisk())
        ending = Ending("get", debug=True)
        ending.failed(UsageError("what?"))
        self.assertEqual(ending.code, 2)

    def test_unhandled(self) -> None:
        """What nobody waited for is told, and is no good end; what is known to be wrong counts more."""
        ending = Ending("get", False)
        ending.unhandled(ValueError("x"))
        self.assertEqual(ending.code, 1)
        self.assertIn("this is a bug", self.stderr.getvalue())
        ending.failed(UsageError("what?"))
        self.assertEqual(ending.code, 2)
        self.assertIn("p2p-get: what?\n", self.stderr.getvalue())

    def test_interrupted(self) -> None:
        """What an interruption breaks is not told."""
        ending = Ending("get", False)
        ending.interrupted(2)
        ending.broke(Failure(NoCentral("gone")))
        self.assertEqual((ending.code, self.stderr.getvalue()), (130, ""))

    def test_missed(self) -> None:
        """Nothing there is a failure where it was asked for; what fails otherwise counts more."""
        for asked_for, code in ((False, 0), (True, 1)):
            ending = Ending("list", False)
            ending.missed(asked_for)
            self.assertEqual((ending.code, self.stderr.getvalue()), (code, ""))

    def test_done(self) -> None:
        """Who is interrupted after the work is done has done it; nothing that hurried ends it before."""
        self.patch(os, "_exit", lambda code: self.fail("it was ended"))
        well = Ending("get", False)
        well.hurry()
        well.done()
        well.interrupted(2)
        for thread in enumerate_threads():
            if isinstance(thread, Timer):
                thread.join()
        self.assertEqual((well.code, self.stderr.getvalue()), (0, ""))


class CommandTests(SynchronousTestCase):
    """What is raised before anything runs."""

    def code(self, fault: type[BaseException]) -> int:
        """The exit code after work that raises this."""
        self.patch(sys, "stderr", io.StringIO())

        def work(ending: Ending, argv: object) -> None:
            raise fault()

        return command("get", [], work)

    def test_codes(self) -> None:
        """Every way to fail has its code."""
        self.assertEqual(self.code(UsageError), 2)
        self.assertEqual(self.code(KeyboardInterrupt), 130)
        self.assertEqual(self.code(ZeroDivisionError), 1)
        self.assertRaises(SystemExit, self.code, SystemExit)
