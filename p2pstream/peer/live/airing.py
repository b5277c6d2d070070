"""A broadcast of ours: its channel, its window, its name, and those who watch."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.data.live import remove_epochs
from p2pstream.interfaces import IDisk, IStateFile, IWorkers
from p2pstream.live.broadcast import Broadcast
from p2pstream.live.recording import Adopting, is_whole, keep_film
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.live.centrals import AiringCentrals
from p2pstream.peer.live.edge import EdgeTelling
from p2pstream.peer.names.book import Book
from p2pstream.values import value

__all__ = ["MIME", "Airing", "Recording"]

#: Of what comes in, as far as anybody can say.
MIME = "video/mp2t"


@value
class Recording:
    """What of a broadcast is kept, and where.

    :ivar disk: has channels and windows.
    :ivar store: has films.
    :ivar window_s: how far back viewers may go.
    :ivar records: whether all of it is kept, and is a film when it is over.
    """

    disk: IDisk
    store: Adopting
    window_s: float
    records: bool = True


class Airing:
    """One broadcast, from its first byte to its last.

    :param book: its name.
    :param lock: closed when it is over: no other program has the channel until then.
    :param shown: called when the first of it can be watched: from then on it has its name.
    :ivar broadcast: what is fed.
    """

    def __init__(
        self,
        name: str,
        broadcast: Broadcast,
        own: OwnStreams,
        book: Book,
        lock: IStateFile,
        centrals: AiringCentrals,
        telling: EdgeTelling,
        recording: Recording,
        shown: Callable[[], None],
    ) -> None:
        self._name = name
        self.broadcast = broadcast
        self._own = own
        self._book = book
        self._lock = lock
        self._centrals = centrals
        self._telling = telling
        self._recording = recording
        self._shown = shown
        self._edge = broadcast.data.edge
        self._unwatch = broadcast.data.observe(self._grew)

    @property
    def key(self) -> LiveKey:
        """What others know it by."""
        return self.broadcast.key

    @property
    def viewers(self) -> int:
        """How many are linked with us: those whom they give it on to are not among them."""
        return len(self.broadcast.neighbours)

    async def end(self) -> FileKey:
        """It is over: what was broadcast is a film, and its name that of the film.

        Of one that is not kept the name stands for nothing.

        :raises StorageError: the disk refused the last of it.
        """
        key = await self.broadcast.end()
        if self._recording.records and is_whole(self.broadcast.data, key):
            self._book.enter(self._name, key, MIME)
        else:
            self._book.strike(self._name)
        self._own.changed()
        # Nobody is left to say it once we are gone.
        for named in self._book.names():
            await self._centrals.publish(named.raw)
        return key

    async def keep(self, workers: IWorkers) -> bool:
        """Have the film in the store, if all of it was kept, and nothing else; nothing more is sent.

        :raises StorageError: the disk refuses.
        """
        edge, data = self.broadcast.lineage.edge, self.broadcast.data
        assert edge is not None and edge.final is not None, "it was ended"
        film = self._recording.records and await keep_film(
            data, edge.final, self._recording.disk, workers, self._recording.store
        )
        if not film:
            await data.close()
            await workers.run(remove_epochs, self._recording.disk, self.key)
        return film

    async def close(self) -> None:
        """Leave; it goes on from here when it is opened again, unless it was ended."""
        self._unwatch()
        self._telling.close()
        self._own.leave(self.broadcast)
        try:
            await self.broadcast.stop()
        finally:
            self._lock.close()

    def _grew(self) -> None:
        if self.broadcast.data.edge > self._edge:
            self._unwatch()
            self._own.join(self.broadcast, lambda: list(self._book.names()))
            self._shown()
