"""One device on the multicast group of SSDP: the session with a socket, on all networks of this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Interface
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import DatagramProtocol
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.refusals import reason
from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.ssdp.messages import GROUP, PORT
from p2pstream.protocols.ssdp.session import Datagram, SsdpSession
from p2pstream.transport.alarm import Alarm

__all__ = ["SsdpProtocol", "listen_multicast"]

_log = Logger()
#: How many routers a telling may pass (UPnP Device Architecture 1.1, section 1.2.2).
_ROUTERS = 2


class SsdpProtocol(DatagramProtocol):
    """Speaks from when it has a transport until it leaves.

    :param interfaces: our addresses, with their networks, as they are now; asked every few seconds,
        for cables are plugged in late.
    :param clock: a reactor, for its timers.
    """

    noisy = False
    transport: Any

    def __init__(
        self,
        session: SsdpSession,
        interfaces: Callable[[], Sequence[IPv4Interface]],
        clock: Any,
        limits: Limits = LIMITS,
    ) -> None:
        self._session = session
        self._interfaces = interfaces
        self._clock = clock
        self._limits = limits
        self._sending = Alarm(clock, self._send)
        self._looking = Alarm(clock, self._look)
        #: Our addresses in whose networks we are in the group, or tried to be.
        self._joined: set[str] = set()

    def startProtocol(self) -> None:
        """Twisted: it has a transport."""
        self.transport.setTTL(_ROUTERS)
        # A player on this machine wants to find us as well.
        self.transport.setLoopbackMode(True)
        self._look(self._clock.seconds())

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """Twisted: somebody said something."""
        self._session.receive(datagram, addr[0], addr[1], self._clock.seconds())
        self._sending.set(self._session.due)

    def leave(self) -> Deferred[None]:
        """Tell all that it goes, and listen no more; fires when nothing is left running."""
        self._sending.set(None)
        self._looking.set(None)
        self._write(self._session.leave())
        if self.transport is None:
            return succeed(None)
        transport, self.transport = self.transport, None
        stopped: Deferred[None] = maybeDeferred(transport.stopListening)
        return stopped

    def _look(self, now: float) -> None:
        self._looking.set(now + self._limits.ssdp_look_s)
        found = list(self._interfaces())[: self._limits.ssdp_interfaces]
        hosts = {str(each.ip) for each in found}
        for host in self._joined - hosts:
            # The interface may be gone, and the membership with it.
            self.transport.leaveGroup(GROUP, host).addErrback(lambda _: None)
        for host in hosts - self._joined:
            self.transport.joinGroup(GROUP, host).addErrback(self._outside, host)
        self._joined = hosts
        self._session.settle(found, now)
        self._send(now)

    def _outside(self, failure: Failure, host: str) -> None:
        # Also where two of our addresses are on one interface, which is in the group once.
        _log.debug("not in {group} at {host}: {why}", group=GROUP, host=host, why=failure.getErrorMessage())

    def _send(self, now: float) -> None:
        self._write(self._session.to_send(now))
        self._sending.set(self._session.due)

    def _write(self, datagrams: Sequence[Datagram]) -> None:
        through = ""
        for datagram in datagrams:
            try:
                if datagram.through and datagram.through != through:
                    through = datagram.through
                    self.transport.setOutgoingInterface(through).addErrback(lambda _: None)
                self.transport.write(datagram.raw, (datagram.host, datagram.port))
            except OSError as fault:
                # A network that is down for a while; it is told again before it matters.
                _log.debug("nothing was sent to {host}: {why}", host=datagram.host, why=fault)


def listen_multicast(reactor: Any, protocol: SsdpProtocol, limits: Limits = LIMITS, port: int = PORT) -> None:
    """Have it speak where all devices of a network do, beside others on this machine.

    :raises errors.CannotListen: one line.
    """
    try:
        reactor.listenMulticast(port, protocol, maxPacketSize=limits.ssdp_bytes + 1, listenMultiple=True)
    except CannotListenError as fault:
        why = reason(fault.socketError)
        raise CannotListen(f"cannot listen on UDP port {port}: {why}") from None
