"""Files without a name."""

from __future__ import annotations

import errno
import os
import tempfile

from p2pstream.content.text import printable
from p2pstream.data.disk.descriptor import DiskFile
from p2pstream.data.disk.troubles import telling
from p2pstream.data.portable import portable_only

__all__ = ["open_nameless", "scratch_file"]

# File systems without O_TMPFILE answer with one of these.
_NO_TMPFILE = {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL}


def scratch_file(folder: str | os.PathLike[str] | None = None) -> DiskFile:
    """A file without a name, gone with its last descriptor: for what is only played.

    :param folder: left out, ``/var/tmp``: ``/tmp`` may be memory, and films are large.
    :raises errors.StorageError: when the folder takes no files.
    """
    where = os.fspath(folder) if folder is not None else _roomy_folder()
    title = f"a temporary file in {printable(where)}"
    with telling("write", title):
        return DiskFile(_open_scratch(where), title)


def open_nameless(folder: str | int, *, linkable: bool) -> int | None:
    """A new file in ``folder`` that has no name, gone with its last descriptor.

    :param folder: a path, or an open folder.
    :param linkable: whether it may be given a name later.
    :returns: None where the system or the file system knows no such files.
    """
    if not hasattr(os, "O_TMPFILE") or portable_only():
        return None
    flags = os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC | (0 if linkable else os.O_EXCL)
    try:
        if isinstance(folder, str):
            return os.open(folder, flags, 0o600)
        return os.open(".", flags, 0o600, dir_fd=folder)
    except OSError as error:
        if error.errno in _NO_TMPFILE:
            return None
        raise


def _open_scratch(folder: str) -> int:
    descriptor = open_nameless(folder, linkable=False)
    if descriptor is None:
        descriptor, path = tempfile.mkstemp(prefix=".p2pstream-", dir=folder)
        os.unlink(path)
    return descriptor


def _roomy_folder() -> str:
    return "/var/tmp" if os.access("/var/tmp", os.W_OK) else tempfile.gettempdir()
