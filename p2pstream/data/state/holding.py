"""Who may use a folder of state: one service at a time."""

from __future__ import annotations

from p2pstream.data.disk import telling
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk, IStateFile

__all__ = ["Held", "hold", "is_held"]


class Held(StorageError):
    """Another process has it."""


def hold(disk: IDisk, path: str, title: str) -> IStateFile:
    """Have ``path`` for this process alone, until what is returned is closed, or the process ends.

    :param title: what is to be had, for people: ``the peer's state in /home/x``.
    :raises Held: another process has it.
    :raises errors.StorageError: the disk refuses.
    """
    with telling("use", title):
        file = disk.open(path)
    if not file.lock():
        file.close()
        raise Held(f"cannot use {title}: another process does; stop it, or give another --state")
    return file


def is_held(disk: IDisk, path: str) -> bool:
    """Whether another process has ``path``, as `hold`; False where that cannot be told."""
    try:
        file = disk.open(path, make=False)
    except OSError:
        return False
    try:
        return not file.lock(shared=True)
    finally:
        file.close()
