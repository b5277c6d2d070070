"""One simulated machine: its place in the network, its disk, and whether it runs."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from p2pstream.interfaces import INeighbourhood
from p2pstream.testing.sim.clock import Pulse
from p2pstream.testing.sim.disk import SimDisk
from p2pstream.testing.sim.gates import Downlink, Uplink
from p2pstream.testing.sim.trace import HostEvents
from p2pstream.testing.sim.ways import Access

if TYPE_CHECKING:
    from p2pstream.testing.sim.network import SimNetwork
    from p2pstream.testing.sim.transport import SimTransport

__all__ = ["Host"]


class Host:
    """Made by `SimNetwork.host`.

    One process runs on it at a time; `kill` and `cut_power` end that, `start` begins anew.

    :ivar name: for the trace and for people.
    :ivar ip: the address.
    :ivar is_on: whether its kernel answers.
    :ivar disk: what a process finds when it starts.
    :ivar neighbourhood: where those of its local network are found; None: nowhere.
    :ivar random: all the chance that its processes are given.
    """

    def __init__(self, network: SimNetwork, name: str, ip: str, access: Access, random: Random) -> None:
        self.network = network
        self.name = name
        self.ip = ip
        self.random = random
        self.neighbourhood: INeighbourhood | None = None
        self.is_on = True
        self.pulse = Pulse()
        self.disk = SimDisk()
        self.events = HostEvents(network.clock, network.trace, name)
        self.uplink = Uplink(network.clock, access.up)
        self.downlink = Downlink(network.clock, access.down)
        self._access = access
        self._transports: dict[SimTransport, None] = {}
        self._ports = 0

    @property
    def access(self) -> Access:
        """How it is joined to the network; set it to change that at once."""
        return self._access

    @access.setter
    def access(self, access: Access) -> None:
        self._access = access
        self.uplink.way, self.downlink.way = access.up, access.down

    def interrupt(self, call: Callable[..., Any], *args: Any) -> None:
        """Have the process do something, as soon as it runs."""
        self.network.clock.call_later(self.pulse, 0, call, *args)

    def next_port(self) -> int:
        """One that nobody has."""
        self._ports = (self._ports + 1) % 20_000
        return 40_000 + self._ports

    def joined(self, transport: SimTransport) -> None:
        """The process has this connection."""
        self._transports[transport] = None

    def parted(self, transport: SimTransport) -> None:
        """It has it no more."""
        self._transports.pop(transport, None)

    def refuse(self, transport: SimTransport) -> None:
        """It does not want it: the other end is told."""
        self.parted(transport)
        transport.vanish(told=True)

    def freeze(self) -> None:
        """The process stands still, as after SIGSTOP; its kernel goes on."""
        self.pulse.beats = False

    def thaw(self) -> None:
        """It goes on, late for everything."""
        if not self.pulse.over:
            self.network.clock.resume(self.pulse)

    def reset_connections(self) -> None:
        """All of them break, at both ends."""
        for transport in list(self._transports):
            transport.sever()

    def kill(self) -> None:
        """The process ends, as after SIGKILL: its kernel resets what it had open."""
        transports, self._transports = self._transports, {}
        self._end()
        for transport in transports:
            transport.vanish(told=True)

    def cut_power(self, torn: bool = True) -> None:
        """All is dark: nobody is told, and what was not synced is lost.

        :param torn: what was not synced is lost in part, by chance, as on a real disk.
        """
        transports, self._transports = self._transports, {}
        self._end()
        self.is_on = False
        for transport in transports:
            transport.vanish(told=False)
        self.disk.forget(self.random if torn else None)

    def start(self, empty: bool = False) -> None:
        """Ready for a new process.

        :param empty: the disk too is new.
        """
        self.is_on = True
        self.pulse = Pulse()
        self.disk.let_go()
        if empty:
            self.disk = SimDisk()

    def _end(self) -> None:
        self.pulse.beats = False
        self.pulse.over = True
        self.pulse.late.clear()
        self.network.close_ports(self)
