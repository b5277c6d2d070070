"""When centrals are asked again who has a stream."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.alarm import Alarm

__all__ = ["Inquiry"]

_log = Logger()


class Inquiry:
    """Asks every so often, and at once when sources went; when they go again and again, later.

    While few are known it asks sooner, after a pause that doubles: of a crowd that gathers
    each was told of those only who came before.

    :param ask: asks, once; it is not called again before it fires.
    """

    def __init__(
        self, clock: IReactorTime, ask: Callable[[], Deferred[None]], limits: Limits = LIMITS
    ) -> None:
        self._clock = clock
        self._ask = ask
        self._limits = limits
        self._asked = clock.seconds()
        #: How long after that one may come that is urged.
        self._pause = limits.peers_soon_s
        #: How long after that the next comes while few are known.
        self._soon = limits.peers_soon_s
        self._is_urged = self._is_hasty = self._is_asking = self._is_over = False
        self._alarm = Alarm(clock, self._ring)
        self._set()

    def urge(self) -> None:
        """Sources went."""
        self._is_urged = True
        self._set()

    def hasten(self) -> None:
        """Few are known, as of now."""
        self._is_hasty = True
        self._set()

    def stop(self) -> None:
        """Ask no more; harmless when done twice."""
        self._is_over = True
        self._alarm.set(None)

    def _set(self) -> None:
        if not (self._is_asking or self._is_over):
            again = self._limits.peers_again_s
            urged, hasty = self._pause if self._is_urged else again, self._soon if self._is_hasty else again
            self._alarm.set(self._asked + min(urged, hasty))

    def _ring(self, now: float) -> None:
        limits = self._limits
        if self._is_urged or not self._is_hasty:
            often = now - self._asked < 2 * self._pause
            self._pause = min(2 * self._pause, limits.peers_again_s) if often else limits.peers_soon_s
        if self._is_hasty:
            self._soon = min(2 * self._soon, limits.peers_again_s)
        self._asked, self._is_urged, self._is_hasty, self._is_asking = now, False, False, True
        asking = self._ask()
        asking.addErrback(lambda failure: _log.failure("a question to centrals broke", failure))
        asking.addCallback(self._answered)

    def _answered(self, _: None) -> None:
        self._is_asking = False
        self._set()
