"""Whole connections that speak HTTP: ``python fuzz/http_session.py -max_total_time=10``.

An input is a script: a byte below 200 is the length of a chunk that follows it, any
other lets time pass, 0.1 s for each step above 199.
"""

from __future__ import annotations

from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web import http

from p2pstream.protocols.http import channel, places, request, site
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.web.streams import shared_streams

SHARED = {"film.mp4": bytes(200_000), "list.mp4": b"#EXTM3U\n", "empty": b""}
#: All patience there is: for a head, for a client that takes nothing, for its end.
LONGEST_S = 100.0


class Client(Protocol):
    """Notes how it ends."""

    gone = False

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The end."""
        self.gone = True


def target(script: bytes) -> None:
    """Requests that come as the script says: the connection ends, and leaves nothing behind."""
    clock = HeapClock()
    node, client = FakeNode(clock, shared=SHARED), Client()
    node.resources.update(shared_streams(node))
    link = MemoryLink(clock, capacity=10_000)
    link.connect(client, site.Site(node, {"den"}).buildProtocol(None))  # type: ignore[arg-type]
    place = 0
    while place < len(script):
        head = script[place]
        place += 1
        if head < 200:
            link.client.write(script[place : place + head])
            place += head
            clock.advance(0)
        else:
            clock.advance((head - 199) / 10)
    clock.advance(LONGEST_S)
    assert client.gone and not clock.getDelayedCalls() and not node.lent


if __name__ == "__main__":
    from running import run

    run(target, [channel, places, request, site, http], "http_session")
