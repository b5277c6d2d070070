"""Where a film that is kept goes."""

from __future__ import annotations

import os

from p2pstream.content.text import printable
from p2pstream.errors import StorageError, UsageError
from p2pstream.values import value

__all__ = ["Destination", "check_picture", "destination"]


@value
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
    :raises errors.UsageError: it is meant to be stdout, perhaps.
    """
    if out == "-":
        raise UsageError(
            "-o names a file; p2p-play -O writes the film to stdout, and -o ./- to a file called -"
        )
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


def check_picture(path: str) -> None:
    """Look early whether a picture can be put there: it is taken when the film has begun.

    :raises errors.StorageError: it cannot.
    """
    folder = os.path.dirname(path) or "."
    if os.path.isdir(path):
        raise StorageError(f"cannot write {printable(path)}: there is a folder of that name")
    if not os.path.isdir(folder):
        raise StorageError(f"cannot write {printable(path)}: there is no folder {printable(folder)}")
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise StorageError(f"cannot write {printable(path)}: permission denied")
