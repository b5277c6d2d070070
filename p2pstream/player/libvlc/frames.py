"""Pictures on their way from libvlc's video thread to the window: buffers and who has which."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from threading import Lock

from p2pstream.values import value

__all__ = ["Frames", "Still"]

#: One being filled, the newest, one being uploaded, and one to spare.
COUNT = 4
ALIGNMENT = 32
BYTES_A_PIXEL = 4

_memcmp = (ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)).memcmp
_memcmp.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_memcmp.restype = ctypes.c_int


@value
class Still:
    """One frame of the film: ``width * height * 4`` bytes, rows without gaps."""

    pixels: memoryview
    width: int
    height: int
    #: Changes when the size of the pictures does.
    generation: int


class _Buffer:
    """Room for one picture, aligned as libvlc's copying loops like it."""

    def __init__(self, size: int) -> None:
        self._room = (ctypes.c_ubyte * (size + ALIGNMENT))()
        start = -ctypes.addressof(self._room) % ALIGNMENT
        self.address = ctypes.addressof(self._room) + start
        self.pixels = memoryview(self._room).cast("B")[start : start + size]


class Frames:
    """A picture is filled, shown, taken and given back; nobody ever waits.

    libvlc repeats the last picture every 80 ms while it has nothing better.  Such
    repeats are told from news by their bytes, and are neither shown nor counted.
    """

    def __init__(self, news: Callable[[], None] = lambda: None) -> None:
        """:param news: called, on libvlc's thread, when there is a new picture to take."""
        self._news = news
        self._lock = Lock()
        self._buffers = [_Buffer(BYTES_A_PIXEL)]
        self._size = (1, 1)
        self._generation = 0
        self._filling = self._newest = self._taken = -1
        self._fresh = False
        #: Pictures that were replaced by a newer one before the window took them.
        self.overtaken = 0

    def set_up(self, width: int, height: int) -> None:
        """Make room for pictures of this size; what was taken stays readable."""
        self._replace([_Buffer(width * height * BYTES_A_PIXEL) for _ in range(COUNT)], (width, height))

    def clear(self) -> None:
        """Give the room back; libvlc must have stopped."""
        self._replace([_Buffer(BYTES_A_PIXEL)], (1, 1))

    def _replace(self, buffers: list[_Buffer], size: tuple[int, int]) -> None:
        with self._lock:
            self._buffers, self._size = buffers, size
            self._generation += 1
            self._filling = self._newest = self._taken = -1
            self._fresh = False

    def fill(self) -> tuple[int, int]:
        """An id for the picture to come, and the address of its room."""
        with self._lock:
            free = (n for n in range(len(self._buffers)) if n not in (self._newest, self._taken))
            self._filling = next(free, 0)
            return self._generation * COUNT + self._filling, self._buffers[self._filling].address

    def show(self, picture: int) -> None:
        """The picture of that id is whole, and its time has come."""
        generation, index = divmod(picture, COUNT)
        with self._lock:
            if generation != self._generation or index == self._newest or self._repeats(index):
                return
            self.overtaken += self._fresh
            self._newest, self._fresh = index, True
        self._news()

    def _repeats(self, index: int) -> bool:
        if self._newest < 0:
            return False
        new, old = self._buffers[index], self._buffers[self._newest]
        return bool(_memcmp(new.address, old.address, len(new.pixels)) == 0)

    def take(self) -> Still | None:
        """The newest picture, once; it is left alone until `give_back`."""
        with self._lock:
            if not self._fresh:
                return None
            self._fresh, self._taken = False, self._newest
            return Still(self._buffers[self._taken].pixels, *self._size, self._generation)

    def give_back(self) -> None:
        """Whoever took a picture has copied it."""
        with self._lock:
            self._taken = -1
