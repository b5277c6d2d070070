"""A stream that nothing proves, on its way here: its bytes are what peers say they are."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from p2pstream.data.partial import PartialData
from p2pstream.interfaces import IArriving, INode, IStreamView
from p2pstream.swarm.download import Download

__all__ = ["PlainStream"]


class PlainStream:
    """See `streams.OpenStream`; what is not whole when it is closed is not kept.

    :param path: the name that it gets when it is whole; None for one that is only watched.
    """

    broadcast = None

    def __init__(self, data: PartialData, download: Download, path: str | None, node: INode) -> None:
        self._partial = data
        self._path = path
        self._events = node.events
        self.data: IArriving = data
        self.view: IStreamView = download
        self.done: Deferred[None] = Deferred()
        self._filling: Deferred[None] = Deferred.fromCoroutine(self._fill(download))
        self._filling.chainDeferred(self.done)

    def stop(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        return Deferred.fromCoroutine(self._stop())

    def close(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        return Deferred.fromCoroutine(self._close())

    async def _fill(self, download: Download) -> None:
        await download.run()
        if self._path is not None:
            self._events.happened("saved", path=self._path, length=self.data.length)

    async def _stop(self) -> None:
        # Whoever wanted to know how it ended has asked before.
        self.done.addErrback(lambda _: None)
        over: Deferred[None] = Deferred()
        # Not awaited itself: it may be what we are called from.
        self._filling.addBoth(over.callback).cancel()
        await over

    async def _close(self) -> None:
        await self._stop()
        await self._partial.close()
