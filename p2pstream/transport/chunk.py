"""Bytes that leave in their turn."""

from __future__ import annotations

import socket

__all__ = ["MORE", "Chunk"]

#: Where the kernel knows it: what follows at once may share a segment with these bytes.
MORE: int = getattr(socket, "MSG_MORE", 0)


class Chunk:
    """An `outbox.OutboxEntry`; ``flags`` are those of ``send``."""

    def __init__(self, content: bytes, flags: int = 0) -> None:
        self._rest = memoryview(content)
        self._flags = flags

    @property
    def over(self) -> bool:
        """All of it was taken."""
        return not self._rest

    def send(self, out: socket.socket, most: int) -> int:
        """See `outbox.OutboxEntry`."""
        count = out.send(self._rest[:most], self._flags)
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Nobody waits for a single chunk."""
