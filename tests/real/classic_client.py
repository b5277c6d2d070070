"""The classic protocol spoken by hand, so that the tests of roles rest on sockets alone."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from tests.real.kernel import Stopwatch


class Asking:
    """A client that has asked for a name and reads when it likes.

    :param source: the loopback address to come from.
    :param room: bytes of receive buffer; left out, what the system gives.
    """

    def __init__(
        self, ip: str, port: int, name: str, source: str = "127.0.0.1", room: int | None = None
    ) -> None:
        self.socket = socket.socket()
        if room is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.settimeout(20)
        self.socket.bind((source, 0))
        self.socket.connect((ip, port))
        self.socket.sendall(name.encode())

    def read(self, count: int) -> bytes:
        """Exactly so many bytes."""
        parts = bytearray()
        while len(parts) < count:
            part = self.socket.recv(count - len(parts))
            if not part:
                raise AssertionError(f"it ended after {len(parts)} bytes")
            parts += part
        return bytes(parts)

    def rest(self) -> tuple[bytes, str]:
        """All that still comes, and how it ended: "end" or "reset"."""
        parts = bytearray()
        try:
            while part := self.socket.recv(1 << 20):
                parts += part
        except ConnectionResetError:
            return bytes(parts), "reset"
        return bytes(parts), "end"

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ask(ip: str, port: int, name: str) -> tuple[bytes, str]:
    """What comes for a name, and how it ended: "end" or "reset"."""
    with Asking(ip, port, name) as asking:
        with suppress(OSError):  # refused already
            asking.socket.shutdown(socket.SHUT_WR)
        return asking.rest()


def within(seconds: float, holds: Callable[[], object]) -> float:
    """Wait until something holds; after how many seconds it did.  AssertionError if never."""
    watch = Stopwatch()
    while not holds():
        if watch.is_over(seconds):
            raise AssertionError(f"it did not hold within {seconds} s")
        time.sleep(0.02)
    return watch.seconds
