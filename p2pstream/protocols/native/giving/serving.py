"""What the other end asks for on one channel.  Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import Limits
from p2pstream.protocols.native.events import ChannelOffer
from p2pstream.protocols.native.giving.news import News
from p2pstream.protocols.native.giving.queue import Queued
from p2pstream.protocols.native.messages import Page, Want

__all__ = ["Serving"]

#: Bytes a second.
_KBIT = 125


class Serving:
    """Requests that are not answered yet.

    A request waits until all pages of hashes that were asked for before it are answered,
    and all of them until the shell has said what there is.
    """

    def __init__(self, key: FileKey, limits: Limits) -> None:
        #: What there is; None before the shell said so, and where there is nothing.
        self.offer: ChannelOffer | None = None
        #: The units of it that are here.
        self.units = Ranges()
        #: Units that may be outstanding.
        self.granted: int = limits.native_first_units
        #: How many times it was lowered without the other end having said that it knows;
        #: until then asking for more is no offence.
        self.unsettled = 0
        #: Those that are.
        self.outstanding = 0
        #: Bytes of units that went with the kernel.
        self.sent = 0
        #: When what is here was last told; monotonic seconds.
        self.told_at = 0.0
        #: When it is to be told again, if it is not what was told.
        self.due_at = 0.0
        self.told = News(key.units, limits)
        self.entries: dict[int, Queued] = {}
        #: What the other end told of whoever watches there, and when; None: nobody is known to.
        self._watching: tuple[Want, float] | None = None
        self._pages: dict[int, Page] = {}
        self._line: deque[Queued | int] = deque()
        self._open = False

    @property
    def pages(self) -> int:
        """How many pages are not answered yet."""
        return len(self._pages)

    def watched(self, said: Want, now: float) -> None:
        """The other end told of whoever watches there."""
        self._watching = (said, now) if said.interested and said.rate else None

    @property
    def watched_rate(self) -> float:
        """Bytes a second of whoever is known to watch there; 0: nobody is."""
        return self._watching[0].rate * _KBIT if self._watching is not None else 0.0

    def due(self, unit: int) -> float | None:
        """When a unit is on screen there, if it goes on as it did; None: nobody is known to watch."""
        if self._watching is None:
            return None
        said, then = self._watching
        return then + (unit - said.position) * UNIT / (said.rate * _KBIT)

    def admit(self, entry: Queued, count: int) -> None:
        """A request was accepted; it may not leave yet."""
        self.entries[entry.batch.rid] = entry
        self.outstanding += count
        self._line.append(entry)

    def ask_page(self, ticket: int, page: Page) -> bool:
        """A page was asked for; whether it may be looked for at once."""
        self._pages[ticket] = page
        self._line.append(ticket)
        return self._open

    def open(self, offer: ChannelOffer | None) -> list[tuple[int, Page]]:
        """The shell has said what there is; the pages that are to be looked for now."""
        self._open = True
        self.offer = offer
        self.units = offer.units if offer else Ranges()
        return list(self._pages.items())

    def take_page(self, ticket: int) -> Page | None:
        """A page is answered; None when nobody waits for it any more."""
        return self._pages.pop(ticket, None)

    def released(self) -> Iterator[Queued]:
        """The requests that may leave now."""
        while self._open and self._line:
            head = self._line[0]
            if isinstance(head, int):
                if head in self._pages:
                    return
            else:
                yield head
            self._line.popleft()

    def answered(self, entry: Queued, first: int, count: int) -> None:
        """These units are being sent, or will not be."""
        batch = entry.batch
        batch.answer(first, count)
        self.outstanding -= count
        if not batch.left:
            del self.entries[batch.rid]

    def void(self) -> None:
        """The channel is over: nothing of it is answered any more."""
        for entry in self.entries.values():
            entry.batch.left = 0
        self.entries.clear()
        self._pages.clear()
        self._line.clear()
        self.outstanding = 0
