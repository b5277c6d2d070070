"""One end of a simulated connection."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.python.failure import Failure

from p2pstream.testing.sim.host import Host
from p2pstream.testing.sim.lane import SimLane
from p2pstream.testing.wires.memory import MemoryTransport

__all__ = ["SimTransport"]


class SimTransport(MemoryTransport):
    """A `MemoryTransport` that a host has.

    :ivar connector: told when the connection is lost, as of Twisted's own clients.
    """

    def __init__(
        self, reactor: Any, host: Host, out: SimLane, into: SimLane, own: IPv4Address, other: IPv4Address
    ) -> None:
        super().__init__(reactor, out, into, own.host, other.host)
        self._host, self._peer = own, other
        self._at = host
        self._lanes = out, into
        self.connector: Any = None
        host.joined(self)

    def connectionLost(self, reason: Failure) -> None:
        """See `MemoryTransport`."""
        self._at.parted(self)
        super().connectionLost(reason)
        if self.connector is not None:
            self.connector.connectionLost(reason)

    def limit_unsent(self, most: int) -> None:
        """As `tuning.limit_unsent` has a socket do it."""
        self._lanes[0].most = most

    def sever(self) -> None:
        """The connection breaks: both processes are told, if they run."""
        out, into = self._lanes
        for lane in (out, into):
            lane.lose()
            lane.target.interrupt(lane.receiver.reset)

    def vanish(self, told: bool) -> None:
        """Its process is gone.

        :param told: its kernel tells the other end.
        """
        self.connected = False
        if told:
            self._lanes[0].break_off()
        else:
            self._lanes[0].lose()
