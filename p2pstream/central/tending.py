"""What a central does by itself: ends leases, forgets names, and remembers leases over a restart."""

from __future__ import annotations

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.central.directory import Directory
from p2pstream.central.leasing.snapshot import BadSnapshot, restore, snapshot
from p2pstream.central.watchers import Watchers
from p2pstream.content.refusals import reason
from p2pstream.data.state import Damaged, Sealing, unseal
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk
from p2pstream.protocols.node import Means

__all__ = ["Tending"]

_log = Logger()

_KIND, _VERSION, _PATH = "leases", 1, "central/leases"
_FRESH = f"{_PATH}-fresh"


class Tending:
    """Three loops.

    :param disk: where snapshots go; None: nowhere.
    """

    def __init__(self, means: Means, directory: Directory, watchers: Watchers, disk: IDisk | None) -> None:
        self._means = means
        self._limits = means.limits
        self._directory = directory
        self._watchers = watchers
        self._disk = disk
        self._loops: list[Deferred[None]] = []
        self._kept = True

    def load(self) -> None:
        """Take up the leases of the run before.  This blocks.

        What is damaged is told and left: leases come back by themselves, within an interval.

        :raises StorageError: a newer program wrote them.
        """
        if self._disk is None:
            return
        leases, now = self._directory.leases, self._means.reactor.seconds()
        try:
            raw = self._disk.read(_PATH, self._limits.lease_snapshot_bytes)
            packed = unseal(_KIND, _VERSION, raw, "the snapshot of leases")
            restore(leases, packed, now, self._means.wall_ms())
        except FileNotFoundError:
            return
        except (OSError, BadSnapshot, Damaged) as fault:
            self._means.events.happened("leases_lost", reason=str(fault))

    def start(self) -> None:
        """Begin."""
        clock: IReactorTime = self._means.reactor
        for loop in (self._sweep(clock), self._purge(clock), self._remember(clock)):
            self._loops.append(Deferred.fromCoroutine(loop).addErrback(self._broke))

    def stop(self) -> Deferred[None]:
        """End; fires when the leases of this moment are remembered."""
        loops, self._loops = self._loops, []
        for loop in loops:
            loop.cancel()
        return Deferred.fromCoroutine(self._snapshot()) if loops else succeed(None)

    async def _sweep(self, clock: IReactorTime) -> None:
        more = False
        while True:
            await deferLater(clock, 0.0 if more else self._limits.lease_sweep_s)
            ended, more = self._directory.leases.sweep(clock.seconds())
            self._watchers.changed(ended)

    async def _purge(self, clock: IReactorTime) -> None:
        while True:
            await deferLater(clock, self._limits.catalogue_purge_s)
            try:
                self._watchers.changed(await self._directory.purge())
            except StorageError as fault:
                self._means.events.happened("names_not_kept", reason=str(fault))

    async def _remember(self, clock: IReactorTime) -> None:
        while True:
            await deferLater(clock, self._limits.lease_snapshot_s)
            await self._snapshot()

    async def _snapshot(self) -> None:
        if self._disk is None:
            return
        pieces: list[bytes] = []
        for piece in snapshot(self._directory.leases, self._means.reactor.seconds(), self._means.wall_ms()):
            pieces.append(piece)
            if not piece and self._loops:
                # A step took milliseconds; others come before the next.
                await deferLater(self._means.reactor, 0)
        try:
            await self._means.workers.run(self._write, pieces, self._disk)
            self._kept = True
        except OSError as fault:
            if self._kept:
                self._means.events.happened("leases_not_kept", reason=reason(fault))
            self._kept = False

    @staticmethod
    def _write(pieces: list[bytes], disk: IDisk) -> None:
        """Piece by piece: put together, they would keep the reactor waiting for a copy of 50 MB."""
        sealing = Sealing(_KIND, _VERSION)
        at = sealing.head_bytes
        file = disk.open(_FRESH)
        try:
            file.resize(0)
            for piece in pieces:
                sealing.add(piece)
                file.pwrite(at, piece)
                at += len(piece)
            file.pwrite(0, sealing.head())
            file.sync()
        finally:
            file.close()
        disk.rename(_FRESH, _PATH)

    def _broke(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            _log.failure("a central does not tend to itself any more", failure)
