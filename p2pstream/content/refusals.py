"""Why a system refuses a file, in words for the person whose file it is."""

from __future__ import annotations

import errno

__all__ = ["reason"]

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


def reason(error: OSError) -> str:
    """Why the system refused, in words."""
    known = _REASONS.get(error.errno or 0)
    return known or (error.strerror or "unknown error").lower()
