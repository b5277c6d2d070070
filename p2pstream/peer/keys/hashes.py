"""Keys and proofs of shared files: remembered from earlier runs, or found out by reading."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakValueDictionary

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.data.hash_cache import HashCache
from p2pstream.data.hash_lines import HashLine
from p2pstream.data.hashing import hash_file
from p2pstream.data.trees import Trees
from p2pstream.errors import StorageError
from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.recent_trees import RecentTrees
from p2pstream.protocols.node import Means

__all__ = ["SharedHashes"]

_log = Logger()


class SharedHashes:
    """Hashes files of the shares, and keeps what came of it; a `keying.KeySource`.

    What cannot be kept is used all the same: a tree that no disk takes stays in memory.
    """

    def __init__(self, means: Means, shares: Shares, cache: HashCache, trees: Trees) -> None:
        self._shares = shares
        self._cache: HashCache | None = cache
        self._trees = trees
        self._workers = means.workers
        self._events = means.events
        # The times of files are told by the time of day.
        self._wall_ns = means.wall_ns
        self._limits = means.limits
        #: Trees that no disk has.
        self._unkept: dict[FileKey, Tree] = {}
        #: Trees that somebody has, so that all readers of a film have the same; and the last ones.
        self._in_use: WeakValueDictionary[FileKey, Tree] = WeakValueDictionary()
        self._recent = RecentTrees(means.limits)
        self._keeping: set[Deferred[None]] = set()
        self._refused = False

    async def load(self) -> None:
        """Return when it is known what was found out in earlier runs, as far as it can be known."""
        try:
            if self._cache is not None:
                await self._cache.load()
        except StorageError as fault:
            # Not to be written either: it may be a newer program's.
            self._cache = None
            self._tell(fault)

    def known(self, offer: Offer) -> FileKey | None:
        """See `KeySource`."""
        entry = self._cache.find(self._shares.path(offer), offer.stamp) if self._cache is not None else None
        # Without its hashes the file would have to be read again as soon as anybody asks for it.
        return entry.key if entry is not None and entry.has_tree else None

    def find(self, offer: Offer, progress: Callable[[int], None]) -> Deferred[FileKey]:
        """See `KeySource`."""
        return Deferred.fromCoroutine(self._find(offer, progress))

    async def tree(self, offer: Offer, key: FileKey) -> Tree:
        """What proves the bytes of a file that has this key.

        :raises errors.Gone: the file is not what it was.
        :raises errors.StorageError: it has to be read again, and cannot be.
        """
        tree = self._in_use.get(key) or await self._kept(key)
        if tree is None:
            # Somebody has removed or damaged what was kept.
            tree = await self._hash(offer, lambda count: None)
        return self._recent.put(self._in_use.setdefault(tree.key, tree))

    def forget(self, key: FileKey) -> None:
        """No file that is shared has this key any more: its hashes need not be kept."""
        self._unkept.pop(key, None)
        self._begin(self._forget(key))

    async def close(self) -> None:
        """Return when all is kept that is to be kept."""
        for keeping in tuple(self._keeping):
            await keeping

    async def _find(self, offer: Offer, progress: Callable[[int], None]) -> FileKey:
        return (await self._hash(offer, progress)).key

    async def _hash(self, offer: Offer, progress: Callable[[int], None]) -> Tree:
        file = await self._shares.file(offer)
        try:
            began_ns = self._wall_ns()
            hashed = await hash_file(file, self._workers, _steps(progress), self._limits)
        finally:
            file.close()
        self._unkept[hashed.key] = self._in_use[hashed.key] = hashed.tree
        self._recent.put(hashed.tree)
        self._begin(self._keep(offer, hashed.tree, began_ns))
        return hashed.tree

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        keeping = Deferred.fromCoroutine(work)
        self._keeping.add(keeping)
        keeping.addBoth(lambda _: self._keeping.discard(keeping))

    async def _keep(self, offer: Offer, tree: Tree, began_ns: int) -> None:
        """First the hashes, then the line that says that they are there."""
        try:
            await self._trees.keep(tree)
            self._unkept.pop(tree.key, None)
            if self._cache is not None:
                entry = HashLine(self._shares.path(offer), offer.stamp, tree.key, True)
                await self._cache.put(entry, began_ns)
        except StorageError as fault:
            self._tell(fault)
        except Exception:
            _log.failure("the hashes of {name!r} are not kept", name=offer.name)
        else:
            self._refused = False

    async def _forget(self, key: FileKey) -> None:
        try:
            await self._trees.forget(key)
        except StorageError as fault:
            self._tell(fault)

    async def _kept(self, key: FileKey) -> Tree | None:
        try:
            return await self._trees.find(key)
        except StorageError as fault:
            self._tell(fault)
            return None

    def _tell(self, fault: StorageError) -> None:
        if not self._refused:
            self._refused = True
            self._events.happened("state_refused", reason=fault)


def _steps(progress: Callable[[int], None]) -> Callable[[int], None]:
    """Tells ``progress`` how much more was read, when told how much was read in all."""
    before = 0

    def done(count: int) -> None:
        nonlocal before
        progress(count - before)
        before = count

    return done
