"""A broadcast that has ended becomes a film of the store."""

from __future__ import annotations

from typing import Protocol

from twisted.internet.defer import Deferred

from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.data.live import EpochFiles, LiveData, epochs_of, remove_epochs
from p2pstream.errors import BadHead, StorageError, Unproven
from p2pstream.interfaces import IDisk, IWorkers

__all__ = ["Adopting", "is_whole", "keep_film", "keep_left"]


class Adopting(Protocol):
    """A store that takes files in as they lie there."""

    def adopt(self, key: FileKey, path: str, leaves: bytes) -> Deferred[bool]:
        """See `data.store.store.Store.adopt`."""


def keep_film(
    data: LiveData, key: FileKey, disk: IDisk, workers: IWorkers, store: Adopting
) -> Deferred[bool]:
    """Move what is on the disk into the store; nothing is read or hashed again.

    Only an epoch of which every byte was kept is a film; its root was computed from the
    leaves that were proven, whatever its last head says.

    :param data: closed by this.
    :param key: of the newest epoch.
    :returns: fires with whether it is a film of the store now; then nothing else is left of it.
        It fails with `StorageError` when somebody has that film open; then all is left as it is.
    """
    return Deferred.fromCoroutine(_keep(data, key, disk, workers, store))


def keep_left(key: LiveKey, disk: IDisk, workers: IWorkers, store: Adopting) -> Deferred[FileKey | None]:
    """Have what was over already when its program was killed; as `keep_film`.

    :returns: fires with its key; None: the broadcast goes on, or not all of it is there.
    """
    return Deferred.fromCoroutine(_keep_left(key, disk, workers, store))


def is_whole(data: LiveData, key: FileKey) -> bool:
    """Whether every byte of the newest epoch was kept."""
    epoch = data.timeline.epoch
    base = data.timeline.position(epoch, 0) if epoch is not None else None
    return base is not None and data.have.covers(base, base + key.length)


async def _keep(data: LiveData, key: FileKey, disk: IDisk, workers: IWorkers, store: Adopting) -> bool:
    epoch = data.timeline.epoch
    if epoch is None or not is_whole(data, key):
        return False
    await data.close()
    path, leaves = await workers.run(_leaves, disk, data.key, epoch, key.leaves)
    if len(leaves) != key.leaves * 32:
        raise Unproven("a broadcast is no film: hashes of some of it are missing")
    if not await store.adopt(key, path, leaves):
        raise StorageError(
            "its film is not in the store yet, for another program has that open; all of it is on the disk,"
            " and the same command takes it in the next time"
        )
    await workers.run(remove_epochs, disk, data.key)
    return True


async def _keep_left(key: LiveKey, disk: IDisk, workers: IWorkers, store: Adopting) -> FileKey | None:
    left = await workers.run(_over, disk, key)
    if left is None:
        return None
    film, path, leaves = left
    return film if await store.adopt(film, path, leaves) else None


def _over(disk: IDisk, key: LiveKey) -> tuple[FileKey, str, bytes] | None:
    """The newest epoch, if that is a whole film."""
    epochs = epochs_of(disk, key)
    if not epochs:
        return None
    files = EpochFiles(disk, key, epochs[-1])
    try:
        last = files.last()
        film = last.head.final if last is not None else None
        if last is None or film is None or files.oldest() != 0 or files.size < film.length:
            return None
        last.head.check(key.public)
        leaves = b"".join(files.leaf_hashes(film.leaves))
        return (film, files.data_path, leaves) if len(leaves) == film.leaves * 32 else None
    except BadHead:
        return None
    finally:
        files.close()


def _leaves(disk: IDisk, key: LiveKey, epoch: int, count: int) -> tuple[str, bytes]:
    files = EpochFiles(disk, key, epoch)
    try:
        return files.data_path, b"".join(files.leaf_hashes(count))
    finally:
        files.close()
