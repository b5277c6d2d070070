"""Other programs, while they run beside a command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread
from typing import Any

from twisted.internet.defer import Deferred, succeed

from p2pstream.content.text import printable
from p2pstream.errors import CannotPlay, NoPlayer

__all__ = ["PlayerProgram", "how_ended", "spawn"]


def spawn(
    reactor: Any,
    words: Sequence[str],
    ended: Callable[[int], None],
    stdin: int | None = None,
    quiet: bool = False,
) -> Any:
    """Run a program, without a shell; what it says on stdout is no result of ours.

    Twisted would have to be told of signals that commands keep for themselves; so a thread
    waits for its end.

    :param ended: called, in the reactor's thread, with its exit code, or minus a signal's number.
    :param stdin: a descriptor; None: ours, which keys are for.
    :param quiet: whether what it says goes nowhere.
    :raises OSError: it cannot be run.
    """
    said: Any = subprocess.DEVNULL if quiet else sys.__stderr__
    process = subprocess.Popen(words, stdin=stdin, stdout=said, stderr=said)
    Thread(target=lambda: reactor.callFromThread(ended, process.wait()), daemon=True).start()
    return process


def how_ended(code: int) -> str:
    """In words, how a program ended that did not end well.

    :param code: as `spawn` tells it.
    """
    return f"exit code {code}" if code > 0 else f"signal {-code}"


class PlayerProgram:
    """A player, from `start` to its own end, or to `stop`.

    :param words: its command line.
    :param quiet: see `spawn`.
    :raises NoPlayer: there is no such program.
    """

    def __init__(self, words: Sequence[str], quiet: bool = False) -> None:
        path = shutil.which(words[0])
        if path is None:
            name = printable(words[0], 80)
            raise NoPlayer(f"there is no program “{name}” here; install it, or write another after --player")
        self._words = [path, *words[1:]]
        self._quiet = quiet
        self._running: Any = None
        self._stopped = False
        self._gone: list[Deferred[None]] = []
        #: Fires when it has ended; fails with `errors.CannotPlay` if it says that it did not go well.
        self.done: Deferred[None] = Deferred()

    def start(self, reactor: Any) -> None:
        """Run it.

        :raises NoPlayer: it cannot be run.
        """
        try:
            self._running = spawn(reactor, self._words, self._ended, quiet=self._quiet)
        except OSError as fault:
            raise NoPlayer(f"{printable(self._words[0], 80)} cannot be run: {fault.strerror}") from None

    def stop(self) -> Deferred[None]:
        """Have it end; fires when it has."""
        if self._running is None:
            return succeed(None)
        self._stopped = True
        gone: Deferred[None] = Deferred(self._gone.remove)
        self._gone.append(gone)
        with suppress(ProcessLookupError):
            self._running.terminate()
        return gone

    def _ended(self, code: int) -> None:
        self._running = None
        if code and not self._stopped:
            name = printable(os.path.basename(self._words[0]), 80)
            self.done.errback(CannotPlay(f"{name} ended with {how_ended(code)}; it may have said why"))
        else:
            self.done.callback(None)
        gone, self._gone = self._gone, []
        for each in gone:
            each.callback(None)
