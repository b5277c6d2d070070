"""A span of a file's bytes, handed to a socket by ``sendfile``."""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable
from socket import socket
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from p2pstream.errors import Gone
from p2pstream.interfaces import IHeldSpans
from p2pstream.transport.roads.chunk import MORE

__all__ = ["Span", "hold", "resident", "send_at_once"]

# A disk is read, and memory freed again, in stretches not much smaller than this.
_STRIDE = 65_536

# Not the socket's doing: the file is read in the ordinary way instead, and any error told there.
_FILE_ERRORS = {errno.EIO, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EOVERFLOW, errno.EBADF}


class Span:
    """Bytes ``[start, stop)`` of some data, for as long as they lie in a file and in memory.

    :param data: an `IFileSpans`.
    :param ahead: how many bytes are looked up in memory at a time.
    :ivar done: fires with how many bytes were sent when its turn is over, which may be
        none; fails with `errors.Gone` when the file is no longer what it was.
    """

    def __init__(self, data: Any, start: int, stop: int, ahead: int) -> None:
        self.done: Deferred[Any] = Deferred()
        self._data = data
        self._pieces: deque[tuple[int, int, int]] = deque(data.spans(start, stop))
        self._ahead = ahead
        self._known = 0
        self._sent = 0
        self._outcome: int | Failure | None = None

    @property
    def over(self) -> bool:
        """All was sent, or the rest cannot be by this road."""
        return self._outcome is not None

    def close(self) -> None:
        """Tell whoever waits."""
        if self._outcome is not None and not self.done.called:
            self.done.callback(self._outcome)

    def send(self, out: socket, most: int) -> int:
        """One call of ``sendfile``; `OSError` is about the socket only."""
        try:
            return self._send(out, most)
        except Gone:
            self._outcome = Failure()
        return 0

    def _send(self, out: socket, most: int) -> int:
        if not self._pieces:
            self._outcome = self._sent
            return 0
        # What an earlier call sent is looked at here, too: was it still the same file?
        self._data.check()
        descriptor, offset, length = self._pieces[0]
        if not self._known:
            self._known = resident(descriptor, offset, min(length, self._ahead))
        count = self._sendfile(out, descriptor, offset, min(most, self._known))
        self._known -= count
        self._advance(descriptor, offset + count, length - count)
        self._sent += count
        if not count or not self._pieces:
            self._outcome = self._sent
        return count

    def _sendfile(self, out: socket, descriptor: int, offset: int, count: int) -> int:
        """How many bytes were sent; none when reading the file must show what is the matter."""
        if not count:
            return 0
        try:
            return os.sendfile(out.fileno(), descriptor, offset, count)
        except OSError as error:
            if error.errno in _FILE_ERRORS and out.fileno() >= 0:
                return 0
            raise

    def _advance(self, descriptor: int, offset: int, length: int) -> None:
        if length:
            self._pieces[0] = (descriptor, offset, length)
        else:
            self._pieces.popleft()
            self._known = 0


def send_at_once(out: socket, header: bytes, data: Any, start: int, stop: int) -> int:
    """Hand over bytes and ``[start, stop)`` of an `IFileSpans`, as far as nothing is to be waited for.

    :returns: how many bytes went; what is the matter with the rest shows when it is sent in its turn.
    """
    spans = data.spans(start, stop)
    if len(spans) != 1 or spans[0][2] != stop - start or not _is_resident(*spans[0]):
        return 0
    descriptor, offset, length = spans[0]
    sent, let_go = 0, hold(data, start, stop)
    try:
        sent = out.send(header, MORE)
        if sent == len(header):
            sent += os.sendfile(out.fileno(), descriptor, offset, length)
    except OSError:
        pass
    finally:
        let_go()
    return sent


def hold(data: Any, start: int, stop: int) -> Callable[[], None]:
    """Have nobody give up what is being sent, until what is returned is called."""
    let_go: Callable[[], None] = data.hold(start, stop) if IHeldSpans.providedBy(data) else _unheld
    return let_go


def _unheld() -> None:
    """Nobody gives it up anyhow."""


def _is_resident(descriptor: int, offset: int, length: int) -> bool:
    return resident(descriptor, offset, length) == length


def resident(descriptor: int, offset: int, length: int) -> int:
    """How many bytes from ``offset`` are in memory, so that reading them waits for no disk.

    One byte in every 64 KiB is looked at, which costs 1 % of sending them.  Where the
    system cannot tell, all of them.
    """
    room = bytearray(1)
    try:
        for start in range(offset, offset + length, _STRIDE):
            try:
                os.preadv(descriptor, [room], start, os.RWF_NOWAIT)
            except BlockingIOError:
                return start - offset
    except (OSError, AttributeError):
        return length
    return length
