"""What protocols are given of a peer."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from p2pstream.content.signing import Identity
from p2pstream.content.views import Offered
from p2pstream.interfaces import IData, IEvents, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.shares import Shares
from p2pstream.protocols.node import Node

__all__ = ["PeerNode"]


class PeerNode(Node):
    """A peer: ``open`` answers from its shares."""

    role = "peer"

    def __init__(
        self,
        reactor: IReactorTime,
        shares: Shares,
        events: IEvents,
        workers: IWorkers,
        random: Random,
        limits: Limits = LIMITS,
        identity: Identity | None = None,
        secret: bytes | None = None,
    ) -> None:
        super().__init__(reactor, shares.offers, events, workers, random, limits, identity, secret)
        self._shares = shares

    def open(self, name: str) -> Deferred[IData]:
        """See `INode.open`."""
        return self._shares.open(name)

    def listing(self, most: int) -> Sequence[Offered]:
        """See `INode.listing`."""
        return [Offered(offer.name, offer.stamp.size) for offer in self._shares.offers.first(most)]
