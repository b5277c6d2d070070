"""What people change of a peer while it runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from twisted.internet.defer import Deferred, DeferredLock
from zope.interface import implementer

from p2pstream.content.shown import PeerLimits, SharedFolder, Topic
from p2pstream.content.text import printable, size_text
from p2pstream.data.disk import open_folder
from p2pstream.errors import BadShare, UsageError
from p2pstream.interfaces import IPeerChanges
from p2pstream.peer.folders.changes_file import ChangesFile, KeptChanges
from p2pstream.peer.folders.shares import Shares
from p2pstream.protocols.node import Means

__all__ = ["PeerChanges"]


@implementer(IPeerChanges)
class PeerChanges:
    """First kept, then done: what cannot be kept is not done.

    :param kept: what ``file`` had at the start, which holds already.
    :param settings: the limits that the settings say.
    :param apply: has other limits hold.
    """

    def __init__(
        self,
        means: Means,
        shares: Shares,
        file: ChangesFile,
        kept: KeptChanges,
        settings: PeerLimits,
        apply: Callable[[PeerLimits], None],
    ) -> None:
        self._workers = means.workers
        self._limits = means.limits
        self._shares = shares
        self._file = file
        self._kept = kept
        self._settings = settings
        self._apply = apply
        self._lock = DeferredLock()
        #: What holds now.
        self.allowed = kept.limits_beside(settings)
        #: Told what is another thing now; set by whoever shows it.
        self.turned: Callable[[Topic], None] = lambda topic: None

    def add_folder(self, path: str) -> Deferred[SharedFolder]:
        """See `IPeerChanges`."""
        return self._lock.run(self._add_folder, path)

    def remove_folder(self, path: str) -> Deferred[None]:
        """See `IPeerChanges`."""
        return self._lock.run(self._remove_folder, path)

    def set_limits(self, limits: PeerLimits) -> Deferred[PeerLimits]:
        """See `IPeerChanges`."""
        return self._lock.run(self._set_limits, limits)

    async def _add_folder(self, path: str) -> SharedFolder:
        if not _is_path(path):
            raise BadShare(f"{printable(path)} is not a path from the root; write /home/you/films")
        folder = await self._workers.run(_real, path)
        shared = [each.path for each in self._shares.folders()]
        if folder not in shared:
            if len(shared) >= self._limits.share_folders:
                raise BadShare(f"{len(shared)} folders are shared already, and no more can be")
            await self._keep(replace(self._kept, folders=(*self._kept.folders, folder)))
        added = self._shares.add(folder)
        self.turned(Topic.FOLDERS)
        return added

    async def _remove_folder(self, path: str) -> None:
        if path not in [each.path for each in self._shares.folders()]:
            raise BadShare(f"{printable(path)} is not shared")
        if path in self._kept.folders:
            left = tuple(folder for folder in self._kept.folders if folder != path)
            await self._keep(replace(self._kept, folders=left))
        self._shares.remove(path)
        self.turned(Topic.FOLDERS)

    async def _set_limits(self, wanted: PeerLimits) -> PeerLimits:
        for what, rate in (("sent", wanted.upload), ("fetched", wanted.download)):
            if rate is not None and rate < self._limits.uplink_least:
                least = size_text(self._limits.uplink_least)
                raise UsageError(f"{least} a second are the least that can be {what}")
        if wanted.cache is not None and wanted.cache < self._limits.store_cache_least:
            raise UsageError(f"{size_text(self._limits.store_cache_least)} are the least that can be kept")
        await self._keep(replace(self._kept, limits=wanted, instead_of=self._settings))
        self.allowed = wanted
        self._apply(wanted)
        self.turned(Topic.LIMITS)
        return wanted

    async def _keep(self, changes: KeptChanges) -> None:
        await self._file.save(changes)
        self._kept = changes


def _real(path: str) -> str:
    """The folder without links; for a worker."""
    os.close(open_folder(path))
    return os.path.realpath(path)


def _is_path(text: str) -> bool:
    """Whether any file could be there; JSON can say half a character."""
    try:
        return b"\0" not in os.fsencode(text) and os.path.isabs(text)
    except UnicodeEncodeError:
        return False
