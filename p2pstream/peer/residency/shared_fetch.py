"""One stream on its way here, for any number of programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.shown import ShownFetch
from p2pstream.content.views import StreamSnapshot
from p2pstream.content.waits import awaited_text
from p2pstream.interfaces import IEvents, IFetched, IHeldStream, IStreamView
from p2pstream.peer.fetching.proven import FinalPath, ProvenStream

__all__ = ["Audience", "SharedFetch", "UsedStream"]


@implementer(IEvents)
class Audience:
    """Passes on what happens to all who use one stream."""

    def __init__(self, first: IEvents) -> None:
        #: Each of them once.
        self.listeners: list[IEvents] = [first]

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents`."""
        for each in list(self.listeners):
            each.happened(event, **fields)


class SharedFetch:
    """Fetches until it is done, all who use it have stopped it, or nobody uses it any more.

    :param stream: closed with this.
    :param audience: told what happens to it.
    :param own: held for others, who are given what is here; closed with this.
    :param closed: called with this when nobody uses it any more.
    """

    def __init__(
        self,
        stream: ProvenStream,
        audience: Audience,
        own: IHeldStream,
        closed: Callable[[SharedFetch], None],
    ) -> None:
        self.stream = stream
        self.key = own.key
        #: Whether it is moved into a file, or will be.
        self.placed = False
        self.over = False
        self._audience = audience
        self.own: Any = own
        self._closed = closed
        self._users: list[UsedStream] = []

    def use(self, data: IHeldStream, place: FinalPath | None, events: IEvents) -> UsedStream:
        """One user more.

        :param data: closed with that one.
        """
        self.placed = self.placed or place is not None
        used = UsedStream(self, data, place, events)
        self._users.append(used)
        if events not in self._audience.listeners:
            self._audience.listeners.append(events)
        return used

    def done(self) -> Deferred[None]:
        """Fires or fails as the download does, for one of many who wait; may be cancelled."""
        waiting: Deferred[None] = Deferred()

        def tell(outcome: Any) -> Any:
            if isinstance(outcome, Failure):
                self.end()
            if not waiting.called:
                (waiting.errback if isinstance(outcome, Failure) else waiting.callback)(outcome)
            return outcome

        self.stream.done.addBoth(tell)
        return waiting

    def shown(self) -> ShownFetch:
        """As pages show it."""
        seen, cursors = self.stream.view.snapshot(), list(self.own.cursors)
        return ShownFetch(
            seen.name,
            self.key.text,
            seen.length,
            seen.have,
            seen.rate,
            awaited_text(seen.awaited),
            tuple(cursor.position for cursor in cursors if cursor.kind == "read"),
            tuple(cursor.position for cursor in cursors if cursor.kind == "play"),
            len(self._users),
            seen.again,
        )

    def end(self) -> None:
        """Who comes now begins anew."""
        self.over = True

    def halted(self) -> Deferred[None]:
        """One of its users wants nothing more of others."""
        if not all(each.halted for each in self._users):
            return succeed(None)
        self.end()
        return self.stream.stop()

    async def left(self, user: UsedStream, events: IEvents) -> None:
        """One of its users is done with it."""
        if user not in self._users:
            return
        self._users.remove(user)
        self._audience.listeners.remove(events)
        if self._users:
            await self.halted()
        else:
            await self.close()

    async def close(self) -> None:
        """Fetch nothing more for anybody."""
        self.end()
        self._closed(self)
        self.own.close()
        await self.stream.close()


@implementer(IFetched, IStreamView)
class UsedStream:
    """See `streams.OpenStream`, as one of its users has it.

    :param data: closed with this.
    :param place: where it goes when it is whole.
    """

    broadcast = None

    def __init__(
        self, fetch: SharedFetch, data: IHeldStream, place: FinalPath | None, events: IEvents
    ) -> None:
        self.data: Any = data
        self.halted = False
        self.done: Deferred[None] = Deferred()
        self.view: IStreamView = self
        self._fetch = fetch
        self._events = events
        self._filling = Deferred.fromCoroutine(self._fill(place))
        self._filling.chainDeferred(self.done)

    def snapshot(self) -> StreamSnapshot:
        """See `IStreamView`."""
        return self._fetch.stream.view.snapshot()

    def stop(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        self.done.addErrback(lambda _: None)
        self.halted = True
        return self._fetch.halted()

    def close(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        return Deferred.fromCoroutine(self._close())

    async def _fill(self, place: FinalPath | None) -> None:
        await self._fetch.done()
        if place is not None:
            await self._fetch.stream.keep(place)
            # What is released belongs to the user; whoever wants it now begins anew.
            self._fetch.end()
            self._events.happened("saved", path=place.path, length=self.data.length)

    async def _close(self) -> None:
        self.done.addErrback(lambda _: None)
        self._filling.cancel()
        try:
            await self._fetch.left(self, self._events)
        finally:
            self.data.close()
