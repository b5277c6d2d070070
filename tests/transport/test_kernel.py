"""What the kernel does for a port and its connections, seen from the other side."""

from __future__ import annotations

import fcntl
import select
import socket
import struct
import termios
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.interfaces import IListeningPort
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater
from twisted.trial.unittest import TestCase

from p2pstream.data.file import READ, FileData
from p2pstream.errors import SourceLost
from p2pstream.limits import LIMITS, Limits
from p2pstream.testing.bytes.patterns import PatternData, pattern
from p2pstream.testing.node import FakeNode
from p2pstream.testing.workers import InlineWorkers
from p2pstream.transport.connection import Connection
from p2pstream.transport.ports.port import SniffedFactory
from tests.transport.ports.test_port import Plugin


def linger(served: Any) -> int:
    """Whether closing that connection's socket is a reset."""
    option = served.transport.socket.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
    return int(struct.unpack("ii", option)[0])


class KernelCase(TestCase):
    """Real sockets against the port under test."""

    timeout = 30

    def listen(self, factory: Factory) -> IListeningPort:
        """Open the port on loopback."""
        factory.noisy = False
        port = reactor.listenTCP(0, factory, interface="127.0.0.1")
        self.addCleanup(port.stopListening)
        self.number = port.getHost().port
        return port

    def dial(self, buffer: int = 0) -> socket.socket:
        """A client that blocks for nobody."""
        client = socket.socket()
        self.addCleanup(client.close)
        if buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        client.connect(("127.0.0.1", self.number))
        client.setblocking(False)
        return client

    async def until(self, reached: Any) -> None:
        """Let time pass until that is so."""
        while not reached():
            await deferLater(reactor, 0.005)

    async def ending(self, client: socket.socket) -> str:
        """How the connection ends for ``client``: "FIN" or "reset"."""
        await self.until(lambda: select.select([client], [], [], 0)[0])
        try:
            while client.recv(65_536):
                await self.until(lambda: select.select([client], [], [], 0)[0])
        except ConnectionResetError:
            return "reset"
        return "FIN"


class PortTests(KernelCase):
    """How the port refuses and hands over."""

    def open(self, limits: Limits = LIMITS, **options: Any) -> None:
        """A port that speaks two protocols."""
        self.native, self.bare = Plugin("native", b"\x89P2PS"), Plugin("bare")
        self.factory = SniffedFactory([self.native, self.bare], FakeNode(reactor, limits=limits), **options)
        self.listen(self.factory)

    async def test_surplus_is_reset(self) -> None:
        """One connection too many ends at once, in a reset and not in an empty answer."""
        self.open(replace(LIMITS, connections_per_address=1), cap_loopback=True)
        first, surplus = self.dial(), self.dial()
        self.assertEqual(await self.ending(surplus), "reset")
        first.send(b"film")
        await self.until(lambda: self.bare.served)
        self.bare.served[0].transport.loseConnection()
        await self.until(lambda: not self.factory.connections)

    async def test_killed_is_reset(self) -> None:
        """Undecided and fallback connections end in a reset if we are killed; others end well."""
        self.open()
        self.dial()
        await self.until(lambda: self.factory.connections)
        undecided = next(iter(self.factory._seats)).holder
        self.dial().send(b"film")
        self.dial().send(b"\x89P2PS")
        await self.until(lambda: self.bare.served and self.native.served)
        held = [linger(one) for one in (undecided, self.bare.served[0], self.native.served[0])]
        self.assertEqual(held, [1, 1, 0])

    async def test_stopping_resets(self) -> None:
        """Who is connected when the port closes is reset."""
        self.open()
        clients = self.dial(), self.dial()
        clients[0].send(b"film")
        await self.until(lambda: self.bare.served and self.factory.connections == 2)
        self.factory.doStop()
        self.assertEqual([await self.ending(client) for client in clients], ["reset", "reset"])
        self.factory.doStart()


class ReaderTests(KernelCase):
    """Readers that are slow, silent or gone."""

    def serve(self, **options: Any) -> list[tuple[Connection, Any]]:
        """Send everybody a file of 8 MiB; who was served, and how that goes."""
        path = Path(self.mktemp())
        path.write_bytes(pattern(0, 8 << 20))
        data = FileData(path, READ, InlineWorkers())
        self.addCleanup(data.close)
        served: list[tuple[Connection, Any]] = []

        class Server(Connection):
            def connectionMade(self) -> None:
                super().connectionMade()
                served.append((self, self.send(data)))

        self.listen(Factory.forProtocol(lambda: Server(**options)))
        return served

    async def test_F41_stalled_readers_cost_little(self) -> None:
        """A reader that never reads costs no more than a quarter of a MiB, and is reset in time."""
        served = self.serve(stall_s=0.5)
        clients = [self.dial(buffer=2048) for _ in range(20)]
        await self.until(lambda: len(served) == 20 and all(one.sent for one, _ in served))
        began = time.monotonic()
        await deferLater(reactor, 0.2)
        for connection, sending in served:
            queued = fcntl.ioctl(connection.transport.socket, termios.TIOCOUTQ, bytes(4))
            self.assertLess(struct.unpack("i", queued)[0], 262_144)
            self.assertFalse(sending.called)
        for connection, sending in served:
            await self.assertFailure(sending, SourceLost)
            await connection.when_lost()
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual({await self.ending(client) for client in clients}, {"reset"})

    async def test_orderly_end_after_a_reset_was_ready(self) -> None:
        """`close` ends well also where a kill would have been a reset until then."""
        plugin = Plugin("bare", kind=lambda name: Connection())
        self.listen(SniffedFactory([plugin], FakeNode(reactor)))
        client = self.dial()
        client.send(b"film")
        await self.until(lambda: plugin.served)
        connection: Any = plugin.served[0]
        connection.send(PatternData(1 << 20))
        connection.close()
        self.assertEqual(await self.ending(client), "FIN")
        self.assertEqual(linger(connection), 0)
        client.close()
        await connection.when_lost()

    async def test_reader_that_leaves(self) -> None:
        """A reader that closes midway fails the send."""
        served = self.serve()
        client = self.dial()
        await self.until(lambda: served and served[0][0].sent)
        client.close()
        await self.assertFailure(served[0][1], SourceLost)
        await served[0][0].when_lost()
