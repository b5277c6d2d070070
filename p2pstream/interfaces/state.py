"""Seams of what outlives the program: the private folder that keys, caches and the store lie in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zope.interface import Interface

from p2pstream.interfaces.bytes import IFile

if TYPE_CHECKING:
    from p2pstream.content.ranges import Ranges

__all__ = ["IDisk", "IStateFile"]


class IStateFile(IFile):
    """A file of ours, with what a store needs beyond reading and writing."""

    def sync() -> None:
        """What was written is on the disk when this returns, and the name of the file is."""

    def resize(length: int) -> None:
        """Cut or extend to ``length``; what is new reads as zeros and takes no room yet."""

    def allocate(offset: int, length: int) -> None:
        """Make sure that there is room; a file system that cannot is not asked again."""

    def punch(offset: int, length: int) -> None:
        """Give the room back; the bytes then read as zeros, where the system can do it."""

    def filled() -> Ranges:
        """Which bytes take room; all, where the system cannot tell.  The rest reads as zeros."""

    def lock(shared: bool = False) -> bool:
        """Have it for this opening alone until it is closed; False: it is held already, or removed.

        :param shared: beside any number of others that have it so, but not beside one who
            has it alone.
        """


class IDisk(Interface):
    """One private folder of state: keys, caches, the store.

    Paths are relative, made by us, of ASCII letters, digits, ``-``, ``_``, ``.`` and
    ``/``; never a stranger's name.  The methods may block: call them from an `IWorkers`, several at
    once if need be, for different paths.  Errors are `OSError`.
    """

    def open(path: str, make: bool = True) -> IStateFile:
        """Open for reading and writing; made, with its folders, if it is not there.

        What is made is not durable before it is synced, or something beside it is.

        :param make: if not, and it is not there, it fails with `FileNotFoundError`.
        """

    def read(path: str, most: int) -> bytes:
        """The whole of a small file; `FileNotFoundError`, or `OSError` EFBIG past ``most`` bytes."""

    def replace(path: str, content: bytes) -> None:
        """Durably: after a crash at any instant the old content is there, or the new."""

    def remove(path: str) -> None:
        """Durably, a file or an empty folder; harmless when it is not there."""

    def rename(path: str, onto: str) -> None:
        """Durably and at once, also over a file that is there."""

    def release(path: str, target: str, replace: bool = True) -> None:
        """Move a file out, durably, to ``target``, any path of the user's.

        :param replace: whether it may take the place of a regular file.
        :raises errors.StorageError: what stands there stays, or the disk refuses.
        """

    def names(folder: str) -> Sequence[str]:
        """What lies in a folder, sorted; empty when there is no such folder."""

    def free() -> int:
        """Bytes that could still be written."""
