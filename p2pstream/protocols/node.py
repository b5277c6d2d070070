"""What protocols are given of the process that they serve in, whatever its role."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, fail
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.signing import Identity
from p2pstream.content.tellers import Subnets
from p2pstream.content.text import printable
from p2pstream.content.views import Offered
from p2pstream.errors import NotShared
from p2pstream.interfaces import IDownlink, IEvents, INames, INode, IOpened, IStream, IUplink, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.uplink import FreeUplink

__all__ = ["Node"]


@implementer(INode)
class Node:
    """A node that knows nobody and shares nothing; roles say what they have beyond that.

    :param reactor: the clock; for one that dials, the whole reactor, monotonic.
    :param identity: left out, one that is made for this node.
    :param secret: that of a closed group.
    :param uplink: left out, one without a limit.
    """

    role: str
    #: See `INode`.
    introductions: Any = None

    def __init__(
        self,
        reactor: Any,
        names: INames,
        events: IEvents,
        workers: IWorkers,
        random: Random,
        limits: Limits = LIMITS,
        identity: Identity | None = None,
        secret: bytes | None = None,
        uplink: IUplink | None = None,
    ) -> None:
        self.reactor = reactor
        self.names = names
        self.events = events
        self.workers = workers
        self.random = random
        self.limits = limits
        self.identity = identity or Identity.generate(os.urandom(32))
        self.secret = secret
        self.uplink: IUplink = uplink or FreeUplink()
        self.downlink: IDownlink | None = None
        self.subnets: Callable[[], Subnets | None] = lambda: None

    def lookup(self, name: str, asker: Address | None = None) -> Sequence[Address]:
        """See `INode.lookup`."""
        return ()

    def open(self, name: str) -> Deferred[IOpened]:
        """See `INode.open`."""
        return fail(NotShared(f"“{printable(name, 80)}” is not shared by this {self.role}"))

    def open_key(self, key: FileKey) -> Deferred[IStream]:
        """See `INode.open_key`."""
        return fail(NotShared(f"{key.text} is not shared by this {self.role}"))

    def doubt(self, key: FileKey) -> None:
        """See `INode.doubt`."""

    def listing(self, most: int) -> Sequence[Offered]:
        """See `INode.listing`."""
        return ()
