"""The edge of a role: where it meets the process that it runs in."""

from __future__ import annotations

import gc
import sys
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, TimeoutError
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import P2PStreamError
from p2pstream.measuring.instruments import Instruments
from p2pstream.protocols.node import Means
from p2pstream.roles.options import RoleOptions, end
from p2pstream.roles.signals import Signals
from p2pstream.roles.state import RoleState

__all__ = ["RoleService"]

_log = Logger()


class RoleService(Service):
    """Runs one service as a program: errors in one line, signals, an end in time.

    :param inner: the central or the peer; its ``look_again`` is what SIGHUP asks for.
    :param workers: closed after it stopped.
    :param state: what it keeps, closed after that.
    :param instruments: look how late the reactor is, while it runs.
    """

    def __init__(
        self,
        options: RoleOptions,
        inner: Any,
        means: Means,
        workers: ThreadWorkers,
        state: RoleState | None = None,
        instruments: Instruments | None = None,
    ) -> None:
        self.inner = inner
        self._state = state
        self._instruments = instruments
        self._options = options
        self._workers = workers
        self._events = means.events
        self._reactor = means.reactor
        self._limits = means.limits
        self._signals = Signals(means.reactor, inner.look_again)

    def privilegedStartService(self) -> None:
        """Bind the port, or end the program with one line."""
        super().privilegedStartService()
        try:
            self.inner.privilegedStartService()
        except P2PStreamError as fault:
            if self._options.is_daemon:
                # There is no terminal any more; twistd tells its parent process, which has one.
                raise
            end(self._options.program, fault)

    def startService(self) -> None:
        """Start, and take the signals: one now, the others as soon as the reactor has them."""
        super().startService()
        # Before anything says that we are here: what says so invites a SIGHUP.
        self._signals.heed()
        self.inner.startService()
        if self._instruments is not None:
            self._instruments.lag.start()
        self._reactor.callWhenRunning(self._signals.install)
        self._reactor.callWhenRunning(self._settle)

    def _settle(self) -> None:
        """The reactor runs."""
        # A central's leases are a million things that are no garbage: see docs/decisions/freeze.rst.
        gc.freeze()
        gc.enable()
        sys.setswitchinterval(self._limits.switch_s)

    def stopService(self) -> Deferred[None]:
        """Stop; fires when nothing is left running, or when the time for that is over."""
        super().stopService()
        if self._instruments is not None:
            self._instruments.lag.stop()
        stopped = Deferred.fromCoroutine(self._stop())
        stopped.addTimeout(self._limits.stop_s, self._reactor)
        return stopped.addErrback(self._late)

    async def _stop(self) -> None:
        await self.inner.stopService()
        await self._workers.close()
        if self._state is not None:
            self._state.close()
        self._events.happened("stopped", role=self._options.program)

    def _late(self, failure: Failure) -> None:
        failure.trap(TimeoutError)
        _log.warn(
            "not everything ended within {seconds} s; leaving all the same", seconds=self._limits.stop_s
        )
