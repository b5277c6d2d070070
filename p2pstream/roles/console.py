"""A role run by its own program instead of ``twistd``."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO

from twisted.internet.error import ReactorAlreadyInstalledError
from twisted.logger import (
    FilteringLogObserver,
    ILogFilterPredicate,
    ILogObserver,
    LogEvent,
    LogLevel,
    PredicateResult,
    globalLogBeginner,
    textFileLogObserver,
)
from zope.interface import provider

from p2pstream.roles.options import RoleOptions

__all__ = ["log_to", "run", "running"]


def log_to(stream: TextIO) -> ILogObserver:
    """Where the log goes: what we tell, and of what Twisted tells that something is wrong."""
    observer: ILogObserver = FilteringLogObserver(textFileLogObserver(stream), [_is_said])
    return observer


@provider(ILogFilterPredicate)
def _is_said(event: LogEvent) -> Any:
    """Twisted tells of each port that it opens and closes, by the names of classes; some is for us alone."""
    namespace, level = event.get("log_namespace", ""), event.get("log_level")
    theirs = namespace == "log_legacy" or namespace.startswith("twisted.")
    is_unsaid = level is LogLevel.debug or (theirs and level is LogLevel.info)
    return PredicateResult.no if is_unsaid else PredicateResult.maybe


def run(options: RoleOptions, make_service: Callable[[Any], Any]) -> None:
    """Run until a signal ends it, and end as that signal would have ended us.

    The log goes to stderr.  A shell sees 130 after Ctrl-C, and systemd a clean stop.
    """
    # Nothing that is imported is garbage; looking for some takes a tenth of the start.
    gc.disable()
    try:
        loop = running()
        globalLogBeginner.beginLoggingTo([log_to(sys.stderr)], redirectStandardIO=False)
        service = make_service(options)
        service.privilegedStartService()
        service.startService()
        loop.addSystemEventTrigger("before", "shutdown", service.stopService)
        loop.run()
        number = getattr(loop, "_exitSignal", None)
    except KeyboardInterrupt:
        # Before the reactor had taken the signal over: there is nothing to stop yet.
        number = signal.SIGINT
    if number is not None:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def running() -> Any:
    """The reactor of this process: ours, where the system has what it takes and nobody chose another."""
    with suppress(ImportError, ReactorAlreadyInstalledError):
        from p2pstream.transport.reactor import install

        install()
    from twisted.internet import reactor

    return reactor
