"""Where one guest of a central sits."""

from __future__ import annotations

from twisted.internet.defer import DeferredLock

from p2pstream.central.leasing.leases import Presence
from p2pstream.central.leasing.places import Networks
from p2pstream.content.addresses import Address
from p2pstream.interfaces import IGuest
from p2pstream.protocols.central.messages import Announce

__all__ = ["GuestSeat"]


class GuestSeat:
    """What is worked out once of a guest, who asks many times.

    :ivar place: the network that it comes from.
    :ivar cap: what counts as one address with it; empty for one that is exempt.
    """

    __slots__ = ("_line", "_presence", "_said", "cap", "place")

    def __init__(self, guest: IGuest) -> None:
        self.place = Networks.of(guest.address)
        # Many live on our own machine, in tests and demonstrations.
        self.cap = guest.address.cap_key() if self.place.reach else ""
        #: What it said of itself last, and what came of that; it says the same each time.
        self._said: tuple[int, ...] = ()
        self._presence: Presence | None = None
        self._line: DeferredLock | None = None

    @property
    def line(self) -> DeferredLock:
        """Where what it asks waits, so that no more than one of it stands before what others ask."""
        self._line = self._line or DeferredLock()
        return self._line

    def announced(self, guest: IGuest, request: Announce) -> Presence:
        """Where it listens, and what else it says of itself."""
        said = request.port, request.speaks, request.load, request.uplink
        if self._presence is None or self._said != said:
            port, *rest = self._said = said
            self._presence = Presence(guest.id, Address(guest.address.host, port), *rest)
        return self._presence
