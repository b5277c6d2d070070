"""Which folders are the private ones of our programs: keys lie there, and nobody may share them.

A folder is marked by an empty file when it becomes one, whatever program it is of and
wherever ``--state`` put it, so that the mark is all that who shares has to know.
"""

from __future__ import annotations

import os
from contextlib import suppress

__all__ = ["KEYS_HERE", "PRIVATE", "is_private", "mark_private", "private_above"]

#: What marks the folder that it lies in.
PRIVATE = ".p2pstream-private"

#: Why it is not shared.
KEYS_HERE = "programs of p2pstream keep their keys there; share another folder"


def mark_private(folder: int) -> None:
    """Mark the folder open as ``folder``.

    One that cannot be written gets no mark; it can get no new keys either.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with suppress(OSError):
        os.close(os.open(PRIVATE, flags, 0o600, dir_fd=folder))


def is_private(folder: str) -> bool:
    """Whether ``folder`` itself is marked."""
    return os.path.lexists(os.path.join(folder, PRIVATE))


def private_above(path: str) -> str | None:
    """The private folder that ``path`` is or lies in, without links; None when there is none."""
    here = os.path.realpath(path)
    while not is_private(here):
        here, below = os.path.dirname(here), here
        if here == below:
            return None
    return here
