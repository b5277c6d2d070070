"""What protocols are given of a central."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from twisted.internet.interfaces import IReactorTime

from p2pstream.central.table import Table
from p2pstream.content.addresses import Address
from p2pstream.interfaces import IEvents, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.node import Node

__all__ = ["CentralNode"]


class CentralNode(Node):
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
        super().__init__(reactor, table, events, workers, random, limits)
        #: Who has what.
        self.table = table

    def lookup(self, name: str) -> Sequence[Address]:
        """See `INode.lookup`."""
        return self.table.lookup(name)
