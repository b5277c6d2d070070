"""A command of the user's that is run when a film is here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import Deferred, TimeoutError, succeed

from p2pstream.commands.output.output import elapsed
from p2pstream.commands.program import how_ended, spawn
from p2pstream.errors import UsageError
from p2pstream.events import json_line
from p2pstream.interfaces import IEvents
from p2pstream.limits import LIMITS
from p2pstream.player.programs import split

__all__ = ["Hook"]


class Hook:
    """Run at most once, without a shell; it is told on its stdin what happened.

    That it failed is an event, and no failure of ours: the film is here all the same.

    :param start: how a program is run, as `program.spawn`.
    :raises UsageError: there is no such program.
    """

    def __init__(
        self, command: str, reactor: Any, events: IEvents, start: Callable[..., Any] = spawn
    ) -> None:
        words = split(command, "--on-done")
        program = shutil.which(words[0]) if words else None
        if program is None:
            raise UsageError(f"--on-done: there is no program “{''.join(words[:1])}” here")
        self._words = [program, *words[1:]]
        self._named = words[0]
        self._reactor = reactor
        self._events = events
        self._start = start
        self._gone: Deferred[None] | None = None

    def run(self, event: str, fields: Mapping[str, Any]) -> None:
        """Tell it of this; the line is shorter than any pipe, and so written at once."""
        line = json_line(event, fields, elapsed()) + "\n"
        reading, writing = os.pipe()
        self._gone = Deferred()
        try:
            os.write(writing, line.encode("ascii"))
            os.close(writing)
            self._start(self._reactor, self._words, self._ended, stdin=reading)
        except OSError as fault:
            self._failed(f"cannot be run: {fault.strerror}")
        finally:
            os.close(reading)

    def settled(self) -> Deferred[None]:
        """Fires when it has ended, or runs so long that it is left to itself; at once if it never ran."""
        if self._gone is None or self._gone.called:
            return succeed(None)
        self._gone.addTimeout(LIMITS.hook_s, self._reactor)
        return self._gone.addErrback(lambda failure: failure.trap(TimeoutError) and None)

    def _ended(self, code: int) -> None:
        if code:
            self._failed(f"ended with {how_ended(code)}")
        elif self._gone is not None and not self._gone.called:
            self._gone.callback(None)

    def _failed(self, reason: str) -> None:
        self._events.happened("hook_failed", command=self._named, reason=reason)
        if self._gone is not None and not self._gone.called:
            self._gone.callback(None)
