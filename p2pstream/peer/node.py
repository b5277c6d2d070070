"""What protocols are given of a peer."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.interfaces import IData, IEvents, INode, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.shares import Shares

__all__ = ["PeerNode"]


@implementer(INode)
class PeerNode:
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
    ) -> None:
        self.reactor = reactor
        self.random = random
        self.limits = limits
        self.names = shares.offers
        self.events = events
        self.workers = workers
        self._shares = shares

    def lookup(self, name: str) -> Sequence[Address]:
        """As `INode` says; a peer tells of nobody else."""
        return ()

    def open(self, name: str) -> Deferred[IData]:
        """As `INode` says."""
        return self._shares.open(name)
