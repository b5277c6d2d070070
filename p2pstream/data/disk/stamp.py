"""How a file stood when it was looked at."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import NamedTuple

__all__ = ["Stamp"]


class Stamp(NamedTuple):
    """What tells one state of one file from every other, as far as a system can."""

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp in what ``stat`` said."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    @property
    def digest(self) -> str:
        """The stamp for others, who cannot read from it what it was made of."""
        return sha256(repr(tuple(self)).encode()).hexdigest()[:32]
