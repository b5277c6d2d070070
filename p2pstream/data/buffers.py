"""Receive buffers, lent one after another and used again."""

from __future__ import annotations

from p2pstream.limits import Limits

__all__ = ["Buffer", "Pool"]


class Buffer:
    """Room for one run of received bytes."""

    __slots__ = ("filled", "users", "view")

    def __init__(self, size: int) -> None:
        self.view = memoryview(bytearray(size))
        #: Where free room begins.
        self.filled = 0
        #: How many parts of it still wait to be written.
        self.users = 0


class Pool:
    """As many buffers as unwritten bytes may need, made when they are first needed.

    Parts of a buffer may be on their way to the disk while its rest is being filled.
    """

    def __init__(self, limits: Limits) -> None:
        self._size = limits.receive_bytes
        self._most = max(1, limits.unwritten_bytes // limits.receive_bytes)
        self._spare: list[Buffer] = []
        self._current: Buffer | None = None
        self._lent = False

    def room(self) -> memoryview:
        """At least one byte of room, the same until `filled` is called."""
        if not self._lent:
            self._current = self._roomy()
            self._lent = True
        assert self._current is not None
        return self._current.view[self._current.filled :]

    def filled(self, count: int) -> tuple[Buffer, int]:
        """``count`` bytes of the room were used; in which buffer, and from where on."""
        buffer = self._current
        if buffer is None or not 0 <= count <= len(buffer.view) - buffer.filled:
            raise ValueError(f"{count} bytes were filled that were not lent")
        self._lent = False
        start = buffer.filled
        buffer.filled += count
        return buffer, start

    def release(self, buffer: Buffer) -> None:
        """One part of ``buffer`` waits no longer."""
        buffer.users -= 1
        if not buffer.users and buffer is not self._current and len(self._spare) < self._most:
            buffer.filled = 0
            self._spare.append(buffer)

    def clear(self) -> None:
        """Give back memory that nobody uses now."""
        self._spare.clear()
        if not self._lent:
            self._current = None

    def _roomy(self) -> Buffer:
        current = self._current
        if current is not None and not current.users:
            current.filled = 0
        if current is not None and current.filled < self._size:
            return current
        return self._spare.pop() if self._spare else Buffer(self._size)
