"""Room in files: had before it is needed, given back from the middle, and where there is some.

Python lacks two of the calls: ``os.posix_fallocate`` writes zeros where a file system cannot
allocate, which is slower than not asking.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable
from functools import cache

from p2pstream.content.ranges import Ranges
from p2pstream.data.portable import portable_only

__all__ = ["allocate", "filled", "punch"]

# linux/falloc.h
_KEEP_SIZE = 0x01
_PUNCH_HOLE = 0x02

_CANNOT = {errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.ENODEV, errno.EPERM}


def allocate(descriptor: int, offset: int, length: int) -> bool:
    """Have room for ``[offset, offset + length)``; whether this file system can do that.

    :raises OSError: it can, and there is none.
    """
    return _fallocate(descriptor, _KEEP_SIZE, offset, length)


def punch(descriptor: int, offset: int, length: int) -> bool:
    """Give the room back; the bytes read as zeros.  Whether this file system can do that."""
    return _fallocate(descriptor, _PUNCH_HOLE | _KEEP_SIZE, offset, length)


def filled(descriptor: int) -> Ranges:
    """Which bytes take room; all, where this system or file system cannot tell.

    Moves the descriptor's own position, which nothing here uses.
    """
    size = os.fstat(descriptor).st_size
    if not hasattr(os, "SEEK_HOLE") or portable_only():
        return Ranges([(0, size)])
    found, at = Ranges(), 0
    try:
        while at < size:
            start = os.lseek(descriptor, at, os.SEEK_DATA)
            at = os.lseek(descriptor, start, os.SEEK_HOLE)
            found = found.add(start, at)
    except OSError as error:
        # ENXIO: from there on nothing takes room.
        if error.errno in _CANNOT:
            return Ranges([(0, size)])
        if error.errno != errno.ENXIO:
            raise
    return found


def _fallocate(descriptor: int, mode: int, offset: int, length: int) -> bool:
    call = _call()
    if call is None or portable_only():
        return False
    while call(descriptor, mode, offset, length):
        number = ctypes.get_errno()
        if number in _CANNOT:
            return False
        if number != errno.EINTR:
            raise OSError(number, os.strerror(number))
    return True


@cache
def _call() -> Callable[[int, int, int, int], int] | None:
    """``fallocate``, if the C library has it."""
    libc = ctypes.CDLL(None, use_errno=True)
    call = getattr(libc, "fallocate64", None) or getattr(libc, "fallocate", None)
    if call is not None:
        call.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
        call.restype = ctypes.c_int
    return call
