"""A service that listens, and why it cannot, in words."""

from __future__ import annotations

import errno
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from twisted.internet.tcp import Port

from p2pstream.content.addresses import Address
from p2pstream.content.refusals import reason
from p2pstream.errors import CannotListen
from p2pstream.interfaces import IEvents, INode
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.ends import as_address
from p2pstream.transport.ports.door import Door

__all__ = ["ListeningService", "listen"]

#: The options that most programs take an address and a port by.
OPTIONS = ("--ip", "--port")


def listen(
    reactor: Any,
    host: str,
    port: int,
    factory: IProtocolFactory,
    limits: Limits = LIMITS,
    options: tuple[str, str] = OPTIONS,
) -> IListeningPort:
    """Listen on an address of this machine; it happens at once.

    :param reactor: an `IReactorTCP`.
    :param host: an IP literal; empty for all addresses.
    :param port: 0 for any free one.
    :param options: by which the user may choose another address, and another port.
    :raises CannotListen: one line that says what to do about it.
    """
    try:
        listening: IListeningPort = reactor.listenTCP(port, factory, backlog=limits.backlog, interface=host)
    except CannotListenError as fault:
        raise CannotListen(_reason(fault.socketError, host, port, options)) from fault
    return listening


class ListeningService(Service):
    """Listens from its start to its stop; the port is bound at once or not at all.

    :param node: in whose name; its events are told of those who are turned away for want of descriptors.
    :param host: as `listen` wants it.
    :ivar options: as `listen` has them; for a program that has others.
    """

    options = OPTIONS

    def __init__(self, node: INode, factory: IProtocolFactory, host: str, port: int) -> None:
        self._reactor: Any = node.reactor
        self._host = host
        self._port = port
        self._factory = factory
        self._events: IEvents = node.events
        self._limits: Limits = node.limits
        self._listening: IListeningPort | None = None

    @property
    def listens(self) -> bool:
        """Whether it does now."""
        return self._listening is not None

    @property
    def address(self) -> Address:
        """Where it listens, once it does."""
        assert self._listening is not None, "not started"
        where = as_address(self._listening.getHost())
        assert where is not None, "it listens on TCP"
        return where

    def privilegedStartService(self) -> None:
        """Bind the port; raises `CannotListen`."""
        super().privilegedStartService()
        if self._listening is None:
            self._listening = listen(
                self._reactor, self._host, self._port, self._factory, self._limits, self.options
            )
            if isinstance(self._listening, Port):
                Door(self._listening, self._reactor, self._refused, self._limits)

    def startService(self) -> None:
        """Start; binds the port if that was not done before."""
        self.privilegedStartService()
        super().startService()

    def stopService(self) -> Deferred[Any]:
        """Take no more connections; fires when the port is free again."""
        super().stopService()
        listening, self._listening = self._listening, None
        return maybeDeferred(listening.stopListening if listening else lambda: None)

    def _refused(self, address: str, why: str) -> None:
        self._events.happened("connection_refused", address=address, reason=why)


def _reason(fault: OSError, host: str, port: int, options: tuple[str, str]) -> str:
    by_address, by_port = options
    where = f"port {port} on {host}" if host else f"port {port}"
    if fault.errno == errno.EADDRINUSE:
        return (
            f"{where} is taken: stop the program that listens there"
            f" (`ss -ltnp sport = :{port}` names it), or choose another with {by_port}"
        )
    if fault.errno == errno.EADDRNOTAVAIL:
        return (
            f"{host} is no address of this machine (see `ip address`); choose one, or leave {by_address} out"
        )
    if fault.errno == errno.EACCES:
        return f"there is no permission to listen on {where}; choose one above 1023 with {by_port}"
    return f"cannot listen on {where}: {reason(fault)}"
