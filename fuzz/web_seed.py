"""A web server that answers anything to who asks for a film: ``python fuzz/web_seed.py -max_total_time=10``.

The first byte of an input says what the rest begins with, and whether the server then hangs up.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.protocol import Protocol

from p2pstream.content.keys import FileKey
from p2pstream.content.units import UNIT
from p2pstream.content.wants import WebUnits
from p2pstream.errors import P2PStreamError
from p2pstream.protocols.http import one_server, passing, plugin, seed
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.endpoints import MemoryEndpoint

KEY = FileKey(bytes(range(1, 33)), 2 * UNIT + 5)
WANT = WebUnits(KEY, "http://films.example/film.mp4")
PART = b"HTTP/1.1 206 Partial Content\r\nContent-Length: 131077\r\nContent-Range: "
BEGINNINGS = (
    b"",
    b"HTTP/1.1 ",
    b"HTTP/1.1 200 OK\r\n",
    PART,
    PART + b"bytes 0-131076/131077\r\n\r\n",
)


class Server(Protocol):
    """Says one thing to whoever asks."""

    transport: Any

    def __init__(self, said: bytes, ends: bool) -> None:
        self._said = said
        self._ends = ends

    def dataReceived(self, data: bytes) -> None:
        """Twisted: a request."""
        self.transport.write(self._said)
        if self._ends:
            self.transport.loseConnection()


class Listener:
    """Lends room for what was asked for, and for nothing else."""

    def __init__(self) -> None:
        self.lent = 0
        self.why = ""

    def lend(self, source: Any, first: int, count: int) -> memoryview:
        """Room for whole units."""
        start, stop = KEY.span(first, first + count)
        self.lent += 1
        return memoryview(bytearray(stop - start))

    def arrived(self, source: Any, first: int, count: int, run: memoryview) -> None:
        """It is complete."""
        self.lent -= 1

    def dropped(self, source: Any, first: int, count: int, run: memoryview) -> None:
        """It will not be."""
        self.lent -= 1

    def refused(self, source: Any, first: int, count: int, code: int) -> None:
        """Harmless."""

    def changed(self, source: Any) -> None:
        """Harmless."""

    def lost(self, source: Any, reason: Any) -> None:
        """It is over, in words."""
        reason.trap(P2PStreamError)
        self.why = str(reason.value)


def target(raw: bytes) -> None:
    """All that was lent comes back, and when it is over, that is said in a line that can be shown."""
    begins, rest = (raw[0], raw[1:]) if raw else (0, b"")
    said = BEGINNINGS[begins % len(BEGINNINGS)] + rest
    clock, listener = HeapClock(), Listener()
    endpoint = MemoryEndpoint(clock, lambda: Server(said, bool(begins & 128)), capacity=1 << 20)
    made: list[Any] = []
    plugin.protocol.connect(endpoint, WANT, FakeNode(clock)).addCallback(made.append)
    (source,) = made
    source.listen(listener)
    source.ask(0, KEY.units)
    clock.advance(1)
    source.close()
    clock.advance(60)
    assert listener.lent == 0
    assert listener.why.isprintable()


if __name__ == "__main__":
    from running import run

    run(target, [one_server, passing, plugin, seed], "web_seed")
