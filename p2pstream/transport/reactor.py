"""The reactor of our roles: Twisted's for Linux, which calls who is ready, and no more than some in one turn.

Twisted notes for its log, around each call, on whose behalf it is made: some ten calls of Python and two
copied dictionaries, a twelfth of what a short frame costs a central.  Our log does not show that.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.epollreactor import EPollReactor
from twisted.internet.main import installReactor
from twisted.logger import Logger

from p2pstream.limits import LIMITS, Limits

__all__ = ["PlainReactor", "install"]

_log = Logger()


class PlainReactor(EPollReactor):
    """Twisted's, without a log context around each call.

    Those who are not called in a turn are the first in the next: the kernel keeps them in order.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        super().__init__()
        self._most = limits.turn_calls

    def doIteration(self, timeout: float | None) -> None:  # noqa: N802
        """Twisted: wait for so many seconds, None for ever, and call those that are ready."""
        us: Any = self
        for descriptor, event in us._poller.poll(-1 if timeout is None else timeout, self._most):
            # Who was called before may have closed it.
            ready = us._selectables.get(descriptor)
            if ready is not None:
                try:
                    us._doReadOrWrite(ready, descriptor, event)
                except Exception:
                    _log.failure("a connection failed in a way nobody thought of")


def install() -> None:
    """Have ``twisted.internet.reactor`` be this one.

    :raises ImportError: this Twisted is made otherwise than those that ours knows.
    :raises ReactorAlreadyInstalledError: there is another.
    """
    reactor = PlainReactor()
    if not _fits(reactor):
        raise ImportError("Twisted's reactor for Linux is made otherwise than it was from 24.10 to 26.10")
    installReactor(reactor)


def _fits(reactor: Any) -> bool:
    """Whether the three names of Twisted's own that are used here are what they were.

    Found out before anything runs: a turn that fails is logged, and comes again at once, for ever.
    """
    call = getattr(getattr(reactor, "_doReadOrWrite", None), "__code__", None)
    named = hasattr(reactor, "_poller") and hasattr(reactor, "_selectables")
    return named and call is not None and call.co_varnames[:4] == ("self", "selectable", "fd", "event")
