"""Memory that is at hand, where a machine that is lent gives back what it does not use."""

from __future__ import annotations

import os
from pathlib import Path

_CHUNK = bytes(1 << 20)


def touch(folder: Path, size: int) -> None:
    """Have so many bytes of memory in use for files there, and free again.

    The first write to a page that the host has yet to give costs ten times the copy: more than
    all else that a transfer is measured for, and who comes first would pay it for the next.
    """
    path = folder / "touched.bin"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.posix_fallocate(file, 0, size)
        for at in range(0, size, len(_CHUNK)):
            os.pwrite(file, _CHUNK[: size - at], at)
    finally:
        os.close(file)
        path.unlink()
