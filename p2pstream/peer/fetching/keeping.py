"""Where a program keeps what it fetches: in the user's private folder, or in one of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamClientEndpoint

from p2pstream.data.disk import telling
from p2pstream.data.hasher import hasher_for
from p2pstream.data.state import Pins, StateFolder, is_held, state_place
from p2pstream.data.store import Store
from p2pstream.data.turns import Turns
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.names.known import Known
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.transport.private import private_endpoint
from p2pstream.transport.timing import wall_ms

__all__ = ["FETCH_PINS", "SOCKET", "Keeping", "remembered"]

FETCH_PINS, _PUBLISHERS, _KNOWN = "fetch/pins", "fetch/publishers", "fetch/known"
#: Where a running ``p2p-peer`` listens for its user's other programs.
SOCKET = "peer/socket"


class Keeping:
    """A store, and what is remembered of centrals and names; made by `open`, ended by `close`.

    :ivar store: streams by key.
    :ivar centrals: who they are, as far as that is known.
    :ivar publishers: whose stream of a name was taken first, by folded name.
    :ivar known: what centrals said last.
    """

    def __init__(
        self,
        disk: StateFolder,
        remembered: tuple[Pins, Pins, Known],
        temporary: str,
        workers: IWorkers,
        reactor: Any,
        cache: int,
        limits: Limits,
        syncs: Turns | None = None,
    ) -> None:
        self._disk = disk
        self._temporary = temporary
        self._workers = workers
        self._reactor = reactor
        self._limits = limits
        self._hasher = hasher_for(reactor, workers, limits)
        self.store = Store(disk, workers, reactor, cache, limits, self._hasher, syncs)
        self._pins, self.publishers, self.known = remembered
        self.centrals = KnownCentrals(self._pins, f"{disk.title}/{FETCH_PINS}")

    @classmethod
    async def open(
        cls,
        given: str | None,
        workers: IWorkers,
        reactor: Any,
        cache: int | None = None,
        limits: Limits = LIMITS,
    ) -> Keeping:
        """The folder that is given, else the user's own; where that cannot be used, one that ends with us.

        :param cache: bytes that films may have which are only watched; left out, what the limits say.
        :raises StorageError: the one that is given cannot be used.
        """
        disk, temporary = await workers.run(_folder, given)
        # However slow a sync is, one worker is there for what comes.
        syncs = Turns(workers)
        try:
            known = await workers.run(remembered, disk, syncs, limits)
        except BaseException:
            await workers.run(_leave, disk, temporary)
            raise
        cache = cache or limits.store_cache_bytes
        return cls(disk, known, temporary, workers, reactor, cache, limits, syncs)

    @property
    def disk(self) -> IDisk:
        """The folder."""
        return self._disk

    def resident(self) -> Deferred[IStreamClientEndpoint | None]:
        """Fires with what dials the ``p2p-peer`` that runs on this folder; None: none does."""
        return self._workers.run(private_endpoint, self._reactor, self._disk, SOCKET, self._limits)

    async def has_peer(self) -> bool:
        """Whether a ``p2p-peer`` runs on this folder, which serves what is in the store."""
        held: bool = await self._workers.run(is_held, self._disk, "peer/lock")
        return held

    async def close(self) -> None:
        """What was fetched is durable; what was kept for this run alone is gone."""
        try:
            await self.store.close()
        finally:
            for each in (self._pins, self.publishers, self.known):
                await each.settled()
            await self._hasher.close()
            await self._workers.run(_leave, self._disk, self._temporary)


def _folder(given: str | None) -> tuple[StateFolder, str]:
    if given is not None:
        return StateFolder(given), ""
    place = state_place(os.environ)
    try:
        return StateFolder(place), ""
    except StorageError:
        # No home, or one that is read-only: nothing is lost but that a later run could go on.
        with telling("make", "a temporary folder"):
            temporary = tempfile.mkdtemp(prefix="p2pstream-")
        return StateFolder(temporary), temporary


def remembered(disk: IDisk, workers: IWorkers, limits: Limits) -> tuple[Pins, Pins, Known]:
    """What centrals called themselves, whose stream of a name was taken first, what was said last; blocks.

    :raises StorageError: it cannot be read, or is damaged where nothing may be made up.
    """
    return (
        Pins(disk, FETCH_PINS, workers, limits),
        Pins(disk, _PUBLISHERS, workers, limits, limits.publishers),
        Known(disk, _KNOWN, workers, wall_ms, limits),
    )


def _leave(disk: StateFolder, temporary: str) -> None:
    disk.close()
    if temporary:
        shutil.rmtree(temporary, ignore_errors=True)
