"""The native protocol on real sockets: past Python, portably, and over TLS."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.defer import succeed
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.task import deferLater
from twisted.trial.unittest import TestCase

from p2pstream.codes import Code
from p2pstream.content.wants import Units
from p2pstream.data.file import READ, FileData
from p2pstream.data.shared_stream import SharedStream
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import Refused, SourceLost
from p2pstream.protocols.classic.plugin import protocol as classic
from p2pstream.protocols.native.plugin import protocol as native
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.node import FakeNode
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.transport.secure.credentials import made_credentials
from p2pstream.transport.secure.tls import TLSEndpoint

reactor: Any = global_reactor
FILM = proven_film(9_000_001)


class NativeCase(TestCase):
    """A seed of one film in a real file, on a port of loopback's."""

    timeout = 60

    def setUp(self) -> None:
        """Share, and listen."""
        self.path = Path(self.mktemp())
        self.path.write_bytes(FILM.content)
        workers = ThreadWorkers(reactor)
        self.addCleanup(workers.close)
        seed: Any = FakeNode(reactor, shared={})
        seed.open_key = lambda key: succeed(
            SharedStream(FileData(str(self.path), READ, workers), FILM.tree, workers)
        )
        credentials = made_credentials(datetime(2026, 1, 1, tzinfo=UTC))
        factory = SniffedFactory([classic, native], seed, shown=lambda: credentials)
        port = reactor.listenTCP(0, factory, interface="127.0.0.1")
        self.addCleanup(port.stopListening)
        self.endpoint: Any = TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)

    async def fetch(self, endpoint: Any = None, start: int = 0, stop: int | None = None) -> bytes:
        """A range of the film, as it came."""
        source: Any = await native.connect(
            endpoint or self.endpoint, Units(FILM.key), FakeNode(reactor, shared={})
        )
        consumer = CollectingConsumer()
        try:
            await source.request(consumer, start, stop)
        finally:
            source.close()
            await deferLater(reactor, 0.05)
        return bytes(consumer.collected)


class RoadTests(NativeCase):
    """The same film on every road."""

    async def test_past_python(self) -> None:
        """By sendfile and recv_into, where there are such."""
        self.assertEqual(await self.fetch(), FILM.content)
        self.assertEqual(await self.fetch(None, 77_777, 8_000_000), FILM.content[77_777:8_000_000])

    async def test_portably(self) -> None:
        """By what every system has."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": "1"})
        self.assertEqual(await self.fetch(), FILM.content)

    async def test_over_tls(self) -> None:
        """On the same port; ALPN says what is spoken inside."""
        self.assertEqual(await self.fetch(TLSEndpoint(self.endpoint, reactor)), FILM.content)


class ChangedFileTests(NativeCase):
    """F08, on a real file system."""

    async def test_F08_a_file_that_changes_while_it_is_sent(self) -> None:
        """Not a wrong byte is delivered; it is said to be gone, or proven wrong."""
        source: Any = await native.connect(self.endpoint, Units(FILM.key), FakeNode(reactor, shared={}))
        consumer = CollectingConsumer()
        reading = source.request(consumer)
        while not consumer.collected:
            await deferLater(reactor, 0.001)
        with open(self.path, "r+b") as file:
            file.write(bytes(len(FILM.content)))
        try:
            await reading
        except SourceLost:
            self.assertLess(len(consumer.collected), len(FILM.content))
        self.assertEqual(bytes(consumer.collected), FILM.content[: len(consumer.collected)])
        await deferLater(reactor, 0.05)

    async def test_F08_a_file_that_was_replaced_before(self) -> None:
        """It is refused at the first unit."""
        source: Any = await native.connect(self.endpoint, Units(FILM.key), FakeNode(reactor, shared={}))
        os.truncate(self.path, 5)
        consumer = CollectingConsumer()
        await self.assertFailure(source.request(consumer), SourceLost)
        self.assertEqual(bytes(consumer.collected), b"")
        fault = await self.assertFailure(
            native.connect(self.endpoint, Units(FILM.key), FakeNode(reactor, shared={})), Refused
        )
        self.assertEqual(fault.code, Code.GONE)
        await deferLater(reactor, 0.05)
