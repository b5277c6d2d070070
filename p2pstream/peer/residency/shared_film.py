"""A film of a folder that this peer shares, for another program of its user."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

from p2pstream.content.ranges import Ranges
from p2pstream.content.views import StreamSnapshot
from p2pstream.interfaces import IFetched, IStream, IStreamView

__all__ = ["SharedFilm"]


@implementer(IFetched, IStreamView)
class SharedFilm:
    """See `streams.OpenStream`: it is all here, and nothing is to be fetched.

    :param data: closed with this.
    """

    broadcast = None

    def __init__(self, name: str, data: IStream) -> None:
        self.data: Any = data
        self.view: IStreamView = self
        self.done: Deferred[None] = succeed(None)
        self._name = name

    def snapshot(self) -> StreamSnapshot:
        """See `IStreamView`."""
        have = Ranges(self.data.key.span(*run) for run in self.data.units)
        return StreamSnapshot(self._name, self.data.key.length, have, verified=True)

    def stop(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        return succeed(None)

    def close(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        self.data.close()
        return succeed(None)
