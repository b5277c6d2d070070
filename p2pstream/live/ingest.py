"""Bytes on their way into a broadcast: what they are, where one may begin, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.mpegts import SURE_BYTES, TransportStream, is_transport_stream
from p2pstream.interfaces import IBroadcast, IEvents, ISink
from p2pstream.limits import LIMITS, Limits

__all__ = ["Ingest"]


@implementer(ISink)
class Ingest:
    """One input, from its first byte to its last.

    An MPEG transport stream is cut where one may begin to watch; anything else is carried
    as it comes.  It tells what it sees: that nothing comes, that times jump, that bytes
    are no packets.

    :param name: of the broadcast, for people.
    :param over: called once: None when the input says that this is all, else why it broke off.
    """

    def __init__(
        self,
        broadcast: IBroadcast,
        name: str,
        reactor: IReactorTime,
        events: IEvents,
        over: Callable[[Failure | None], object],
        limits: Limits = LIMITS,
    ) -> None:
        self._broadcast = broadcast
        self._name = name
        self._reactor = reactor
        self._events = events
        self._over = over
        self._limits = limits
        self._stream: TransportStream | None = TransportStream()
        self._begin = b""
        self._is_known = False
        self._told_skipped = self._told_jumps = self._told_changes = 0
        #: When it was last told that something is no packet.
        self._told_at = float("-inf")
        self._silence: IDelayedCall | None = None
        self._is_silent = False
        self._is_first = True
        #: Bytes that came.
        self.received = 0

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Twisted: it is paused while the disk is behind."""
        self._broadcast.registerProducer(producer, streaming)
        self._watch()

    def unregisterProducer(self) -> None:
        """Twisted: nothing more comes from it."""
        self._broadcast.unregisterProducer()
        self._unwatch()

    def write(self, data: bytes) -> None:
        """More of it."""
        self.received += len(data)
        if self._is_silent:
            self._is_silent = False
            self._events.happened("input_back", name=self._name)
        self._watch()
        if not self._is_known:
            self._begin += data
            if len(self._begin) < SURE_BYTES:
                return
            data = self._recognised()
        self._put(data)

    def finish(self) -> Deferred[None]:
        """The input says that this is all."""
        self._end(None)
        return succeed(None)

    def abort(self, reason: Failure) -> Deferred[None]:
        """It broke off."""
        self._end(reason)
        return succeed(None)

    def _recognised(self) -> bytes:
        """Decide what it is from how it begins."""
        self._is_known = True
        begin, self._begin = self._begin, b""
        if not is_transport_stream(begin):
            self._stream = None
            self._events.happened("input_plain", name=self._name)
        return begin

    def _put(self, data: bytes) -> None:
        if self._stream is None:
            self._broadcast.put(data, discontinuity=self._take_first())
            return
        for part in self._stream.feed(data):
            broken = self._take_first() or part.discontinuity
            self._broadcast.put(part.content, part.rap, broken, clock_s=part.clock)
        self._tell()

    def _take_first(self) -> bool:
        """Whether these are the first bytes of this input: whatever was before them ends there."""
        first, self._is_first = self._is_first, False
        return first

    def _tell(self) -> None:
        assert self._stream is not None
        if self._stream.jumps > self._told_jumps:
            self._told_jumps = self._stream.jumps
            self._events.happened("input_jumped", name=self._name)
        if self._stream.changes > self._told_changes:
            self._told_changes = self._stream.changes
            self._events.happened("input_changed", name=self._name)
        self._tell_skipped(self._stream.skipped)

    def _tell_skipped(self, skipped: int) -> None:
        """Now and again: of what is damaged there may be much."""
        now = self._reactor.seconds()
        if skipped > self._told_skipped and now - self._told_at >= self._limits.live_silent_s:
            lost, self._told_skipped, self._told_at = skipped - self._told_skipped, skipped, now
            self._events.happened("input_garbled", name=self._name, lost=lost)

    def _watch(self) -> None:
        """Wait for the next bytes, and say so when they do not come."""
        wait = self._limits.live_silent_s
        if self._silence is not None and self._silence.active():
            self._silence.reset(wait)
        else:
            self._silence = self._reactor.callLater(wait, self._say_silent)

    def _unwatch(self) -> None:
        if self._silence is not None and self._silence.active():
            self._silence.cancel()

    def _say_silent(self) -> None:
        self._is_silent = True
        self._events.happened("input_silent", name=self._name, seconds=self._limits.live_silent_s)

    def _end(self, reason: Failure | None) -> None:
        self._unwatch()
        if self._begin:
            self._put(self._recognised())
        if self._stream is not None:
            self._told_at = float("-inf")
            self._tell_skipped(self._stream.skipped)
        over, self._over = self._over, lambda _: None
        over(reason)
