"""A role run by its own program instead of ``twistd``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from twisted.logger import globalLogBeginner, textFileLogObserver

from p2pstream.roles.options import RoleOptions

__all__ = ["run"]


def run(options: RoleOptions, make_service: Callable[[Any], Any]) -> None:
    """Run until a signal ends it, and end as that signal would have ended us.

    The log goes to stderr.  A shell sees 130 after Ctrl-C, and systemd a clean stop.
    """
    try:
        from twisted.internet import reactor

        globalLogBeginner.beginLoggingTo([textFileLogObserver(sys.stderr)], redirectStandardIO=False)
        loop: Any = reactor
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
