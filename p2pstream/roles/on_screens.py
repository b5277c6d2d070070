"""A peer that televisions find: UPnP's media server beside it, on the same port."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from ipaddress import IPv4Interface
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from p2pstream.content.dlna import device_uuid
from p2pstream.errors import CannotListen
from p2pstream.interfaces import ILibrary, INode
from p2pstream.peer.dials import Dials
from p2pstream.protocols.gena.telling import EventTelling
from p2pstream.protocols.ssdp.messages import Device
from p2pstream.protocols.ssdp.protocol import SsdpProtocol, listen_multicast
from p2pstream.protocols.ssdp.session import SsdpSession
from p2pstream.roles.ground import Ground
from p2pstream.transport.networks.reach import told_host
from p2pstream.transport.networks.subnets import own_interfaces
from p2pstream.web.dlna.description import DeviceFacts
from p2pstream.web.dlna.directory import MediaDirectory
from p2pstream.web.dlna.events import DlnaEvents
from p2pstream.web.dlna.resources import DlnaPlace

__all__ = ["OnScreens", "interfaces_of"]

_EVERYWHERE = ("", "0.0.0.0", "::")


class OnScreens:
    """A peer's service, and that screens find it while it runs.

    :param inner: what is run; its ``address`` is where it listens, once it does.
    :param host: the only address on which it listens; empty: all.
    """

    def __init__(
        self,
        inner: Any,
        ground: Ground,
        node: INode,
        library: ILibrary,
        dials: Dials,
        host: str,
    ) -> None:
        self.inner = inner
        self._ground = ground
        self._host = host
        self._facts = facts = DeviceFacts(
            device_uuid(ground.identity.id), f"p2pstream on {socket.gethostname()}"
        )
        reactor, limits = ground.reactor, ground.limits
        tell = EventTelling(dials, reactor, limits)
        self._events = DlnaEvents(library, tell, os.urandom, reactor, limits)
        directory = MediaDirectory(library, facts.title, lambda: deferLater(reactor, 0), limits)
        node.resources[b"dlna"] = DlnaPlace(facts, directory, self._events, limits)
        self._discovery: SsdpProtocol | None = None

    def privilegedStartService(self) -> None:
        """Bind the port."""
        self.inner.privilegedStartService()

    def startService(self) -> None:
        """Serve, and say so."""
        self.inner.startService()
        try:
            self._discovery = self._discover()
        except CannotListen as fault:
            self._ground.events.happened("dlna_not_shown", reason=fault)
        else:
            self._ground.events.happened("dlna_shown", title=self._facts.title)

    def stopService(self) -> Deferred[Any]:
        """Say that it goes, then stop; fires when nothing is left running."""
        self._events.close()
        left = self._discovery.leave() if self._discovery is not None else None
        stopped: Deferred[Any] = self.inner.stopService()
        return stopped if left is None else stopped.addBoth(lambda outcome: left.addBoth(lambda _: outcome))

    def look_again(self) -> None:
        """See what is run."""
        self.inner.look_again()

    def _discover(self) -> SsdpProtocol:
        ground = self._ground
        if ground.secret is not None:
            raise CannotListen("a closed group shows nothing to those who cannot prove its secret")
        boot = ground.wall_ms() // 1000
        device = Device(self._facts.uuid, self.inner.address.port, "/dlna/device.xml", boot)
        session = SsdpSession(device, ground.random, ground.limits)
        discovery = SsdpProtocol(session, lambda: interfaces_of(self._host), ground.reactor, ground.limits)
        listen_multicast(ground.reactor, discovery, ground.limits)
        return discovery


def interfaces_of(host: str) -> Sequence[IPv4Interface]:
    """The addresses at which one that listens on ``host`` is found: of all those that lead to others.

    There is no SSDP by IPv6 here: televisions of a home have IPv4.
    """
    found = own_interfaces()
    if found is None:
        found = _guessed(told_host("0.0.0.0") if host in _EVERYWHERE else host)
    all_of_them = [each for each in found if isinstance(each, IPv4Interface)]
    if host in _EVERYWHERE:
        return [each for each in all_of_them if not each.is_loopback]
    # All addresses of a network on loopback are ours.
    around = [each for each in all_of_them if IPv4Interface(host).ip in each.network] if "." in host else []
    own = [each for each in around if str(each.ip) == host or each.is_loopback]
    return [IPv4Interface(f"{host}/{each.network.prefixlen}") for each in own]


def _guessed(host: str) -> tuple[IPv4Interface, ...]:
    """Where the system does not tell: most homes have networks as large as that."""
    if ":" in host:
        return ()
    size = 8 if IPv4Interface(host).is_loopback else 24
    return (IPv4Interface(f"{host}/{size}"),)
