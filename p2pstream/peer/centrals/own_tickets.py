"""What centrals signed of us: asked for when somebody shares a stream with us, and before it is too old."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.keys import FileKey
from p2pstream.content.signed.tickets import Ticket
from p2pstream.errors import P2PStreamError
from p2pstream.limits import LIMITS, Limits

__all__ = ["OwnTickets", "TicketLine"]

_log = Logger()


class TicketLine(Protocol):
    """One central, on a connection that comes and goes; as `announcement.AnnounceLine`."""

    def ticket(self, key: FileKey) -> Deferred[Ticket]:
        """Have it signed that we can be dialled, and have this."""


#: When each line was asked last, and what it signed.
Kept = dict[TicketLine, tuple[float, Ticket | None]]


class OwnTickets:
    """Our tickets by stream, and by who signed them.

    :param lines: the centrals that we announce to, now.
    """

    def __init__(
        self, clock: IReactorTime, lines: Callable[[], Iterable[TicketLine]], limits: Limits = LIMITS
    ) -> None:
        self._clock = clock
        self._lines = lines
        self._limits = limits
        self._kept: dict[FileKey, Kept] = {}

    def of(self, key: FileKey) -> Sequence[Ticket]:
        """Those that there are; what is missing or half over is asked for, and is there the next time."""
        now, lines = self._clock.seconds(), list(self._lines())
        kept = self._kept.pop(key, {})
        # Those that were asked about last are at the end.
        self._kept[key] = kept = {line: kept[line] for line in lines if line in kept}
        while len(self._kept) > self._limits.own_tickets:
            del self._kept[next(iter(self._kept))]
        for line in lines:
            asked_at, ticket = kept.get(line, (float("-inf"), None))
            rest_s = self._limits.ticket_again_s if ticket is None else self._limits.ticket_life_s / 2
            if now >= asked_at + rest_s:
                kept[line] = now, ticket
                line.ticket(key).addCallbacks(self._signed, self._refused, (kept, line, now))
        return [ticket for _, ticket in kept.values() if ticket is not None]

    def _signed(self, ticket: Ticket, kept: Kept, line: TicketLine, now: float) -> None:
        kept[line] = now, ticket

    def _refused(self, failure: Failure) -> None:
        # It has not dialled us yet, or cannot, or is not there: it is asked again.
        failure.trap(P2PStreamError)
        _log.debug("no ticket: {fault}", fault=failure.value)
