"""Listening, and the reasons why not."""

from __future__ import annotations

import errno
from typing import Any

from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS
from p2pstream.testing.node import FakeNode
from p2pstream.transport.ports.listening import ListeningService, listen


class RefusingReactor(MemoryReactorClock):
    """A system that does not let us listen."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def listenTCP(self, port: int, factory: Any, backlog: int = 50, interface: str = "") -> Any:
        """Refuse."""
        raise CannotListenError(interface, port, OSError(self.number, "said the system"))


class ListenTests(SynchronousTestCase):
    def why(self, number: int, host: str) -> str:
        """What people are told."""
        error = self.assertRaises(CannotListen, listen, RefusingReactor(number), host, 2045, Factory())
        return str(error)

    def test_F18_taken(self) -> None:
        """A port in use: how to find who has it, and what else to do."""
        self.assertEqual(
            self.why(errno.EADDRINUSE, "127.0.0.1"),
            "port 2045 on 127.0.0.1 is taken: stop the program that listens there"
            " (`ss -ltnp sport = :2045` names it), or choose another with --port",
        )
        self.assertTrue(self.why(errno.EADDRINUSE, "").startswith("port 2045 is taken"))

    def test_F18_not_ours(self) -> None:
        """An address of another machine."""
        self.assertEqual(
            self.why(errno.EADDRNOTAVAIL, "192.0.2.1"),
            "192.0.2.1 is no address of this machine (see `ip address`); choose one, or leave --ip out",
        )

    def test_F18_no_permission(self) -> None:
        """A port for root."""
        self.assertEqual(
            self.why(errno.EACCES, ""),
            "there is no permission to listen on port 2045; choose one above 1023 with --port",
        )

    def test_F18_other_options(self) -> None:
        """A program that has others names those."""
        for number in (errno.EADDRINUSE, errno.EACCES):
            reactor = RefusingReactor(number)
            service = ListeningService(FakeNode(reactor), Factory(), "", 2045)
            service.options = ("--bind", "--listen-port")
            self.assertRegex(
                str(self.assertRaises(CannotListen, service.startService)), r" with --listen-port\Z"
            )

    def test_other(self) -> None:
        """Whatever else the system says."""
        self.assertEqual(self.why(errno.ENOBUFS, ""), "cannot listen on port 2045: said the system")


class ListeningServiceTests(SynchronousTestCase):
    def test_start_and_stop(self) -> None:
        """The port is bound once, before or at the start, and free after the stop."""
        reactor = MemoryReactorClock()
        service = ListeningService(FakeNode(reactor), Factory(), "127.0.0.1", 2045)
        service.privilegedStartService()
        service.startService()
        ((_, _, backlog, _),) = reactor.tcpServers
        self.assertEqual(backlog, LIMITS.backlog)
        self.assertEqual(service.address.port, 2045)
        self.successResultOf(service.stopService())
        self.assertFalse(service.running)
