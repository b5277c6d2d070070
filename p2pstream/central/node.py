"""What protocols are given of a central."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IReactorTime
from zope.interface import implementer

from p2pstream.central.table import Table
from p2pstream.content.addresses import Address
from p2pstream.errors import NotShared
from p2pstream.interfaces import IData, IEvents, INode, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["CentralNode"]


@implementer(INode)
class CentralNode:
    """A central: ``lookup`` answers from its table."""

    role = "central"

    def __init__(
        self,
        reactor: IReactorTime,
        table: Table,
        events: IEvents,
        workers: IWorkers,
        random: Random,
        limits: Limits = LIMITS,
    ) -> None:
        self.reactor = reactor
        self.random = random
        self.limits = limits
        self.names = table
        self.events = events
        self.workers = workers

    def lookup(self, name: str) -> Sequence[Address]:
        """As `INode` says."""
        return self.names.lookup(name)

    def open(self, name: str) -> Deferred[IData]:
        """As `INode` says; a central has no streams."""
        return fail(NotShared("a central tells who has a stream, and shares none itself"))
