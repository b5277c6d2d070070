"""How a command ends: an exit code, one line on stderr if it failed, and soon."""

from __future__ import annotations

import os
import sys
import time
import traceback
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING

from p2pstream.content.text import fault_text
from p2pstream.errors import P2PStreamError
from p2pstream.limits import LIMITS

if TYPE_CHECKING:
    from twisted.python.failure import Failure

__all__ = ["BEGAN", "Ending", "keep_stderr", "leave_stdout", "let_go_of_stdout", "open_closed", "unwritten"]

#: When this command began, on the monotonic clock.
BEGAN = time.monotonic()


class Ending:
    """Collects how it went.  The first word counts: what breaks while closing is no news.

    :param program: ``get`` for ``p2p-get``.
    :param debug: show tracebacks as well.
    """

    def __init__(self, program: str, debug: bool) -> None:
        self.code = 0
        self.debug = debug
        self._program = program
        self._over = self._done = False
        self._timers: list[Timer] = []

    def failed(self, fault: BaseException) -> None:
        """It broke, and this is why."""
        if self.debug:
            _write("".join(traceback.format_exception(fault)))
        if self._over:
            return
        self._over = True
        # Whoever read our stdout has had enough.
        if not isinstance(fault, BrokenPipeError):
            self.code = getattr(fault, "exit_code", 1)
            self.say(self.sentence(fault))

    def broke(self, failure: Failure) -> None:
        """The same, as an errback."""
        if failure.value is not None:
            self.failed(failure.value)

    def unhandled(self, fault: BaseException) -> None:
        """Something broke that nobody waits for: what was asked may still be done, but not in good order."""
        self.code = self.code or 1
        self.say(self.sentence(fault))

    def missed(self, asked_for: bool) -> None:
        """There is nothing, and that was told: a failure where something was asked for by name."""
        self.code = self.code or int(asked_for)

    def interrupted(self, number: int) -> None:
        """A signal told it to end, which is a failure unless its work is done."""
        self._over = True
        if not self._done:
            self.code = 128 + number

    def done(self) -> None:
        """What was asked for is done; what goes on after it takes its time."""
        self._done = True
        while self._timers:
            self._timers.pop().cancel()

    def say(self, message: str) -> None:
        """Write one line to stderr, after the name of the program."""
        _write(f"p2p-{self._program}: {message}\n")

    def sentence(self, fault: BaseException) -> str:
        """What ``fault`` means for the person at the keyboard."""
        if isinstance(fault, P2PStreamError):
            return str(fault)
        what = fault_text(fault)
        where = "the traceback is above" if self.debug else "--debug shows where"
        return f"this is a bug in p2pstream, please report it: {what} ({where})"

    def hurry(self) -> None:
        """Nothing is left but to close; a disk or a driver that hangs does not keep the process."""
        timer = Timer(LIMITS.stop_s, self._leave)
        timer.daemon = True
        self._timers.append(timer)
        timer.start()

    def _leave(self) -> None:
        with suppress(Exception):
            sys.stdout.flush()
        os._exit(self.code)


def leave_stdout() -> None:
    """Let whoever reads our stdout have its end, though we go on."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def open_closed() -> None:
    """Give standard streams that were closed for us a place to go to: nowhere.

    Python leaves them out, and the first files we open would take their numbers.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is this one.
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115


def keep_stderr() -> None:
    """Write to stderr alone: what C libraries say there unasked goes nowhere from now on."""
    sys.stderr.flush()
    ours = os.dup(sys.stderr.fileno())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stderr.fileno())
    os.close(nowhere)
    sys.stderr = open(ours, "w", buffering=1, encoding=sys.stderr.encoding, errors=sys.stderr.errors)  # noqa: SIM115


def unwritten(fault: OSError) -> Exception:
    """What it means that stdout could not be written."""
    if isinstance(fault, BrokenPipeError):
        return fault
    # Not needed by commands that end well, and quickly.
    from p2pstream.data.disk.troubles import storage_error

    return storage_error("write", "to stdout", fault)


def let_go_of_stdout(ending: Ending) -> None:
    """Flush stdout; if that cannot be, keep the interpreter from complaining at exit."""
    try:
        sys.stdout.flush()
    except OSError as fault:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        ending.failed(unwritten(fault))


def _write(text: str) -> None:
    # Whom it could be told that nobody can be told?
    with suppress(OSError):
        sys.stderr.write(text)
