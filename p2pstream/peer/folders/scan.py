"""One look at a shared folder: which files in it may be shared, and how they stand.

Only names and stamps are read here; a file is opened by `p2pstream.data.disk` alone,
which takes no path that leaves the folder, and its stamp is compared again then.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from p2pstream.content.names import check_name
from p2pstream.content.refusals import reason
from p2pstream.data.disk import KEYS_HERE, SHORT, Stamp, is_private, private_above
from p2pstream.errors import BadName
from p2pstream.limits import LIMITS, Limits

__all__ = ["Scan", "differs", "scan"]

#: What programs append to the names of files that are not finished.
TEMPORARY = ("~", ".part", ".partial", ".tmp", ".temp", ".crdownload", ".!qb", ".aria2")


@dataclass
class Scan:
    """What one look saw.  Paths are relative to the folder, with ``/``.

    :ivar root: device and inode of the folder itself, which tell whether it was replaced.
    :ivar files: what may be shared; higher in the tree first, then by name.
    :ivar linked: those of the files that have several names on the disk.
    :ivar folders: the folders that were entered; ``""`` is the shared one.
    :ivar refused: what may not be shared although it looks as if it should, and why.
    """

    root: tuple[int, int]
    files: dict[str, Stamp] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)
    folders: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def scan(folder: str, limits: Limits = LIMITS) -> Scan:
    """Look at everything below ``folder``.  This blocks: it belongs in a worker.

    :raises OSError: the folder itself cannot be read, or nothing can (`SHORT`); or it is
        a link, which its owner may not even know of; or keys of ours lie there.
    """
    status = os.lstat(folder)
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, "it became a symbolic link")
    if private_above(folder) is not None:
        raise OSError(errno.EINVAL, KEYS_HERE)
    return _Walk(folder, Scan((status.st_dev, status.st_ino)), limits).run()


def differs(folder: str, root: tuple[int, int], files: Mapping[str, Stamp]) -> bool:
    """Whether the folder is another one than it was, or any of a few files in it changed.

    This blocks too, but much less than a `scan`.
    """
    try:
        status = os.lstat(folder)
        if (status.st_dev, status.st_ino) != root:
            return True
        return any(Stamp.of(os.lstat(os.path.join(folder, path))) != stamp for path, stamp in files.items())
    except OSError:
        return True


class _Walk:
    """The folders still to be entered, nearest first, and how much may still be looked at."""

    def __init__(self, folder: str, found: Scan, limits: Limits) -> None:
        self._folder = folder
        self._found = found
        self._limits = limits
        self._left = limits.share_entries
        self._waiting = deque([("", 0)])

    def run(self) -> Scan:
        while self._waiting:
            path, depth = self._waiting.popleft()
            for entry in self._entries(path):
                self._take(entry, f"{path}/{entry.name}" if path else entry.name, depth)
        return self._found

    def _entries(self, path: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self._folder, path)) as entries:
                seen = list(islice(entries, self._left + 1))
        except OSError as fault:
            if not path or fault.errno in SHORT:
                raise
            self._refuse(path, reason(fault))
            return []
        if is_private(os.path.join(self._folder, path)):
            self._refuse(path, KEYS_HERE)
            return []
        self._found.folders.append(path)
        if len(seen) > self._left:
            self._refuse(path or ".", f"only {self._limits.share_entries} files and folders are looked at")
        self._left -= min(len(seen), self._left)
        return sorted(seen, key=lambda entry: entry.name)

    def _take(self, entry: os.DirEntry[str], path: str, depth: int) -> None:
        if entry.name.startswith(".") or entry.name.lower().endswith(TEMPORARY):
            return
        try:
            if entry.is_dir(follow_symlinks=False):
                self._enter(path, depth + 1)
            elif entry.is_symlink():
                self._refuse(path, "it is a symbolic link; share the folder it points to")
            elif not entry.is_file(follow_symlinks=False):
                self._refuse(path, "it is no regular file")
            else:
                self._offer(entry, path)
        except OSError as fault:
            # It went away between the listing and the look at it, or the disk is failing.
            if not isinstance(fault, FileNotFoundError):
                self._refuse(path, reason(fault))

    def _enter(self, path: str, depth: int) -> None:
        if depth > self._limits.share_depth:
            self._refuse(path, f"it lies more than {self._limits.share_depth} folders deep")
        else:
            self._waiting.append((path, depth))

    def _offer(self, entry: os.DirEntry[str], path: str) -> None:
        fault = _fault(entry.name)
        if fault is not None:
            self._refuse(path, fault)
            return
        status = entry.stat(follow_symlinks=False)
        stamp = Stamp.of(status)
        if not _is_readable(f"{self._folder}/{path}", stamp):
            self._refuse(path, "there is no permission to read it")
        elif len(self._found.files) == self._limits.share_files:
            self._refuse(path, f"one share holds at most {self._limits.share_files} files")
        else:
            self._found.files[path] = stamp
            if status.st_nlink > 1:
                self._found.linked.add(path)

    def _refuse(self, path: str, why: str) -> None:
        self._found.refused[path] = why


@lru_cache(LIMITS.share_files)
def _fault(name: str) -> str | None:
    """Why a file of that name cannot be shared.  Remembered: the same names are seen every second."""
    try:
        check_name(name)
    except BadName as fault:
        return str(fault)
    return None


@lru_cache(LIMITS.share_files)
def _is_readable(path: str, stamp: Stamp) -> bool:
    """Whether we may read it.  Remembered: another mode or owner is another stamp."""
    return os.access(path, os.R_OK)
