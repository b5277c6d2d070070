"""What a source finds of its broadcast when it comes back."""

from __future__ import annotations

from collections.abc import Iterator

from twisted.internet.defer import Deferred

from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.keys import LiveKey
from p2pstream.content.signed.heads import Head
from p2pstream.content.units import LEAF
from p2pstream.data.live import EpochFiles, LiveData, Slice, epochs_of, remove_epochs
from p2pstream.errors import BadHead
from p2pstream.interfaces import IDisk, IWorkers
from p2pstream.limits import LIMITS

__all__ = ["reopen", "signed_last"]


def reopen(
    data: LiveData,
    disk: IDisk,
    workers: IWorkers,
    highest: tuple[int, int] = (0, 0),
    least: int = 1,
    now_ms: int | None = None,
) -> Deferred[tuple[int, Slice | None]]:
    """Go on where the journal ends; where there is none that holds, begin another epoch.

    Of epochs that are over nothing stays on the disk.

    :param data: an empty window, which is filled with what is there.
    :param highest: the epoch that anybody else knows of, and the number of its newest head.
    :param least: what an epoch is called that begins, or more.
    :param now_ms: unix ms; an epoch in the future is not gone on with, for its times would stand still.
    :returns: fires with the epoch, and the slice behind which it goes on.
    """
    return Deferred.fromCoroutine(_reopen(data, disk, workers, highest, least, now_ms))


async def _reopen(
    data: LiveData, disk: IDisk, workers: IWorkers, highest: tuple[int, int], least: int, now_ms: int | None
) -> tuple[int, Slice | None]:
    newest, last, oldest, begun = await workers.run(_found, disk, data.key)
    # To sign a number twice would be to contradict oneself.
    if (
        last is None
        or last.head.final is not None
        or last.head.place < highest
        or _is_to_come(last.head, now_ms)
    ):
        await workers.run(remove_epochs, disk, data.key)
        return max(newest + 1, highest[0] + 1, least), None
    data.resume(last, oldest)
    if begun is not None:
        data.note_segment(begun)
    return newest, last


def signed_last(disk: IDisk, key: LiveKey) -> tuple[int, int]:
    """In a worker: the epoch and the number of the newest head that is here; (0, 0): there is none."""
    last = _found(disk, key)[1]
    return last.head.place if last is not None else (0, 0)


def _is_to_come(head: Head, now_ms: int | None) -> bool:
    return now_ms is not None and head.captured_ms > now_ms + LIMITS.live_back_s * 1000


def _found(disk: IDisk, key: LiveKey) -> tuple[int, Slice | None, int, Head | None]:
    """The newest epoch, its last slice if that can be trusted, and the oldest leaf that is there.

    And the last head of it that says that a segment begins.
    """
    epochs = epochs_of(disk, key)
    if not epochs:
        return 0, None, 0, None
    files = EpochFiles(disk, key, epochs[-1])
    try:
        last, oldest = files.last(), files.oldest()
        if last is None or last.peaks is None:
            return epochs[-1], None, 0, None
        last.head.check(key.public)
        head = last.head
        there = files.read(head.first * LEAF, head.first * LEAF + head.length)
        if leaf_hashes(there) != last.leaves:
            return epochs[-1], None, 0, None
        begun = next((each for each in _back(files, last) if each.segment is not None), None)
        return epochs[-1], last, head.stop if oldest is None else oldest, begun
    except BadHead:
        return epochs[-1], None, 0, None
    finally:
        files.close()


def _back(files: EpochFiles, last: Slice) -> Iterator[Head]:
    """The heads of the last minute or so, the newest first; heartbeats are in no index."""
    entry: Slice | None = last
    for _ in range(LIMITS.live_recent_slices):
        if entry is None:
            return
        yield entry.head
        entry = files.entry(entry.head.first - 1) if entry.head.first else None
