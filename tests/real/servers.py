"""Centrals and peers that misbehave, on real sockets, for tests of whole commands."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

from tests.real.processes import CLASSIC_PORTS

#: Serves one accepted connection; the name that was asked comes with it.
Serve = Callable[[socket.socket, bytes], None]

CENTRAL_PORT, PEER_PORT = CLASSIC_PORTS


class Server:
    """Answers every connection on an address in a thread of its own, until closed."""

    def __init__(self, host: str, port: int, serve: Serve) -> None:
        self._serve = serve
        self._socket = socket.create_server((host, port))
        self.asked: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        # A thread inside accept is not woken by close alone.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            name = connection.recv(200)
            self.asked.append(name)
            self._serve(connection, name)


def listing(*hosts: str) -> Serve:
    """A central that lists these hosts, as the ancestor writes them."""
    reply = "".join(f"{host} " for host in hosts).encode().ljust(100, b"\0")
    return lambda connection, _: connection.sendall(reply)


def saying(reply: bytes) -> Serve:
    """Says this, whatever it was asked, and closes."""
    return lambda connection, _: connection.sendall(reply)


def breaking(start: bytes) -> Serve:
    """Sends the start of a film and dies in a reset."""

    def serve(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        # Let it arrive: a reset may overtake what is still in the buffers.
        threading.Event().wait(0.1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return serve


def endless(connection: socket.socket, _: bytes) -> None:
    """Sends, and never stops."""
    while True:
        connection.sendall(bytes(1 << 20))


def stalling(start: bytes) -> Serve:
    """Sends the start of a film, and then nothing for as long as anybody listens."""

    def serve(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        connection.recv(1)

    return serve
