"""A film as PyAV reads one: a file that can seek."""

from __future__ import annotations

import os
from typing import Protocol

__all__ = ["DescriptorFilm", "FilmBytes", "FilmFile"]


class FilmBytes(Protocol):
    """Bytes by their place."""

    length: int

    def pread(self, start: int, count: int) -> bytes:
        """At most so many bytes from there; at least one, but for the end."""


class DescriptorFilm:
    """One that lies on this machine, and was opened by whoever started us."""

    def __init__(self, descriptor: int, length: int) -> None:
        self._descriptor = descriptor
        self.length = length

    def pread(self, start: int, count: int) -> bytes:
        """As `FilmBytes` says; a file that grew is not read beyond the length that was told."""
        return os.pread(self._descriptor, max(0, min(count, self.length - start)), start)


class FilmFile:
    """The same as a file object; the names are Python's."""

    def __init__(self, film: FilmBytes) -> None:
        self._film = film
        self._at = 0

    def read(self, count: int = -1) -> bytes:
        """Up to so many bytes from where it stands."""
        content = self._film.pread(self._at, self._film.length if count < 0 else count)
        self._at += len(content)
        return content

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Stand elsewhere."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._film.length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Where it stands."""
        return self._at

    def seekable(self) -> bool:
        """It can."""
        return True
