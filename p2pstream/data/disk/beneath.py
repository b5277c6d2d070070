"""Opening what strangers name, and nothing outside the shared folder.

One rule on both roads, the kernel's ``openat2`` and the portable one: **a symbolic
link is never followed**, wherever it points, nor is anything whose name starts with a
dot (so neither ``..``).  The folder itself may be a link: its owner chose it.  Only
regular files are opened.  Nothing is looked at by name and opened later: what was
opened is what is judged, so a swap in between gains nothing.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from functools import cache

from p2pstream.content.refusals import reason
from p2pstream.content.text import printable
from p2pstream.data.disk.descriptor import DiskFile, silent_flags
from p2pstream.data.disk.private import KEYS_HERE, private_above
from p2pstream.data.disk.troubles import SHORT, storage_error
from p2pstream.data.portable import portable_only
from p2pstream.errors import BadShare, NotShared

__all__ = ["open_beneath", "open_folder"]

# linux/openat2.h; the number is the same on every architecture that CPython runs on.
_SYS_OPENAT2 = 437
_RESOLVE_NO_MAGICLINKS = 0x02
_RESOLVE_NO_SYMLINKS = 0x04
_RESOLVE_BENEATH = 0x08

_FILE = os.O_RDONLY | os.O_NOFOLLOW | silent_flags
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

# The machine's own trouble; everything else means that there is no such file for us.
_OURS = SHORT | {errno.EIO}


class _OpenHow(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def open_folder(path: str | os.PathLike[str]) -> int:
    """A descriptor of the folder to be shared; the caller closes it.

    :raises errors.BadShare: when it is missing, closed to us, no folder, or holds what is private to a
        program of ours.
    :raises errors.StorageError: when there is no descriptor for it, which says nothing of the folder.
    """
    if private_above(os.fspath(path)) is not None:
        raise BadShare(f"cannot share {printable(os.fspath(path))}: {KEYS_HERE}")
    try:
        return os.open(path, _FOLDER)
    except OSError as error:
        if error.errno in SHORT:
            raise storage_error("read", printable(os.fspath(path)), error) from error
        why = _no_folder(path) or reason(error)
        raise BadShare(f"cannot share {printable(os.fspath(path))}: {why}") from error


def _no_folder(path: str | os.PathLike[str]) -> str:
    """What else stands there, in words; empty when there is nothing, or a folder."""
    try:
        if os.path.islink(path) and not os.path.exists(path):
            return f"it is a link to {printable(os.readlink(path))}, which is not there"
        mode = os.stat(path).st_mode
    except OSError:
        return ""
    if stat.S_ISDIR(mode):
        return ""
    return "it is a file, not a folder" if stat.S_ISREG(mode) else "it is not a folder"


def open_beneath(folder: int, relative: str) -> DiskFile:
    """The regular file ``relative`` (parts joined by ``/``) in the folder open as ``folder``.

    :raises errors.NotShared: for everything else: missing, hidden, a link, a FIFO, a
        folder, a way out.
    :raises errors.StorageError: when the machine, not the name, is at fault.
    """
    title = printable(relative)
    try:
        descriptor = _open(folder, _parts(relative))
    except OSError as error:
        if error.errno in _OURS:
            raise storage_error("read", title, error) from error
        raise NotShared(f"{title} is not shared: {reason(error)}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotShared(f"{title} is not shared: it is not a regular file")
    return DiskFile(descriptor, title)


def _parts(relative: str) -> list[str]:
    parts = relative.split("/")
    if "\0" in relative or not all(parts) or any(part.startswith(".") for part in parts):
        raise OSError(errno.EACCES, "permission denied")
    return parts


def _open(folder: int, parts: list[str]) -> int:
    if portable_only() or not _has_openat2():
        return _open_in_steps(folder, parts)
    resolve = _RESOLVE_BENEATH | _RESOLVE_NO_SYMLINKS | _RESOLVE_NO_MAGICLINKS
    return _openat2(folder, os.fsencode("/".join(parts)), _FILE, resolve)


def _open_in_steps(folder: int, parts: list[str]) -> int:
    *folders, last = parts
    here = os.dup(folder)
    try:
        for name in folders:
            above, here = here, os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=here)
            os.close(above)
        return os.open(last, _FILE, dir_fd=here)
    finally:
        os.close(here)


def _openat2(folder: int, path: bytes, flags: int, resolve: int) -> int:
    how = _OpenHow(flags, 0, resolve)
    while True:
        descriptor = int(
            _libc().syscall(_SYS_OPENAT2, folder, path, ctypes.byref(how), ctypes.sizeof(how)),
        )
        if descriptor >= 0:
            return descriptor
        number = ctypes.get_errno()
        if number != errno.EINTR:
            raise OSError(number, os.strerror(number))


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


@cache
def _has_openat2() -> bool:
    """Whether the kernel knows the call, and no sandbox forbids it."""
    root = os.open("/", _FOLDER)
    try:
        os.close(_openat2(root, b".", _FOLDER, _RESOLVE_BENEATH))
    except (OSError, AttributeError):
        return False
    finally:
        os.close(root)
    return True
