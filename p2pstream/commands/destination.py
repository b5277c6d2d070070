"""Where a film that is kept goes."""

from __future__ import annotations

import os
from dataclasses import dataclass

from p2pstream.content.text import printable
from p2pstream.errors import StorageError


@dataclass(frozen=True)
class Destination:
    """A path to be, and whether a file that is there may be replaced."""

    path: str
    replace: bool


def destination(out: str | None, name: str) -> Destination:
    """Where the film ``name`` goes; ``name`` is one that `content.names` allows.

    A file that ``out`` names itself is replaced, as by ``curl -o``.  One that only has
    the film's name by chance is not.

    :param out: what ``-o`` says: a file or a folder; None for the current folder.
    :raises errors.StorageError: there is such a file, or no such folder.
    """
    if out is not None and not _is_folder(out):
        return Destination(out, replace=True)
    path = os.path.join(out or "", name)
    if os.path.lexists(path):
        raise StorageError(f"{printable(path)} is there already; remove it, or write -o and another name")
    return Destination(path, replace=False)


def _is_folder(out: str) -> bool:
    if os.path.isdir(out):
        return True
    if out.endswith(os.sep):
        raise StorageError(f"there is no folder {printable(out)}; make it first")
    return False
