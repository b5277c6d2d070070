"""A disk that refuses what is fetched, and when it is tried again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from p2pstream.content.addresses import Address
from p2pstream.interfaces import IUnitSource
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["Refusal", "SentRun"]

_log = Logger()


@value
class SentRun:
    """Consecutive units that a source sent.

    :param sent_from: its address; None: it was gone already.
    :param asked: when the first of them was asked for.
    """

    source: IUnitSource
    sent_from: Address | None
    first: int
    count: int
    run: memoryview
    asked: float


class Refusal:
    """What finds no room stays in memory, so that it need not be sent again.

    Now and then one run is tried; when it is kept, the others, one after another.  Meanwhile
    nothing is asked for, so this is no more than `FetchLimits.ask_bytes`.

    :param keep: tries to keep a run; fires with whether it was refused, and is held again.
    :param over: called when all of them are kept.
    :ivar is_on: whether the disk refuses.
    """

    def __init__(
        self,
        keep: Callable[[SentRun], Deferred[bool]],
        over: Callable[[], None],
        limits: Limits = LIMITS,
    ) -> None:
        self._keep = keep
        self._over = over
        self._wait_s = limits.storage_retry_s
        self._again = 0.0
        self._held: deque[SentRun] = deque()
        self._trying = False
        self.is_on = False

    def hold(self, came: SentRun, now: float) -> bool:
        """There is no room for these; whether that is new."""
        news, self.is_on = not self.is_on, True
        self._held.append(came)
        self._again = now + self._wait_s
        return news

    def tick(self, now: float) -> None:
        """Time passed."""
        if self.is_on and not self._trying and now >= self._again:
            self._trying = True
            Deferred.fromCoroutine(self._try()).addErrback(
                lambda failure: _log.failure("what found no room is not tried again", failure)
            )

    def end(self) -> list[SentRun]:
        """Try no more; what is not kept."""
        held, self._held, self.is_on = list(self._held), deque(), False
        return held

    async def _try(self) -> None:
        while self._held and not await self._keep(self._held.popleft()):
            pass
        self._trying = False
        if self.is_on and not self._held:
            self.is_on = False
            self._over()
