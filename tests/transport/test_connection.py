"""The contract of a connection over every kind of transport."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from twisted.internet import reactor, ssl
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import SSL4ClientEndpoint, SSL4ServerEndpoint, TCP4ClientEndpoint
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.interfaces import IStreamClientEndpoint, IStreamServerEndpoint
from twisted.trial.unittest import TestCase

from p2pstream.testing.wires.transport import ConnectionContract
from p2pstream.transport.connection import Connection
from p2pstream.transport.roads.bulk import can_bulk
from p2pstream.transport.roads.gate import Gate
from p2pstream.transport.roads.outbox import Outbox
from tests.transport.joined import MemoryJoined, TCPJoined, allow_bulk, factory_of


class BulkTests(TCPJoined, ConnectionContract, TestCase):
    """Plain TCP, past Python."""

    def setUp(self) -> None:
        """Whatever the switch says."""
        allow_bulk(self)

    async def test_road(self) -> None:
        """These tests take the road that they are for."""
        near, far = await self.pair()
        self.assertIsInstance(near._road, Outbox)
        self.assertIsInstance(far._road, Outbox)


class PortableTests(TCPJoined, ConnectionContract, TestCase):
    """Plain TCP, by what every transport has."""

    async def pair(self, *args: Any, **options: Any) -> tuple[Connection, Connection]:
        """Without bulk."""
        return await super().pair(*args, bulk=False, **options)

    async def test_road(self) -> None:
        """These tests take the road that they are for."""
        near, _ = await self.pair()
        self.assertIsInstance(near._road, Gate)

    async def test_switch(self) -> None:
        """One switch forces it."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": "1"})
        near, _ = await super().pair()
        self.assertFalse(can_bulk(near.transport))
        self.assertIsInstance(near._road, Gate)


class MixedTests(TCPJoined, ConnectionContract, TestCase):
    """One end past Python, the other not."""

    def setUp(self) -> None:
        """Whatever the switch says."""
        allow_bulk(self)

    def join(self, near: Connection, far: Connection) -> Deferred[None]:
        """The near one without bulk."""
        near._bulk = False
        return super().join(near, far)


class MemoryTests(MemoryJoined, ConnectionContract, TestCase):
    """In memory."""


@cache
def certificate() -> ssl.PrivateCertificate:
    """A certificate that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kept = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(serialization.Encoding.PEM, *kept)
    return ssl.PrivateCertificate.loadPEM(pem)


class TLSTests(TCPJoined, ConnectionContract, TestCase):
    """TLS."""

    half_closes = False

    def server(self) -> IStreamServerEndpoint:
        """With our own certificate."""
        return SSL4ServerEndpoint(reactor, 0, certificate().options(), interface="127.0.0.1")

    def client(self, port: int) -> IStreamClientEndpoint:
        """Which trusts that."""
        trust = ssl.optionsForClientTLS("localhost", trustRoot=certificate())
        return SSL4ClientEndpoint(reactor, "127.0.0.1", port, trust)


class DialTests(TestCase):
    """Connections that come from an endpoint."""

    async def test_connect(self) -> None:
        """Fires with a connection that is open and as it was asked for."""
        port = reactor.listenTCP(0, factory_of(Connection()), interface="127.0.0.1")
        self.addCleanup(port.stopListening)
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
        connection = await Connection.connect(endpoint, bulk=False)
        self.assertIsInstance(connection._road, Gate)
        connection.abort()
        await connection.when_lost()

    async def test_refused(self) -> None:
        """Fails as the endpoint does."""
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", 1)
        await self.assertFailure(Connection.connect(endpoint), ConnectionRefusedError)
