"""A folder of a private folder, as if it were all there is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from zope.interface import implementer

from p2pstream.interfaces import IDisk, IStateFile

__all__ = ["Within", "clear"]


@implementer(IDisk)
class Within:
    """What lies in ``folder`` of ``disk``; see `IDisk`."""

    def __init__(self, disk: IDisk, folder: str) -> None:
        self._disk = disk
        self._folder = folder

    def open(self, path: str, make: bool = True) -> IStateFile:
        return self._disk.open(self._at(path), make)

    def read(self, path: str, most: int) -> bytes:
        return self._disk.read(self._at(path), most)

    def replace(self, path: str, content: bytes) -> None:
        self._disk.replace(self._at(path), content)

    def remove(self, path: str) -> None:
        self._disk.remove(self._at(path))

    def rename(self, path: str, onto: str) -> None:
        self._disk.rename(self._at(path), self._at(onto))

    def release(self, path: str, target: str, replace: bool = True) -> None:
        self._disk.release(self._at(path), target, replace)

    def names(self, folder: str = "") -> Sequence[str]:
        return self._disk.names(self._at(folder) if folder else self._folder)

    def free(self) -> int:
        return self._disk.free()

    def _at(self, path: str) -> str:
        return f"{self._folder}/{path}"


def clear(disk: IDisk, folder: str) -> None:
    """Leave nothing in a folder, however deep; may block.

    :raises OSError: the disk refuses.
    """
    for name in disk.names(folder):
        path = f"{folder}/{name}"
        with suppress(NotADirectoryError):
            clear(disk, path)
        disk.remove(path)
