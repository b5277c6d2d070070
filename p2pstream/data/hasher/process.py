"""Hashing in a process of its own, which Python's lock does not slow down."""

from __future__ import annotations

import os
import socket
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from subprocess import Popen
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorSocket
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.units import HASH_BYTES, UNIT
from p2pstream.data.hasher import child
from p2pstream.data.hasher.apart import start_apart
from p2pstream.data.hasher.lending import Lending
from p2pstream.data.hasher.shared import Shared
from p2pstream.data.hasher.threads import ThreadHasher
from p2pstream.data.portable import portable_only
from p2pstream.interfaces import IHasher, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["ProcessHasher", "can_hash_apart"]

_log = Logger()


class Stage(Enum):
    """How far the process is."""

    #: Too little was hashed for it to be worth starting.
    NONE = auto()
    STARTING = auto()
    READY = auto()
    #: It has ended, or is about to.
    GONE = auto()


@value
class Job:
    """A run that the process was asked to hash."""

    run: memoryview
    unit_layer: int
    use: Callable[[bytes], Any]
    used: Deferred[Any]

    @property
    def size(self) -> int:
        """How many bytes the answer has."""
        return -(-len(self.run) // UNIT) * HASH_BYTES


@implementer(IHasher)
class ProcessHasher(Protocol):
    """Starts the process when enough was hashed, or is expected, to be worth it; until then threads do it.

    Threads also hash what does not lie in the shared memory, and everything once the
    process has ended, whoever killed it, or was stopped and so does not answer.
    """

    transport: Any

    def __init__(self, reactor: Any, workers: IWorkers, limits: Limits = LIMITS) -> None:
        self._reactor = reactor
        self._workers = workers
        self._threads = ThreadHasher(workers)
        self._shared = Shared(limits.hash_shared_bytes)
        self._lending = Lending(self._shared.slot, most=limits.hash_shared_bytes)
        self._worth = self._patience = limits.hash_apart_bytes
        self._answer_s = limits.hash_apart_s
        self._looking: IDelayedCall | None = None
        self._stage = Stage.NONE
        self._asked: deque[Job] = deque()
        self._answers = bytearray()
        self._process: Popen[bytes] | None = None
        self._lost: Deferred[None] = Deferred()
        self._life: Deferred[None] = succeed(None)

    def expect(self, length: int) -> None:
        if length >= self._worth:
            # Behind the first run, and not at once: that is what somebody waits for.
            self._patience = 0

    def lend(self, length: int) -> memoryview:
        return self._lending.lend(length)

    def give_back(self, run: memoryview) -> None:
        self._lending.give_back(run)

    def unit_hashes(self, run: memoryview, unit_layer: int, use: Callable[[bytes], Any]) -> Deferred[Any]:
        """See `IHasher`; in a thread where the process is not there, or cannot see ``run``."""
        offset = self._shared.offset(self._lending.buffer(run))
        if offset is None or self._stage is not Stage.READY:
            used = self._threads.unit_hashes(run, unit_layer, use)
            self._reckon(len(run))
            return used
        asked = Job(run, unit_layer, use, Deferred())
        self._asked.append(asked)
        if self._looking is None:
            self._look_later()
        self._say(child.ASKED.pack(offset, len(run), unit_layer))
        return asked.used

    def close(self) -> Deferred[None]:
        self._stage = Stage.GONE
        if self._process is not None:
            # It has nothing to bring to an end, and may have been stopped by somebody.
            self._process.kill()
        closed: Deferred[None] = Deferred()
        self._life.addBoth(lambda _: self._shared.close()).chainDeferred(closed)
        return closed

    def dataReceived(self, data: bytes) -> None:
        """Twisted: the process says something."""
        if self._stage is Stage.STARTING:
            self._stage = Stage.READY
            data = data[len(child.READY) :]
        self._answers += data
        while self._asked and len(self._answers) >= self._asked[0].size:
            asked = self._asked.popleft()
            hashes = bytes(self._answers[: asked.size])
            del self._answers[: asked.size]
            self._workers.run(asked.use, hashes).chainDeferred(asked.used)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: the process has ended; what it was asked is not lost."""
        if self._stage is not Stage.GONE:
            _log.warn("the process that hashes has ended; threads do it from now on")
        self._stage = Stage.GONE
        if self._looking is not None:
            self._looking.cancel()
        unanswered, self._asked = self._asked, deque()
        for asked in unanswered:
            self._threads.unit_hashes(asked.run, asked.unit_layer, asked.use).chainDeferred(asked.used)
        self._lost.callback(None)

    def _say(self, asked: bytes) -> None:
        # At once, past the reactor: the socket has room for thousands of these.
        with suppress(OSError):
            self.transport.getHandle().send(asked)

    def _look_later(self) -> None:
        self._looking = self._reactor.callLater(self._answer_s, self._look, self._asked[0])

    def _look(self, oldest: Job) -> None:
        """Give the process up if it did not answer even what it was asked first."""
        self._looking = None
        if self._asked and self._asked[0] is not oldest:
            self._look_later()
        elif self._asked and self._process is not None:
            # Stopped, it would end when it goes on.
            self._process.kill()
            self.transport.abortConnection()

    def _reckon(self, count: int) -> None:
        """So much was hashed by threads: start the process when that is enough."""
        self._patience -= count
        if self._stage is Stage.NONE and self._patience <= 0:
            self._stage = Stage.STARTING
            self._life = Deferred.fromCoroutine(self._live()).addErrback(self._not_started)

    async def _live(self) -> None:
        """From the start of the process to its end."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            process = await self._workers.run(start_apart, child.__file__, theirs, self._shared.descriptor)
            if self._stage is not Stage.STARTING:
                process.kill()
            else:
                self._process = process
                ours.setblocking(False)
                factory: Any = Factory.forProtocol(lambda: self)
                self._reactor.adoptStreamConnection(ours.fileno(), socket.AF_UNIX, factory)
        if self._process is not None:
            await self._lost
        await self._workers.run(process.wait)

    def _not_started(self, failure: Failure) -> None:
        self._stage = Stage.GONE
        _log.warn("no process that hashes: {why}; threads do it", why=failure.getErrorMessage())


def can_hash_apart(reactor: Any) -> bool:
    """Whether this system has what that takes."""
    known = IReactorSocket.providedBy(reactor) and hasattr(os, "memfd_create") and bool(sys.executable)
    return known and not portable_only()
