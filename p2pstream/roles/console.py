"""A role run by its own program instead of ``twistd``."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from twisted.logger import globalLogBeginner, textFileLogObserver

__all__ = ["run"]


def run(service: Any) -> None:
    """Run until a signal ends it, and end as that signal would have ended us.

    The log goes to stderr.  A shell sees 130 after Ctrl-C, and systemd a clean stop.
    """
    from twisted.internet import reactor

    globalLogBeginner.beginLoggingTo([textFileLogObserver(sys.stderr)], redirectStandardIO=False)
    service.privilegedStartService()
    service.startService()
    loop: Any = reactor
    loop.addSystemEventTrigger("before", "shutdown", service.stopService)
    loop.run()
    number = getattr(loop, "_exitSignal", None)
    if number is not None:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
