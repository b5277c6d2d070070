"""How many connections a listening port may have, and which of them must go first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from p2pstream.content.addresses import Address
from p2pstream.limits import Limits

__all__ = ["Seat", "Seats"]


class Seat:
    """One connection's place.

    :ivar key: what counts as its address; None where that is not limited.
    :ivar network: whom it stands with when somebody undecided must go.
    :ivar holder: what it was taken for; None once it is known what that wants.
    :ivar transport: the connection itself, once it has one.
    """

    __slots__ = ("holder", "key", "network", "transport")

    def __init__(self, key: str | None, network: str, holder: Any) -> None:
        self.key = key
        self.network = network
        self.holder = holder
        self.transport: Any = None


class Seats:
    """All connections of a port, and among them those of which nobody knows what they want.

    :param limits: ``connections``, ``connections_per_address`` and ``undecided`` count.
    :param cap_loopback: whether loopback addresses are limited like all others.
    """

    def __init__(self, limits: Limits, cap_loopback: bool = False) -> None:
        self._limits = limits
        self._cap_loopback = cap_loopback
        self._taken: dict[Seat, None] = {}
        self._of_key: Counter[str] = Counter()
        # Per network, oldest first; networks without any are not kept.
        self._undecided: dict[str, dict[Seat, None]] = {}
        self._undecided_count = 0

    def __len__(self) -> int:
        return len(self._taken)

    def __iter__(self) -> Iterator[Seat]:
        return iter(list(self._taken))

    @property
    def undecided(self) -> int:
        """How many nobody knows what they want of."""
        return self._undecided_count

    def refusal(self, address: Address | None) -> str:
        """Why a connection from ``address`` cannot have a seat; empty when it can.

        One that is `crowded` out by others may still have one, if one of those goes.
        """
        key = self._key(address)
        most = self._limits.connections_per_address
        if key is not None and self._of_key[key] >= most:
            return f"it has {most} connections already"
        if len(self._taken) >= self._limits.connections and not self._undecided:
            return f"there are {self._limits.connections} connections already"
        return ""

    def crowded(self) -> Seat | None:
        """Who must go before another comes: of the network with most undecided, the oldest."""
        full = len(self._taken) >= self._limits.connections
        if not full and self._undecided_count < self._limits.undecided:
            return None
        if not self._undecided:
            return None
        fullest = max(self._undecided, key=lambda network: len(self._undecided[network]))
        return next(iter(self._undecided[fullest]))

    def take(self, address: Address | None, holder: Any) -> Seat:
        """A seat for a newcomer, who is undecided."""
        seat = Seat(self._key(address), _network(address), holder)
        self._taken[seat] = None
        if seat.key is not None:
            self._of_key[seat.key] += 1
        self._undecided.setdefault(seat.network, {})[seat] = None
        self._undecided_count += 1
        return seat

    def decide(self, seat: Seat) -> None:
        """It is known now what it wants; harmless when it was."""
        waiting = self._undecided.get(seat.network, {})
        if seat in waiting:
            del waiting[seat]
            self._undecided_count -= 1
            if not waiting:
                del self._undecided[seat.network]
            # What is kept of each connection is kept for thousands.
            seat.holder, seat.network = None, ""

    def leave(self, seat: Seat) -> None:
        """Its connection is gone; harmless when done twice."""
        if seat not in self._taken:
            return
        self.decide(seat)
        seat.transport = None
        del self._taken[seat]
        if seat.key is not None:
            self._of_key[seat.key] -= 1
            if not self._of_key[seat.key]:
                del self._of_key[seat.key]

    def _key(self, address: Address | None) -> str | None:
        if address is None or (address.scope == "loopback" and not self._cap_loopback):
            return None
        return address.cap_key()


def _network(address: Address | None) -> str:
    """The /24 of an IPv4 address, the /64 of an IPv6 one."""
    if address is None:
        return ""
    return address.host.rpartition(".")[0] if address.is_ipv4 else address.cap_key()
