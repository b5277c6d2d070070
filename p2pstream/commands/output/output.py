"""What a command says while it works: sentences, a bar, or lines of JSON.

Each kind is an `IEvents`.  Results go to stdout, everything else to stderr.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Any, TextIO

from zope.interface import implementer

from p2pstream.commands.ending import BEGAN, unwritten
from p2pstream.commands.output.told import ToldLines
from p2pstream.content.text import printable
from p2pstream.events import json_line, sentence
from p2pstream.interfaces import IEvents
from p2pstream.settings import CommandSettings

__all__ = ["JsonLines", "Output", "Sentences", "choose", "elapsed"]

# Where nothing can be drawn over, a line of progress now and then is enough; a broadcast takes hours.
_LINE_EVERY_S = 5.0
_LIVE_LINE_EVERY_S = 60.0
_PROGRESS = ("progress", "live_progress")


def elapsed() -> float:
    """Seconds since this command began."""
    return time.monotonic() - BEGAN


@implementer(IEvents)
class Output:
    """Hands every event to all who listen, and prints results.

    :param results: where the result goes; None for nowhere.
    :param lines: the listener whose lines are what was asked for; None for none.
    """

    def __init__(
        self, listeners: Sequence[IEvents], results: TextIO | None, lines: IEvents | None = None
    ) -> None:
        self._listeners = listeners
        self._results = results
        self._lines = lines
        self._fault: OSError | None = None
        #: The fields of the latest event of each name.
        self.latest: dict[str, dict[str, Any]] = {}

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents.happened`."""
        self.latest[event] = fields
        for listener in self._listeners:
            try:
                listener.happened(event, **fields)
            except OSError as fault:
                # A log on a full disk is no reason to stop.
                if listener is self._lines:
                    self._fault = self._fault or fault

    def check(self) -> None:
        """All was told; to be called when the command has done its work.

        :raises StorageError: not all of what was asked for could be written.
        """
        if self._fault is not None:
            raise unwritten(self._fault) from self._fault

    def result(self, line: str) -> None:
        """Print what was asked for: on a terminal for eyes, elsewhere as it is."""
        if self._results is None:
            return
        try:
            self._results.write((printable(line, 4096) if self._results.isatty() else line) + "\n")
            self._results.flush()
        except OSError as fault:
            raise unwritten(fault) from fault


@implementer(IEvents)
class Sentences:
    """Writes what people care about, a sentence a line."""

    def __init__(self, stream: TextIO, elapsed: Callable[[], float] = elapsed) -> None:
        self._stream = stream
        self._elapsed = elapsed
        self._due = _LINE_EVERY_S
        self._news = ToldLines()

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents.happened`."""
        if event in _PROGRESS:
            line = sentence(event, fields) if self._is_due(event) else ""
        else:
            line = self._news.line(event, fields)
        self._write(line)

    def _write(self, line: str) -> None:
        if line:
            self._stream.write(line + "\n")
            self._stream.flush()

    def _is_due(self, event: str) -> bool:
        now = self._elapsed()
        if now < self._due:
            return False
        self._due = now + (_LINE_EVERY_S if event == "progress" else _LIVE_LINE_EVERY_S)
        return True


@implementer(IEvents)
class StatusLine(Sentences):
    """On a terminal: progress stands in the last line, and is written over; sentences scroll by above it."""

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents.happened`."""
        if event in _PROGRESS:
            columns = shutil.get_terminal_size().columns
            self._stream.write(f"\r{sentence(event, fields)[: columns - 1]}\x1b[K")
            self._stream.flush()
        elif line := self._news.line(event, fields):
            self._write(f"\r\x1b[K{line}")


@implementer(IEvents)
class JsonLines:
    """Writes every event as one line of JSON."""

    def __init__(self, stream: TextIO, elapsed: Callable[[], float] = elapsed) -> None:
        self._stream: TextIO | None = stream
        self._elapsed = elapsed

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents.happened`."""
        if self._stream is None:
            return
        try:
            self._stream.write(json_line(event, fields, self._elapsed()) + "\n")
            self._stream.flush()
        except BrokenPipeError:
            # Its reader has seen enough; what the command was asked to do goes on.
            self._stream = None


def choose(settings: CommandSettings, name: str, *, bar: bool, results: bool, status: bool = False) -> Output:
    """What these settings want to be told, and where.

    :param bar: whether progress is worth a bar, where there is a terminal to draw it on.
    :param status: whether it is worth a line that is written over, there.
    :param results: whether stdout is ours; False where the film itself goes there.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        _suit(sys.stdout)
    if settings.json:
        lines = JsonLines(sys.stdout if results else sys.stderr)
        return Output([lines], None, lines if results else None)
    listeners = [] if settings.quiet else [_for_people(name, bar, status)]
    return Output(listeners, sys.stdout if results and not settings.quiet else None)


def _suit(stdout: TextIOWrapper) -> None:
    """A path may hold what a terminal cannot show; elsewhere it goes out byte by byte as it came in."""
    if stdout.isatty():
        stdout.reconfigure(errors="backslashreplace")
    else:
        stdout.reconfigure(encoding=sys.getfilesystemencoding(), errors=sys.getfilesystemencodeerrors())


def _for_people(name: str, bar: bool, status: bool) -> IEvents:
    if bar and sys.stderr.isatty():
        try:
            from p2pstream.commands.output.bar import Bar

            return Bar(name, sys.stderr)
        except ImportError:
            # Without rich the same is told in lines.
            pass
    return StatusLine(sys.stderr) if status and sys.stderr.isatty() else Sentences(sys.stderr)
