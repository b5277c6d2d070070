"""Those who dialled us and have some of a stream that we fetch: who of those that we know they are.  Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from p2pstream.content.addresses import Address
from p2pstream.content.listed import ListedPeer
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.native.visits import Visitor

__all__ = ["Guests"]


class Guests:
    """Whom we know only by the port that they dialled from, as long as nobody says where they listen."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        #: Their ids, the oldest first.
        self._ids: OrderedDict[Address, bytes] = OrderedDict()

    def known(self, visitor: Visitor, peers: Iterable[ListedPeer]) -> list[Address]:
        """Where else it is, of those that we were told of: by its id, if that cannot be borrowed."""
        there = [peer.address for peer in peers if peer.id == visitor.id]
        # Over plaintext an id can be borrowed; an address cannot.
        return [at for at in there if visitor.bound or at.host == visitor.address.host]

    def add(self, visitor: Visitor) -> None:
        """It is known by where it came from."""
        self._ids[visitor.address] = visitor.id
        self._ids.move_to_end(visitor.address)
        while len(self._ids) > self._limits.exchange_kept:
            self._ids.popitem(last=False)

    def of(self, peer: ListedPeer) -> list[Address]:
        """Where one that we are told of came from, if it did."""
        there = (at for at, id in self._ids.items() if id == peer.id and at.host == peer.address.host)
        return list(there)
