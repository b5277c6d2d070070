"""Bytes that leave in their turn."""

from __future__ import annotations

import socket
from typing import Protocol

__all__ = ["MORE", "Chunk", "OutboxEntry"]

#: Where the kernel knows it: what follows at once may share a segment with these bytes.
MORE: int = getattr(socket, "MSG_MORE", 0)


class OutboxEntry(Protocol):
    """Something that leaves in its turn."""

    def send(self, out: socket.socket, most: int) -> int:
        """Hand over up to ``most`` bytes; how many, or `OSError` as the socket says."""

    @property
    def over(self) -> bool:
        """Whether its turn is over."""

    def close(self) -> None:
        """Tell whoever waits that it is."""


class Chunk:
    """An `OutboxEntry`; ``flags`` are those of ``send``."""

    def __init__(self, content: bytes, flags: int = 0) -> None:
        self._rest = memoryview(content)
        self._flags = flags

    @property
    def over(self) -> bool:
        """All of it was taken."""
        return not self._rest

    def send(self, out: socket.socket, most: int) -> int:
        """See `OutboxEntry`."""
        count = out.send(self._rest[:most], self._flags)
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Nobody waits for a single chunk."""
