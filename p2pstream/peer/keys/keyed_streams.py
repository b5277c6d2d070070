"""From a key to a shared file, proofs included."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from p2pstream.content.keys import FileKey
from p2pstream.data.file import READ, FileData
from p2pstream.data.shared_stream import SharedStream
from p2pstream.data.store.reader import StoreReader
from p2pstream.errors import Gone, NotShared, StorageError
from p2pstream.interfaces import IStream, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.hashes import SharedHashes
from p2pstream.peer.keys.keyed import Keyed
from p2pstream.peer.keys.opened_stream import OpenedStream
from p2pstream.peer.side.sides import Sides

__all__ = ["KeyedStreams"]


class KeyedStreams:
    """Opens what is shared, and else what is fetched here, or lies in the store, if there is one."""

    def __init__(
        self,
        shares: Shares,
        keyed: Keyed,
        hashes: SharedHashes,
        workers: IWorkers,
        store: StoreReader | None = None,
        limits: Limits = LIMITS,
        own: OwnStreams | None = None,
        sides: Sides | None = None,
    ) -> None:
        self._shares = shares
        self._keyed = keyed
        self._hashes = hashes
        self._workers = workers
        self._store = store
        self._limits = limits
        self._own = own
        self._sides = sides

    def __contains__(self, key: object) -> bool:
        """Whether it is shared, as far as is known."""
        return key in self._keyed

    def key(self, offer: Offer) -> FileKey | None:
        """The key of what is shared, if it is known yet."""
        return self._keyed.key(offer)

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
        if self._sides is not None and key in self._sides:
            return await self._sides.open(key)
        if self._own is not None and self._own.have(key):
            return await self._own.open(key)
        if self._store is None:
            raise NotShared(f"{key.text} is not shared here")
        return await self._store.open(key)

    async def _shared(self, offer: Offer, key: FileKey) -> OpenedStream:
        tree = await self._hashes.tree(offer, key)
        if tree.key != key:
            raise Gone(f"“{offer.name}” is not what it was")
        file = FileData(await self._shares.file(offer), READ, self._workers, self._limits)
        return self._shares.lend(OpenedStream, offer, SharedStream(file, tree, self._workers))
