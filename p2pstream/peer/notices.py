"""Twisted's inotify, asked for what a share needs.  Only Linux can import this."""

from __future__ import annotations

from twisted.internet.inotify import (
    IN_ATTRIB,
    IN_CLOSE_WRITE,
    IN_CREATE,
    IN_DELETE,
    IN_DELETE_SELF,
    IN_ISDIR,
    IN_MOVE_SELF,
    IN_MOVED_FROM,
    IN_MOVED_TO,
    IN_ONLYDIR,
    INotify,
    INotifyError,
)
from twisted.python.failure import Failure

__all__ = ["ARRIVED", "BEGUN", "LEFT", "MASK", "MOVES_WATCHES", "INotifyError", "Notices"]

ARRIVED = IN_CLOSE_WRITE | IN_MOVED_TO
BEGUN = IN_CREATE
LEFT = IN_DELETE | IN_MOVED_FROM
#: A folder came, went or moved; checked first, for it comes with the bits above.
MOVES_WATCHES = IN_ISDIR | IN_DELETE_SELF | IN_MOVE_SELF

# No IN_MODIFY: a writer would wake us thousands of times a second, and scans see the same.
MASK = ARRIVED | BEGUN | LEFT | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR


class Notices(INotify):  # type: ignore[misc]
    """Closes its descriptor once.

    Twisted's own hangs up by itself a turn after a watched folder went, whatever was
    done meanwhile; a second close could hit a descriptor that is somebody else's by then.
    """

    _ended = False

    def connectionLost(self, reason: Failure) -> None:
        """Close the descriptor, unless that was done."""
        if not self._ended:
            self._ended = True
            super().connectionLost(reason)
