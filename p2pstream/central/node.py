"""What protocols are given of a central."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from p2pstream.central.directory import Directory
from p2pstream.content.addresses import Address
from p2pstream.content.signing import Identity
from p2pstream.interfaces import ICentral, IEvents, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.node import Node

__all__ = ["CentralNode"]


class CentralNode(Node):
    """A central: ``lookup`` answers from its directory."""

    role = "central"

    def __init__(
        self,
        reactor: Any,
        directory: Directory,
        events: IEvents,
        workers: IWorkers,
        random: Random,
        limits: Limits = LIMITS,
        identity: Identity | None = None,
        secret: bytes | None = None,
    ) -> None:
        super().__init__(reactor, directory, events, workers, random, limits, identity, secret)
        #: All that is known.
        self.directory = directory
        #: Who answers guests; None: only classic is spoken.
        self.desk: ICentral | None = None

    def __conform__(self, interface: Any) -> Any:
        """zope.interface: ``ICentral(node)`` is its desk."""
        return self.desk if interface is ICentral else None

    def lookup(self, name: str, asker: Address | None = None) -> Sequence[Address]:
        """See `INode.lookup`."""
        return self.directory.lookup(name, asker)
