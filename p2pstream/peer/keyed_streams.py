"""From a key to a shared file, proofs included."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred

from p2pstream.content.keys import FileKey
from p2pstream.data.file import READ, FileData
from p2pstream.data.proven_file import SharedStream
from p2pstream.data.store.reader import StoreReader
from p2pstream.errors import Gone, NotShared, StorageError
from p2pstream.interfaces import IStream, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.hashes import SharedHashes
from p2pstream.peer.keyed import Keyed
from p2pstream.peer.offers import Offer
from p2pstream.peer.opened_stream import OpenedStream
from p2pstream.peer.shares import Shares

__all__ = ["KeyedStreams"]


class KeyedStreams:
    """Opens what is shared, and else what lies in the store, if there is one."""

    def __init__(
        self,
        shares: Shares,
        keyed: Keyed,
        hashes: SharedHashes,
        workers: IWorkers,
        store: StoreReader | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self._shares = shares
        self._keyed = keyed
        self._hashes = hashes
        self._workers = workers
        self._store = store
        self._limits = limits
        #: Whether it is being fetched in this process: then that is given.
        self.fetched: Callable[[FileKey], IStream | None] = lambda key: None

    def open(self, key: FileKey) -> Deferred[IStream]:
        """As `INode.open_key`."""
        return Deferred.fromCoroutine(self._open(key))

    async def _open(self, key: FileKey) -> IStream:
        for offer in self._keyed.offers(key):
            try:
                return await self._shared(offer, key)
            except (Gone, NotShared, StorageError):
                # Another file may have the same bytes.
                continue
        return await self._stored(key)

    async def _stored(self, key: FileKey) -> IStream:
        fetched = self.fetched(key)
        if fetched is not None:
            return fetched
        if self._store is None:
            raise NotShared(f"{key.text} is not shared here")
        return await self._store.open(key)

    async def _shared(self, offer: Offer, key: FileKey) -> OpenedStream:
        tree = await self._hashes.tree(offer, key)
        if tree.key != key:
            raise Gone(f"“{offer.name}” is not what it was")
        file = FileData(await self._shares.file(offer), READ, self._workers, self._limits)
        return self._shares.lend(OpenedStream, offer, SharedStream(file, tree, self._workers))
