"""Our questions and theirs.  Pure."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.codes import Code
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.link.messages import Ping, Pong

__all__ = ["Pings"]


class Pings:
    """Who waits for which PONG, and how often the other end asks."""

    __slots__ = ("_limits", "_next", "_theirs", "_waiting")

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._next = 1
        # Few wait, mostly nobody: all that most links ever ask is whether the other end is there.
        self._waiting: dict[int, Callable[[], None]] | None = None
        #: When they asked, lately.
        self._theirs: tuple[float, ...] = ()

    def ask(self, answered: Callable[[], None]) -> Ping:
        """A new question."""
        ping = Ping(self._next)
        self._next += 1
        if self._waiting is None:
            self._waiting = {}
        self._waiting[ping.token] = answered
        return ping

    def answered(self, pong: Pong) -> None:
        """An answer came; raises `PeerError` when nobody had asked."""
        answered = self._waiting.pop(pong.token, None) if self._waiting else None
        if answered is None:
            raise PeerError("PONG to no PING", Code.UNSOLICITED)
        self._waiting = self._waiting or None
        answered()

    def asked(self, ping: Ping, now: float) -> Pong:
        """The answer to theirs; raises `PeerError` when they are too many."""
        since = now - self._limits.link_pings_s
        self._theirs = (*(moment for moment in self._theirs if moment > since), now)
        if len(self._theirs) > self._limits.link_pings:
            raise PeerError("a flood of PINGs", Code.RATE_LIMITED)
        return Pong(ping.token, int(now * 1000))
