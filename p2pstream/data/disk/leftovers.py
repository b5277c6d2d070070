"""Files that have a hidden name while they are written, and which of them nobody will finish any more.

Whoever writes one holds a lock on it, which the system takes back however a
program ends.  So one that can be locked is one whose program was killed.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress

from p2pstream.data.disk.descriptor import silent_flags

try:
    import fcntl
except ImportError:  # not POSIX: nobody can tell which are left, and all stay
    fcntl = None  # type: ignore[assignment]

__all__ = ["clear_leftovers", "hidden_name", "hold", "open_hidden", "remove_leftover"]

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_HIDDEN = re.compile(r"\.p2pstream-[0-9a-f]{16}\.part")


def hidden_name() -> str:
    """A name for a draft that nobody has yet."""
    return f".p2pstream-{secrets.token_hex(8)}.part"


def open_hidden(folder: int, new_name: Callable[[], str] = hidden_name) -> tuple[int, str]:
    """A new hidden file in the open ``folder``, held by us, and its name.

    :param new_name: gives another one each time.
    """
    while True:
        name = new_name()
        descriptor = os.open(name, _NEW, 0o600, dir_fd=folder)
        # Before we held it, somebody may have taken it for a leftover.
        if hold(descriptor) and os.fstat(descriptor).st_nlink:
            return descriptor, name
        os.close(descriptor)


def hold(descriptor: int) -> bool:
    """Keep a file from being taken for a leftover while it is open; False: somebody else holds it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks: nothing on it can be taken for a leftover.
        pass
    return True


def clear_leftovers(folder: int) -> None:
    """Remove the drafts that killed programs of this user left in the open ``folder``."""
    # A folder that may be written but not read keeps them.
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _HIDDEN.fullmatch(entry.name):
                remove_leftover(folder, entry.name)


def remove_leftover(folder: int, name: str) -> None:
    """Remove a file of the open ``folder``, if it is this user's and nobody holds it."""
    if fcntl is None:
        return
    with suppress(OSError):
        descriptor = os.open(name, os.O_RDWR | os.O_NOFOLLOW | silent_flags, dir_fd=folder)
        try:
            found = os.fstat(descriptor)
            if stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid():
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(name, dir_fd=folder)
        finally:
            os.close(descriptor)
