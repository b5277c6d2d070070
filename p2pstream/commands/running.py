"""Running one coroutine under the reactor, and ending as people and shells expect.

Exit codes: 0, the `errors.P2PStreamError.exit_code` of what went wrong, 1 for a bug
of ours, 130 after Ctrl-C, 143 after SIGTERM and 129 when the terminal is closed.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, cast

from p2pstream.commands.ending import Ending, let_go_of_stdout, open_closed

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.logger import LogEvent

__all__ = ["command", "run"]

#: Given the reactor; runs to the command's end.
Main = Callable[[Any], Coroutine["Deferred[Any]", Any, None]]


def command(program: str, argv: Sequence[str], work: Callable[[Ending, Sequence[str]], None]) -> int:
    """Do ``work``; whatever it raises becomes a line and an exit code, which is returned."""
    open_closed()
    ending = Ending(program, "--debug" in argv)
    # Nothing that is imported is garbage; looking for some takes a tenth of the start.
    gc.disable()
    try:
        work(ending, argv)
    except KeyboardInterrupt:
        # Nothing runs yet that a second one could end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        ending.interrupted(signal.SIGINT)
    except Exception as fault:
        ending.failed(fault)
    gc.enable()
    let_go_of_stdout(ending)
    return ending.code


def run(main: Main, ending: Ending) -> None:
    """Run ``main(reactor)`` to its end; Ctrl-C, SIGTERM and the end of the terminal cancel it."""
    from twisted.internet import reactor as installed
    from twisted.internet.defer import Deferred

    from p2pstream.transport.timing import make_monotonic

    reactor = cast(Any, installed)
    make_monotonic(reactor)
    _listen_to_log(ending)

    running: list[Deferred[None]] = []

    def begin() -> None:
        gc.freeze()
        gc.enable()
        running.append(Deferred.fromCoroutine(main(reactor)))
        running[0].addErrback(ending.broke).addBoth(_stop, reactor, ending)

    # Before anything runs: a signal is never to find Python's own answer to it.
    _obey_signals(reactor, lambda: running[0].cancel(), ending)
    reactor.callWhenRunning(begin)
    reactor.run(installSignalHandlers=False)


def _stop(_: None, reactor: Any, ending: Ending) -> None:
    # Stopping joins the worker threads, and one of them may wait for a disk.
    ending.hurry()
    reactor.stop()


def _obey_signals(reactor: Any, cancel: Callable[[], None], ending: Ending) -> None:
    def end(number: int, frame: object) -> None:
        if heard:
            # It was meant, then.
            os._exit(128 + number)
        heard.append(number)
        ending.interrupted(number)
        ending.hurry()
        # A signal comes between any two instructions; only this call is safe there.
        reactor.callFromThread(cancel)

    heard: list[int] = []
    obeyed = [signal.SIGINT, signal.SIGTERM]
    # What nohup starts is to outlive its terminal.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        obeyed.append(signal.SIGHUP)
    for each in obeyed:
        signal.signal(each, end)
    # Twisted would look for it, had it been left to listen to signals.
    if hasattr(signal, "SIGCHLD"):
        signal.signal(signal.SIGCHLD, lambda number, frame: reactor.callFromThread(_reap))


def _reap() -> None:
    """A program that we started has ended."""
    from twisted.internet.process import reapAllProcesses

    reapAllProcesses()


def _listen_to_log(ending: Ending) -> None:
    """What nobody handled is one line too; anything else in the log is for debugging."""
    from twisted.logger import ILogObserver, LogLevel, formatEvent, globalLogBeginner
    from zope.interface import implementer

    @implementer(ILogObserver)
    def observe(event: LogEvent) -> None:
        if event["log_level"] is LogLevel.critical and "log_failure" in event:
            ending.unhandled(event["log_failure"].value)
        if ending.debug:
            ending.say(formatEvent(event))

    globalLogBeginner.beginLoggingTo([observe], redirectStandardIO=False, discardBuffer=True)
