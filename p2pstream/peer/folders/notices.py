"""The system's notices of what happens in folders (inotify).  Only Linux can import this.

All who run on one reactor have them through one instance: Linux gives a user 128 of these, for
all programs together, and who gets none has to look for himself again and again.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from functools import cache, partial
from struct import Struct
from typing import Any

from twisted.internet.interfaces import IReadDescriptor
from twisted.python.failure import Failure
from zope.interface import implementer

if sys.platform != "linux":
    raise ImportError("only Linux has inotify")

__all__ = ["ARRIVED", "BEGUN", "LEFT", "MOVES_WATCHES", "Noticed", "watch"]

_ATTRIB, _CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x4, 0x8, 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF, _OVERFLOW, _IGNORED, _ONLYDIR = 0x400, 0x800, 0x4000, 0x8000, 0x0100_0000
_ISDIR = 0x4000_0000

ARRIVED = _CLOSE_WRITE | _MOVED_TO
BEGUN = _CREATE
LEFT = _DELETE | _MOVED_FROM
#: A folder came, went or moved, or notices were lost; checked first, for it comes with the bits above.
MOVES_WATCHES = _ISDIR | _DELETE_SELF | _MOVE_SELF | _OVERFLOW

# No IN_MODIFY: a writer would wake us thousands of times a second, and scans see the same.  The
# same for all who watch: Linux keeps one mask for a folder, however many of an instance watch it.
_MASK = ARRIVED | BEGUN | LEFT | _ATTRIB | _DELETE_SELF | _MOVE_SELF | _ONLYDIR

#: Which watch, what happened, what belongs together, how long the name is that follows.
_HEAD = Struct("=iIII")
#: Some two hundred of the longest notices.
_ROOM = 65_536

#: Told what happened, and to which name in the folder; empty: to the folder itself.
Noticed = Callable[[int, bytes], None]


def watch(reactor: Any, folder: bytes, noticed: Noticed) -> Callable[[], None]:
    """Have what happens in one folder told, until what is returned is called, or the folder goes.

    :param reactor: an `IReactorFDSet`.
    :param noticed: must not raise; it may end this watch, or any other.
    :raises OSError: there is no such folder, or there are too many watches.
    """
    notices = _notices.get(reactor) or Notices(reactor)
    try:
        return notices.watch(folder, noticed)
    finally:
        notices.rest()


@implementer(IReadDescriptor)
class Notices:
    """One instance, from the first watch on it to the end of the last."""

    def __init__(self, reactor: Any) -> None:
        self._descriptor = _told(_libc().inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        self._reactor = reactor
        #: By Linux's number, which is none that was given before; two paths may lead to one.
        self._watches: dict[int, dict[object, Noticed]] = {}
        _notices[reactor] = self
        reactor.addReader(self)

    def watch(self, folder: bytes, noticed: Noticed) -> Callable[[], None]:
        """As `watch`."""
        number = _told(_libc().inotify_add_watch(self._descriptor, folder, _MASK), folder)
        token = object()
        self._watches.setdefault(number, {})[token] = noticed
        return partial(self._end, number, token)

    def rest(self) -> None:
        """Have no descriptor where there is no watch."""
        if not self._watches and self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            self._reactor.removeReader(self)
            del _notices[self._reactor]
            os.close(descriptor)

    def fileno(self) -> int:
        """Twisted: what is to be watched."""
        return self._descriptor

    def logPrefix(self) -> str:
        """Twisted: what it is called in the log."""
        return "notices"

    def doRead(self) -> None:
        """Twisted: there are notices."""
        try:
            content = os.read(self._descriptor, _ROOM)
        except (BlockingIOError, InterruptedError):
            return
        at = 0
        while at < len(content):
            number, mask, _, length = _HEAD.unpack_from(content, at)
            at += _HEAD.size + length
            self._tell(number, mask, content[at - length : at].rstrip(b"\0"))
        self.rest()

    def connectionLost(self, reason: Failure) -> None:
        """Twisted: the reactor ends."""
        self._watches.clear()
        self.rest()

    def _tell(self, number: int, mask: int, name: bytes) -> None:
        if mask & _OVERFLOW:
            told = [noticed for watch in self._watches.values() for noticed in watch.values()]
        else:
            told = list(self._watches.get(number, {}).values())
        if mask & _IGNORED:
            self._watches.pop(number, None)
        for noticed in told:
            noticed(mask, name)

    def _end(self, number: int, token: object) -> None:
        watch = self._watches.get(number, {})
        if watch.pop(token, None) is not None and not watch:
            del self._watches[number]
            _libc().inotify_rm_watch(self._descriptor, number)
            self.rest()


#: Those that have a watch.
_notices: dict[Any, Notices] = {}


def _told(number: int, folder: bytes | None = None) -> int:
    """What a call gave; raises `OSError` where it gave nothing."""
    if number < 0:
        errno = ctypes.get_errno()
        raise OSError(errno, os.strerror(errno), folder)
    return number


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.inotify_add_watch.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32]
    return libc
