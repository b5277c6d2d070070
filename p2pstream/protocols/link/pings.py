"""Our questions and theirs.  Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.link.codes import Code
from p2pstream.protocols.link.messages import Ping, Pong

__all__ = ["Pings"]


class Pings:
    """Who waits for which PONG, and how often the other end asks."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._next = 1
        self._waiting: dict[int, Callable[[], None]] = {}
        self._theirs: deque[float] = deque()

    def ask(self, answered: Callable[[], None]) -> Ping:
        """A new question."""
        ping = Ping(self._next)
        self._next += 1
        self._waiting[ping.token] = answered
        return ping

    def answered(self, pong: Pong) -> None:
        """An answer came; raises `PeerError` when nobody had asked."""
        answered = self._waiting.pop(pong.token, None)
        if answered is None:
            raise PeerError("PONG to no PING", Code.UNSOLICITED)
        answered()

    def asked(self, ping: Ping, now: float) -> Pong:
        """The answer to theirs; raises `PeerError` when they are too many."""
        self._theirs.append(now)
        while self._theirs[0] <= now - self._limits.link_pings_s:
            self._theirs.popleft()
        if len(self._theirs) > self._limits.link_pings:
            raise PeerError("a flood of PINGs", Code.RATE_LIMITED)
        return Pong(ping.token, int(now * 1000))
