"""What a disk refuses, in one line for the person whose disk it is."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from p2pstream.content.text import size_text
from p2pstream.errors import StorageError

__all__ = ["SHORT", "reason", "storage_error", "telling"]

_REASONS = {
    errno.ENOSPC: "disk full",
    errno.EDQUOT: "disk quota used up",
    errno.EFBIG: "the file would be larger than this file system allows",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "read-only file system",
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "a part of that path is not a folder",
    errno.EEXIST: "there is a file of that name by now",
    errno.EISDIR: "there is a folder of that name",
    errno.ENOTEMPTY: "there is a folder of that name",
    errno.ENAMETOOLONG: "the name is too long for this file system",
    errno.EMFILE: "too many open files (see ulimit -n)",
    errno.ENFILE: "too many open files on this machine",
    errno.EIO: "the disk reported an error",
}
#: The process or the machine is short of something: that says nothing about a file.
SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})

_FULL = {errno.ENOSPC, errno.EDQUOT}


def reason(error: OSError) -> str:
    """Why the system refused, in words."""
    known = _REASONS.get(error.errno or 0)
    return known or (error.strerror or "unknown error").lower()


def storage_error(verb: str, title: str, error: OSError, need: int | None = None) -> StorageError:
    """``cannot write /x/film.mp4: disk full (need at least 1.2 GB)``.

    :param verb: "read", "write" or "remove".
    :param title: which file, already printable.
    :param need: how many bytes the file was about to have; told when the disk is full.
    """
    more = f" (need at least {size_text(need)})" if need and error.errno in _FULL else ""
    return StorageError(f"cannot {verb} {title}: {reason(error)}{more}")


@contextmanager
def telling(verb: str, title: str, need: int | None = None) -> Iterator[None]:
    """What the system refuses inside becomes a `storage_error`."""
    try:
        yield
    except OSError as error:
        raise storage_error(verb, title, error, need) from error
