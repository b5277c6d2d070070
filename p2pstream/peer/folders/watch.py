"""The system's notice that something changed in a folder (inotify).

A notice only says that a scan is due, and which files were closed by their writers;
what is true is what the scan finds.  So a notice that is lost, late or about nothing
does no harm, and systems and file systems without notices only take longer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from twisted.internet.interfaces import IReactorFDSet

from p2pstream.data.portable import portable_only
from p2pstream.limits import LIMITS, Limits

try:
    from p2pstream.peer.folders import notices
except ImportError:  # not Linux
    notices = None  # type: ignore[assignment]

__all__ = ["FolderWatch"]


class FolderWatch:
    """Notices about one folder and those in it.

    :param noticed: called for every notice; it must not raise.
    :ivar closed: files that a writer closed or that were moved in, since `take`.
    :ivar writing: files that were created and not closed since.
    """

    def __init__(
        self, reactor: Any, folder: str, noticed: Callable[[], None], limits: Limits = LIMITS
    ) -> None:
        self._reactor = reactor
        self._folder = os.fsencode(folder)
        self._noticed = noticed
        self._limits = limits
        self._ends: list[Callable[[], None]] = []
        self._followed: tuple[Any, ...] = ()
        self._whole = False
        self.closed: set[str] = set()
        self.writing: set[str] = set()

    def follow(self, root: tuple[int, int], folders: Sequence[str]) -> None:
        """Watch these folders, which a scan found, from now on; cheap if they are the same.

        :param root: device and inode of the shared folder.
        """
        self._whole = len(folders) <= self._limits.share_watched
        folders = folders[: self._limits.share_watched]
        followed = (root, *folders)
        if self._followed == followed or not self._is_told:
            return
        self._stop()
        self._followed = followed
        try:
            for folder in folders:
                path = os.path.join(self._folder, os.fsencode(folder))
                self._ends.append(notices.watch(self._reactor, path, partial(self._notice, folder)))
        except OSError:
            # Too many watches, or a folder that just went: the scans go on without.
            self._stop()

    @property
    def _is_told(self) -> bool:
        """Whether the system has notices, and the reactor looks at what it has."""
        return notices is not None and not portable_only() and IReactorFDSet.providedBy(self._reactor)

    @property
    def covers(self) -> bool:
        """Whether everything in the folder is watched."""
        return bool(self._ends) and self._whole

    def take(self) -> frozenset[str]:
        """The files closed since the last call; a scan that begins now sees them whole."""
        closed, self.closed = frozenset(self.closed), set()
        return closed

    def close(self) -> None:
        """Watch nothing any more; harmless when done twice."""
        self._stop()
        self._followed = ()

    def _stop(self) -> None:
        ends, self._ends = self._ends, []
        for end in ends:
            end()

    def _notice(self, folder: str, mask: int, what: bytes) -> None:
        name = os.path.join(folder, os.fsdecode(what))
        if mask & notices.MOVES_WATCHES:
            # What the watches say no longer fits the paths: the next scan begins anew.
            self._followed = ()
        elif mask & notices.ARRIVED:
            self._note(self.closed, name)
            self.writing.discard(name)
        elif mask & notices.BEGUN:
            self._note(self.writing, name)
        elif mask & notices.LEFT:
            self.closed.discard(name)
            self.writing.discard(name)
        self._noticed()

    def _note(self, names: set[str], name: str) -> None:
        if len(names) == self._limits.share_files:
            names.clear()
        names.add(name)
