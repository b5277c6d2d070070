"""Streams that players read through a gateway: each is fetched for as long as somebody reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure

from p2pstream.content.links import Link
from p2pstream.errors import Refused
from p2pstream.interfaces import IFetched, IFetches
from p2pstream.limits import LIMITS, Limits

__all__ = ["Viewing", "Viewings"]


class Viewing:
    """One stream, and how many responses read it.

    :param failed: called where it cannot be opened, or nothing more of it can be had.
    :ivar readers: how many there are.
    :ivar lost: whether that was so already.
    :ivar stream: what is read, once it is `opened`.
    """

    stream: IFetched

    def __init__(self, link: Link, fetching: Deferred[IFetched], failed: Callable[[Viewing], None]) -> None:
        self.link = link
        self.readers = 0
        #: When it ends, unless somebody comes before.
        self.rest: Any = None
        self.lost = False
        self._failed = failed
        self._outcome: Any = None
        self._waiting: list[Deferred[None]] = []
        self._fetching = fetching.addBoth(self._fetched)

    def opened(self) -> Deferred[None]:
        """Fires when it is open; fails with why it cannot be."""
        waiting: Deferred[None] = Deferred(lambda each: self._waiting.remove(each))
        self._waiting.append(waiting)
        if self._outcome is not None:
            self._tell()
        return waiting

    @property
    def is_open(self) -> bool:
        """Whether there is a stream."""
        return self._outcome is self

    def close(self) -> None:
        """Fetch it no more."""
        if self._outcome is None:
            self._fetching.cancel()
        elif self.is_open:
            self.stream.close().addErrback(_unheard)

    def _fetched(self, outcome: Any) -> None:
        if isinstance(outcome, Failure):
            self._outcome = outcome
            self._lose()
        else:
            self.stream, self._outcome = outcome, self
            self.stream.done.addErrback(lambda _: self._lose())
        self._tell()

    def _lose(self) -> None:
        self.lost = True
        self._failed(self)

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if isinstance(self._outcome, Failure):
                each.errback(self._outcome)
            else:
                each.callback(None)


class Viewings:
    """All of one gateway; several who read one stream read one that is fetched once.

    A player that seeks hangs up and comes back, so each is kept for a moment after its last reader.
    """

    def __init__(self, fetches: IFetches, clock: IReactorTime, limits: Limits = LIMITS) -> None:
        self._fetches = fetches
        self._clock = clock
        self._limits = limits
        self._viewings: dict[Link, Viewing] = {}

    def __len__(self) -> int:
        return len(self._viewings)

    async def enter(self, link: Link) -> Viewing:
        """One response more reads this; it says when it has ended, see `leave`.

        :raises P2PStreamError: as `IFetches.fetch`.
        :raises TimeoutError: Twisted's; nothing of it came in time.
        """
        viewing = self._viewings.get(link) or self._begin(link)
        viewing.readers += 1
        if viewing.rest is not None:
            viewing.rest.cancel()
            viewing.rest = None
        try:
            await viewing.opened().addTimeout(self._limits.gateway_open_s, self._clock)
        except BaseException:
            self.leave(viewing)
            raise
        return viewing

    def leave(self, viewing: Viewing) -> None:
        """One response less reads it."""
        viewing.readers -= 1
        if viewing.readers:
            return
        if self._viewings.get(viewing.link) is viewing:
            # A player of playlists is away between two segments.
            live = viewing.stream.broadcast is not None if viewing.is_open else False
            rest_s = self._limits.live_rest_s if live else self._limits.gateway_rest_s
            viewing.rest = self._clock.callLater(rest_s, self._end, viewing)
        else:
            viewing.close()

    def close(self) -> None:
        """Fetch nothing more for anybody; whoever reads is told that it ended."""
        for viewing in list(self._viewings.values()):
            self._end(viewing)

    def _begin(self, link: Link) -> Viewing:
        if len(self._viewings) >= self._limits.gateway_streams:
            raise Refused(f"{self._limits.gateway_streams} streams are read here at once; end one of them")
        viewing = Viewing(link, self._fetches.fetch(link), self._forget)
        if not viewing.lost:
            self._viewings[link] = viewing
        return viewing

    def _end(self, viewing: Viewing) -> None:
        if viewing.rest is not None and viewing.rest.active():
            viewing.rest.cancel()
        viewing.rest = None
        self._forget(viewing)
        viewing.close()

    def _forget(self, viewing: Viewing) -> None:
        """Whoever comes now begins anew."""
        if self._viewings.get(viewing.link) is viewing:
            del self._viewings[viewing.link]


def _unheard(failure: Failure) -> None:
    """Nobody waits for it."""
