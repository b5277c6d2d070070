"""What a disk refuses, in one line for the person whose disk it is."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from p2pstream.content.refusals import reason
from p2pstream.content.text import size_text
from p2pstream.errors import StorageError

__all__ = ["SHORT", "storage_error", "telling"]

#: The process or the machine is short of something: that says nothing about a file.
SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})

_FULL = {errno.ENOSPC, errno.EDQUOT}


def storage_error(verb: str, title: str, error: OSError, need: int | None = None) -> StorageError:
    """``cannot write /x/film.mp4: disk full (need at least 1.2 GB)``.

    :param verb: "read", "write" or "remove".
    :param title: which file, already printable.
    :param need: how many bytes the file was about to have; told when the disk is full.
    """
    more = f" (need at least {size_text(need)})" if need and error.errno in _FULL else ""
    # To a reader that error says something else than to a writer.
    long = verb == "read" and error.errno == errno.EFBIG
    why = "it is longer than any that this program wrote" if long else reason(error)
    return StorageError(f"cannot {verb} {title}: {why}{more}")


@contextmanager
def telling(verb: str, title: str, need: int | None = None) -> Iterator[None]:
    """What the system refuses inside becomes a `storage_error`."""
    try:
        yield
    except OSError as error:
        raise storage_error(verb, title, error, need) from error
