"""All hosts, who listens where, and which ways are cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IProtocolFactory

from p2pstream.testing.sim.clock import SimClock
from p2pstream.testing.sim.host import Host
from p2pstream.testing.sim.lane import SimLane
from p2pstream.testing.sim.port import SimPort
from p2pstream.testing.sim.trace import Trace
from p2pstream.testing.sim.transport import SimTransport
from p2pstream.testing.sim.ways import Access

__all__ = ["SimNetwork"]


class SimNetwork:
    """Hosts that can reach each other, as long as nobody cuts the way.

    :param seed: all chance comes from it.
    """

    def __init__(self, seed: int = 0) -> None:
        self.clock = SimClock()
        self.random = Random(seed)
        self.trace = Trace(self.clock)
        self.hosts: dict[str, Host] = {}
        self._ports: dict[tuple[str, int], SimPort] = {}
        self._cuts: dict[tuple[str, str], None] = {}
        self._lanes: list[SimLane] = []

    def host(self, name: str, access: Access | None = None, ip: str | None = None) -> Host:
        """A new one; without ``ip``, in a network of its own."""
        number = len(self.hosts)
        ip = ip or f"45.{number // 200 + 1}.{number % 200 + 1}.1"
        chance = Random(f"{self.random.random()} {name}")
        self.hosts[ip] = Host(self, name, ip, access or Access(), chance)
        return self.hosts[ip]

    def is_cut(self, source: Host, target: Host) -> bool:
        """Whether nothing comes from one to the other."""
        return bool(self._cuts) and (source.ip, target.ip) in self._cuts

    def cut(self, one: Host, other: Host, both_ways: bool = True) -> None:
        """Silence from ``one`` to ``other``, and back if it is to be ``both_ways``."""
        self._cuts[one.ip, other.ip] = None
        if both_ways:
            self._cuts[other.ip, one.ip] = None

    def partition(self, *groups: Iterable[Host]) -> None:
        """Silence between the groups."""
        sides = [list(group) for group in groups]
        for number, side in enumerate(sides):
            for other in sides[number + 1 :]:
                for one in side:
                    for another in other:
                        self.cut(one, another)

    def heal(self) -> None:
        """No way is cut any more."""
        self._cuts.clear()
        self._lanes = [lane for lane in self._lanes if lane.lives]
        for lane in self._lanes:
            lane.heal()

    def listen(self, host: Host, port: int, factory: IProtocolFactory, reactor: Any) -> SimPort:
        """Take connections to a port of ``host``.

        :raises CannotListenError: somebody does already.
        """
        listening = SimPort(self, host, port or host.next_port(), factory, reactor)
        listening.startListening()
        return listening

    def bind(self, port: SimPort) -> bool:
        """Whether nobody else has this port."""
        return self._ports.setdefault(port.place, port) is port

    def unbind(self, port: SimPort) -> None:
        """It is free again."""
        if self._ports.get(port.place) is port:
            del self._ports[port.place]

    def close_ports(self, host: Host) -> None:
        """Nobody listens there any more."""
        self._ports = {place: port for place, port in self._ports.items() if place[0] != host.ip}

    def port_at(self, host: str, port: int) -> SimPort | None:
        """Who listens there."""
        return self._ports.get((host, port))

    def join(self, port: SimPort, source: Host, reactor: Any) -> tuple[SimTransport, SimTransport]:
        """A connection of ``source`` with who listens on ``port``: its own end, and the other."""
        target = port.host
        there, back = SimLane(self, source, target), SimLane(self, target, source)
        near, far = IPv4Address("TCP", source.ip, source.next_port()), port.getHost()
        client = SimTransport(reactor, source, there, back, near, far)
        server = SimTransport(port.reactor, target, back, there, far, near)
        there.sender = back.receiver = client
        there.receiver = back.sender = server
        self._lanes += (there, back)
        return client, server

    def after(self, delay: float, call: Callable[..., Any], *args: Any) -> None:
        """Do something to the network, whoever runs or not."""
        self.clock.callLater(delay, call, *args)
