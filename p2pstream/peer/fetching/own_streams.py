"""What this process fetches, for others to have as far as it is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from twisted.internet.defer import Deferred, fail, succeed

from p2pstream.content.keys import FileKey, Key, LiveKey
from p2pstream.content.listed import ALL, part_of
from p2pstream.errors import NotShared
from p2pstream.interfaces import IHeldStream, ILiveParty, IStream
from p2pstream.peer.centrals.announcement import Named
from p2pstream.peer.live.streams import LiveStreams

__all__ = ["OwnStreams"]


class OwnStreams:
    """Streams of a store, and broadcasts; an `centrals.announcement.OurClaims`.

    A stream that its fetcher closed is not ours any more.

    :ivar live: the broadcasts.
    :ivar changed: called when there is something of a stream for the first time, or all of it.
    """

    def __init__(self) -> None:
        self.changed: Callable[[], None] = lambda: None
        self._streams: dict[FileKey, IHeldStream] = {}
        self._told: dict[FileKey, int] = {}
        self.live = LiveStreams()
        self._names: dict[LiveKey, Callable[[], Iterable[Named]]] = {}

    def add(self, stream: IHeldStream) -> None:
        """This one is fetched from now on; it need not be said when that has ended."""
        self._streams[stream.key] = stream
        self._told[stream.key] = self._stage(stream)
        stream.watch(partial(self._grew, stream))

    def drop(self, key: FileKey) -> None:
        """It is not given any more."""
        if self._streams.pop(key, None) is not None:
            self._told.pop(key)
            self.changed()

    def join(self, party: ILiveParty, names: Callable[[], Iterable[Named]] = tuple) -> None:
        """We take part in a broadcast from now on.

        :param names: the records of what it is called, if it is ours.
        """
        self.live.add(party)
        self._names[party.key] = names
        self.changed()

    def leave(self, party: ILiveParty) -> None:
        """We take part no more; harmless when done twice."""
        self.live.remove(party)
        if self.live.party(party.key) is None:
            self._names.pop(party.key, None)
        self.changed()

    def streams(self) -> Sequence[Key]:
        """See `OurClaims`."""
        return [*(key for key, stream in self._streams.items() if stream.units), *self.live]

    def have(self, key: Key) -> int:
        """See `OurClaims`."""
        if isinstance(key, LiveKey):
            return ALL if self.live.party(key) is not None else 0
        stream = self._streams.get(key)
        return 0 if stream is None else part_of(stream.units.total, key.units)

    def names(self) -> Iterable[Named]:
        """See `OurClaims`: whoever has a film of others knows no more of its name than they."""
        return [named for names in self._names.values() for named in names()]

    def open(self, key: FileKey) -> Deferred[IStream]:
        """As `INode.open_key`."""
        stream = self._streams.get(key)
        if stream is None or not stream.units:
            return fail(NotShared(f"{key.text} is not here"))
        return succeed(stream.again())

    def _grew(self, stream: IHeldStream) -> None:
        stage = self._stage(stream)
        if self._streams.get(stream.key) is stream and stage != self._told[stream.key]:
            self._told[stream.key] = stage
            self.changed()

    def _stage(self, stream: IHeldStream) -> int:
        """0: nothing is here; 1: a part; `ALL`."""
        if not stream.units:
            return 0
        return ALL if stream.units.covers(0, stream.key.units) else 1
