"""Fetch a stream by name into memory, and say what happens meanwhile.

``python examples/fetch_into_buffer.py p2pstream://192.0.2.1/film.mp4``
"""

from __future__ import annotations

import sys
from hashlib import sha256
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IProducer
from twisted.internet.task import react
from zope.interface import implementer

from p2pstream.content.links import Link
from p2pstream.data.workers import ThreadWorkers
from p2pstream.events import sentence
from p2pstream.interfaces import IEvents
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.streams import Streams
from p2pstream.peer.ways import Ways
from p2pstream.protocols.node import Means
from p2pstream.protocols.registry import Registry
from p2pstream.transport.timing import make_monotonic


@implementer(IConsumer)
class Buffer:
    """Whatever is written to it, in order; it never asks its producer to pause."""

    def __init__(self) -> None:
        self.content = bytearray()

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        """See `IConsumer`."""

    def unregisterProducer(self) -> None:
        """See `IConsumer`."""

    def write(self, data: bytes) -> None:
        """See `IConsumer`."""
        self.content += data


@implementer(IEvents)
class Printed:
    """Events, as sentences."""

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents`."""
        print(sentence(event, fields))


async def fetch(reactor: Any, link: str) -> None:
    """Ask the central that the link names, then the peers that it lists."""
    make_monotonic(reactor)
    workers, events, buffer = ThreadWorkers(reactor), Printed(), Buffer()
    registry = Registry(events)
    registry.load()
    node = PlayerNode(Means(reactor, events, workers))
    stream = await Streams(node, Ways(registry)).open(Link.parse(link))
    await stream.data.read_to(buffer)
    print(sha256(buffer.content).hexdigest())
    await stream.close()
    await workers.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    react(lambda reactor, link: Deferred.fromCoroutine(fetch(reactor, link)), sys.argv[1:])
