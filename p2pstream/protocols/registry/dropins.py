"""Plugin files: finding what they offer, and naming those that cannot be imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from twisted.logger import ILogObserver, LogEvent, LogLevel, globalLogPublisher
from twisted.plugin import getPlugins
from twisted.python import log
from twisted.python.failure import Failure
from zope.interface import implementer

__all__ = ["Broken", "find"]

#: Is told the name of a plugin file, and what went wrong in it.
Broken = Callable[[str, BaseException], None]

# Marks the log events that are written while plugins are being looked for.
_MARK = "p2pstream_dropins"


def find(interface: Any, broken: Broken, package: ModuleType | None = None) -> list[Any]:
    """Every plugin that provides ``interface``; a file that fails is told to ``broken``.

    Twisted logs the traceback of such a file itself, as an error.  Here one line is
    enough for people, so the traceback is made a debugging message.
    """
    with _overheard() as failures:
        context = {_MARK: True, "log_level": LogLevel.debug}
        found: list[Any] = log.callWithContext(context, lambda: list(getPlugins(interface, package)))
    for failure in failures:
        broken(_file_of(failure), cast(BaseException, failure.value))
    return found


@contextmanager
def _overheard() -> Iterator[list[Failure]]:
    """The failures that are logged, from this search only, while the block runs."""
    failures: list[Failure] = []

    @implementer(ILogObserver)
    def observer(event: LogEvent) -> None:
        if event.get(_MARK) and "failure" in event:
            failures.append(event["failure"])

    globalLogPublisher.addObserver(observer)
    try:
        yield failures
    finally:
        globalLogPublisher.removeObserver(observer)


def _file_of(failure: Failure) -> str:
    """The plugin file that a failure began in, without its folder and ending."""
    if isinstance(failure.value, SyntaxError) and failure.value.filename:
        return Path(failure.value.filename).stem
    paths = (Path(filename) for _, filename, *_ in failure.frames)
    return next((path.stem for path in paths if path.parent.name == "plugins"), "plugin file")
