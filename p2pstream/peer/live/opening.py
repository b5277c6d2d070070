"""How a broadcast of ours begins, or goes on: its channel, what is left of it, and what others know."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from hashlib import sha256
from typing import Any

from twisted.internet.defer import maybeDeferred
from twisted.internet.task import deferLater

from p2pstream.content.folding import fold
from p2pstream.content.keys import LiveKey
from p2pstream.content.signed.heads import Head
from p2pstream.content.signing import Identity
from p2pstream.content.text import printable
from p2pstream.data.live import LiveData
from p2pstream.data.live.stuffing import ts_stuffing
from p2pstream.data.state import Held, hold, kept_identity
from p2pstream.interfaces import IDisk, IStateFile
from p2pstream.live.broadcast import Broadcast
from p2pstream.live.recording import keep_left
from p2pstream.live.reopening import reopen, signed_last
from p2pstream.live.source_clock import SourceClock
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.live.airing import MIME, Airing, Recording
from p2pstream.peer.live.centrals import AiringCentrals
from p2pstream.peer.live.edge import EdgeTelling
from p2pstream.peer.live.streams import promised
from p2pstream.peer.names.book import Book

__all__ = ["channel_path", "open_airing"]


async def open_airing(
    name: str,
    node: Any,
    own: OwnStreams,
    centrals: AiringCentrals,
    recording: Recording,
    shown: Callable[[], None],
) -> Airing:
    """Begin to broadcast under a name, or go on; nobody hears of it before something comes in.

    What was over and not in the store yet gets there before.

    :param own: has others get it.
    :param shown: as of `Airing`.
    :raises Held: another program broadcasts under that name, here or with the same key elsewhere.
    :raises StorageError: the disk refuses.
    """
    workers, limits = node.workers, node.limits
    async with AsyncExitStack() as unless_open:
        channel, publisher, lock = await workers.run(_channel, recording.disk, name)
        unless_open.push_async_callback(lambda: maybeDeferred(lock.close))
        key = LiveKey(channel.id)
        if recording.records:
            await keep_left(key, recording.disk, workers, recording.store)
        holder = await centrals.holder(name)
        if holder not in (None, publisher.id):
            node.events.happened("name_held", name=name, key=str(key))
        stored = recording.disk, workers, recording.window_s, limits, ts_stuffing, recording.records
        known = await _known(name, key, node, recording.disk, centrals)
        data = LiveData(key, *stored)
        unless_open.push_async_callback(data.close)
        broadcast = await _going_on(channel, data, node, recording.disk, known)
        book = Book(publisher, node.means.wall_ms, limits)
        book.enter(name, key, MIME)
        unless_open.pop_all()
    broadcast.begin()
    telling = EdgeTelling(broadcast, node.reactor, centrals.tell_head, limits)
    telling.begin()
    return Airing(name, broadcast, own, book, lock, centrals, telling, recording, shown)


async def _known(name: str, key: LiveKey, node: Any, disk: IDisk, centrals: AiringCentrals) -> Head | None:
    """The newest head that others know of.

    :raises Held: it is none of ours, and others follow it.
    """
    known = await centrals.head(key)
    if known is None or known.place <= await node.workers.run(signed_last, disk, key):
        return known
    # What was here is lost, or somebody else has the key: then that one goes on.
    await deferLater(node.reactor, 2 * node.limits.live_tell_s)
    again = await centrals.head(key)
    if again is not None and again.place > known.place:
        raise Held(
            f"cannot broadcast “{printable(name)}”: another program does, elsewhere and with the same key;"
            " end that one first, or take another name"
        )
    return known


async def _going_on(
    channel: Identity, data: LiveData, node: Any, disk: IDisk, known: Head | None
) -> Broadcast:
    """A broadcast behind what is left of it, if that can be trusted.

    :param known: what others know of it.
    """
    workers, limits, wall_ms = node.workers, node.limits, node.means.wall_ms
    # Where nobody knows any more which epochs there were, none of them was in the future.
    highest, began = known.place if known is not None else (0, 0), wall_ms()
    epoch, last = await reopen(data, disk, workers, highest, began // 1000, began)
    clock = SourceClock(node.reactor, wall_ms, limits.live_back_s)
    uplink = promised(node.uplink)
    return Broadcast(channel, data, node.reactor, workers, clock.ms, uplink, epoch, last, limits)


def channel_path(name: str) -> str:
    """Where what belongs to the channel of a name lies: what follows this says what."""
    return f"live/channels/{sha256(fold(name).encode()).hexdigest()[:32]}"


def _channel(disk: IDisk, name: str) -> tuple[Identity, Identity, IStateFile]:
    """The key of the channel of a name, the publisher's, and what keeps other programs from it."""
    path = channel_path(name)
    lock = hold(disk, f"{path}-lock", f"the channel of “{printable(name)}”")
    try:
        channel = kept_identity(disk, path, os.urandom)
        return channel, kept_identity(disk, "peer/publisher", os.urandom), lock
    except BaseException:
        lock.close()
        raise
