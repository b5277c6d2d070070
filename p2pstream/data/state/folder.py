"""The private folder on a real disk."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from zope.interface import implementer

from p2pstream.content.text import printable
from p2pstream.data.disk import mark_private, move_out, telling
from p2pstream.data.disk.descriptor import DESCRIPTORS
from p2pstream.data.disk.leftovers import open_hidden, remove_leftover
from p2pstream.data.state.file import StateFile
from p2pstream.data.state.names import Folder, FreshNames
from p2pstream.data.state.paths import parts_of
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk

__all__ = ["StateFolder", "unfinished_name"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_NEW = _FILE | os.O_CREAT | os.O_EXCL
# Between the first byte and the rename; no path of ours begins with a dot.
_UNFINISHED = ".new-"


@implementer(IDisk)
class StateFolder:
    """A folder that only its user can look into, whatever the umask; made if it is not there.

    All goes through one descriptor: a folder that is moved meanwhile stays the same.
    What writers left unfinished when they were killed is removed here.

    :raises errors.StorageError: it cannot be had, or belongs to somebody else.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.title = printable(os.fspath(path))
        self._path = os.path.abspath(path)
        self._names = FreshNames()
        with telling("use", self.title):
            _make(path, self.title)
            self._folder = os.open(path, _FOLDER)
            try:
                self._make_private()
                mark_private(self._folder)
                self._sweep()
            except BaseException:
                os.close(self._folder)
                raise

    def open(self, path: str, make: bool = True) -> StateFile:
        where, title = _folder_of(path), f"{self.title}/{path}"
        with self._parent(path, make) as (folder, name):
            descriptor = self._made(where, folder, name) if make else _existing(folder, name)
        return StateFile(descriptor, title, partial(self._settle, where))

    def read(self, path: str, most: int) -> bytes:
        with self._parent(path) as (folder, name):
            descriptor = _regular(os.open(name, _FILE & ~os.O_RDWR, dir_fd=folder))
            with os.fdopen(descriptor, "rb") as file:
                content = file.read(most + 1)
        if len(content) > most:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return content

    def replace(self, path: str, content: bytes) -> None:
        with self._parent(path, make=True) as (folder, name):
            descriptor, unfinished = open_hidden(folder, unfinished_name)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    _permit(descriptor)
                    file.write(content)
                    file.flush()
                    os.fsync(descriptor)
                    # Only then is it closed, which lets its lock go.
                    os.rename(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(OSError):
                    os.unlink(unfinished, dir_fd=folder)
                raise
        self._renamed(_folder_of(path))

    def remove(self, path: str) -> None:
        with suppress(FileNotFoundError), self._parent(path) as (folder, name):
            try:
                os.unlink(name, dir_fd=folder)
            except (IsADirectoryError, PermissionError):
                # Which of the two is said of a folder depends on the system.
                os.rmdir(name, dir_fd=folder)
            os.fsync(folder)

    def rename(self, path: str, onto: str) -> None:
        with self._parent(path) as (here, name), self._parent(onto, make=True) as (there, new):
            os.rename(name, new, src_dir_fd=here, dst_dir_fd=there)
        self._renamed(_folder_of(onto), _folder_of(path))

    def release(self, path: str, target: str, replace: bool = True) -> None:
        with self._parent(path) as (folder, name):
            move_out(folder, name, target, replace)

    def names(self, folder: str = "") -> Sequence[str]:
        try:
            with self._parent(f"{folder}/any" if folder else "any") as (descriptor, _):
                return sorted(name for name in os.listdir(descriptor) if not name.startswith("."))
        except FileNotFoundError:
            return []

    def locate(self, path: str) -> str:
        """Where the system finds it: short, where that can be had, for addresses of sockets are."""
        here = f"{DESCRIPTORS}/{self._folder}"
        return os.path.join(here if os.path.isdir(here) else self._path, *parts_of(path))

    def free(self) -> int:
        room = os.fstatvfs(self._folder)
        return room.f_bavail * room.f_frsize

    def close(self) -> None:
        """Give the descriptor back; files that are open stay so."""
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1

    def _make_private(self) -> None:
        status = os.fstat(self._folder)
        if status.st_uid != os.geteuid():
            raise StorageError(f"cannot use {self.title}: it belongs to another user; give another --state")
        if stat.S_IMODE(status.st_mode) != 0o700:
            os.fchmod(self._folder, 0o700)

    def _sweep(self) -> None:
        for _, _, names, folder in os.fwalk(".", dir_fd=self._folder):
            for name in names:
                if name.startswith(_UNFINISHED):
                    remove_leftover(folder, name)

    def _made(self, where: Folder, folder: int, name: str) -> int:
        """A descriptor of a file that is made if it is not there."""
        while True:
            with suppress(FileExistsError):
                descriptor = _create(folder, name)
                self._names.made(where)
                return descriptor
            with suppress(FileNotFoundError):
                return _existing(folder, name)

    def _renamed(self, *folders: Folder) -> None:
        """Names in these are others now: durable when this returns."""
        for folder in folders:
            self._names.made(folder)
        for folder in folders:
            self._settle(folder)

    def _settle(self, folder: Folder) -> None:
        self._names.settle(folder, self._sync)

    def _sync(self, folder: Folder) -> None:
        with self._inside(folder) as descriptor:
            os.fsync(descriptor)

    @contextmanager
    def _parent(self, path: str, make: bool = False) -> Iterator[tuple[int, str]]:
        """A descriptor of the folder that ``path`` lies in, and the last part of it."""
        with self._inside(_folder_of(path), make) as here:
            yield here, parts_of(path)[-1]

    @contextmanager
    def _inside(self, folder: Folder, make: bool = False) -> Iterator[int]:
        """A descriptor of that folder."""
        here = os.dup(self._folder)
        try:
            for depth in range(len(folder)):
                above = here
                here = self._enter(above, folder[: depth + 1], make)
                os.close(above)
            yield here
        finally:
            os.close(here)

    def _enter(self, above: int, folder: Folder, make: bool) -> int:
        name = folder[-1]
        try:
            return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=above)
        except FileNotFoundError:
            if not make:
                raise
        with suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=above)
        self._names.made(folder[:-1])
        entered = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=above)
        os.fchmod(entered, 0o700)
        return entered


def _folder_of(path: str) -> Folder:
    return tuple(parts_of(path)[:-1])


def _make(path: str | os.PathLike[str], title: str) -> None:
    try:
        os.makedirs(path, 0o700, exist_ok=True)
    except FileExistsError as fault:
        raise StorageError(f"cannot use {title}: it is a file, and a folder is needed") from fault


def _create(folder: int, name: str) -> int:
    descriptor = os.open(name, _NEW, 0o600, dir_fd=folder)
    _permit(descriptor)
    return descriptor


def _permit(descriptor: int) -> None:
    # A umask may have taken our own permissions away.
    os.fchmod(descriptor, 0o600)


def _existing(folder: int, name: str) -> int:
    return _regular(os.open(name, _FILE, dir_fd=folder))


def _regular(descriptor: int) -> int:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return descriptor


def unfinished_name() -> str:
    """What a file is called that `StateFolder.replace` has not written yet."""
    return f"{_UNFINISHED}{secrets.token_hex(8)}"
