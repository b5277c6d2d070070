"""A socket in the private folder."""

from __future__ import annotations

import os
import socket
import struct
from typing import Any

from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactor
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.state import StateFolder
from p2pstream.errors import CannotListen
from p2pstream.testing.clock import HeapClock
from p2pstream.transport.private import is_ours, listen_privately, private_endpoint


def _full(address: Any, *more: Any, **others: Any) -> Any:
    """There is no room for another."""
    raise CannotListenError(None, address, OSError(24, "Too many open files"))


class Connected:
    """A transport whose other end is that user's."""

    def __init__(self, user: int) -> None:
        self.socket = self
        self._user = user

    def getsockopt(self, level: int, option: int, length: int) -> bytes:
        """What the kernel says."""
        return struct.pack("3i", 1, self._user, 1)


class PrivateTests(SynchronousTestCase):
    def setUp(self) -> None:
        """An empty folder, with a name that no socket's address has room for."""
        self.folder = StateFolder(os.path.join(self.mktemp(), "x" * 200))
        self.addCleanup(self.folder.close)
        self.folder.replace("peer/other", b"")
        self.reactor: Any = MemoryReactor()

    def test_listening(self) -> None:
        """The address is short, the socket nobody else's, and what was left behind makes room."""
        left = self.folder.locate("peer/socket")
        self.assertLess(len(left), 100)
        with open(left, "wb"):
            pass
        factory = Factory()
        listen_privately(self.reactor, self.folder, "peer/socket", factory)
        ((address, listened, _, mode, *_),) = self.reactor.unixServers
        self.assertEqual((address, listened, mode), (left, factory, 0o600))
        self.assertEqual(self.folder.names("peer"), ["other"])

    def test_cannot_listen(self) -> None:
        """Why not is said in a line."""
        full: Any = MemoryReactor()
        full.listenUNIX = _full
        for reactor, said in ((full, "too many open files"), (HeapClock(), "no sockets in folders")):
            with self.assertRaisesRegex(CannotListen, f"this user's programs: .*{said}"):
                listen_privately(reactor, self.folder, "peer/socket", Factory())
        with self.assertRaisesRegex(CannotListen, "this user's programs"):
            listen_privately(self.reactor, self.folder, "peer", Factory())

    def test_dialling(self) -> None:
        """Nobody is dialled where there is no socket, or something else."""
        self.assertIsNone(private_endpoint(self.reactor, self.folder, "peer/socket"))
        self.assertIsNone(private_endpoint(self.reactor, self.folder, "peer/other"))
        listening = socket.socket(socket.AF_UNIX)
        self.addCleanup(listening.close)
        listening.bind(self.folder.locate("peer/socket"))
        endpoint = private_endpoint(self.reactor, self.folder, "peer/socket")
        self.assertIsInstance(endpoint, UNIXClientEndpoint)

    def test_whose(self) -> None:
        """The kernel says whose process is at the other end; nobody else's is talked to."""
        self.assertTrue(is_ours(Connected(os.geteuid())))
        self.assertFalse(is_ours(Connected(os.geteuid() + 1)))
        here, there = socket.socketpair()
        with here, there:
            transport = Connected(0)
            transport.socket = here  # type: ignore[assignment]
            self.assertTrue(is_ours(transport))

    def test_where_that_cannot_be_told(self) -> None:
        """The folder alone keeps others out."""
        option = getattr(socket, "SO_PEERCRED", None)
        if option is not None:
            del socket.SO_PEERCRED
            self.addCleanup(setattr, socket, "SO_PEERCRED", option)
        self.assertTrue(is_ours(Connected(os.geteuid() + 1)))
