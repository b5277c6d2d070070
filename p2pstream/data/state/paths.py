"""What a path of a state file may be."""

from __future__ import annotations

import re

__all__ = ["parts_of"]

_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", re.ASCII)


def parts_of(path: str) -> list[str]:
    """The parts of a path as `IDisk` describes it; one that begins with a dot is the disk's own.

    :raises ValueError: it is something else: a stranger's name, an absolute path, a way out.
    """
    parts = path.split("/")
    if not all(map(_PART.fullmatch, parts)):
        raise ValueError(f"{path!r} is no path of a state file")
    return parts
