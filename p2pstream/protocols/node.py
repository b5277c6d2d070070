"""What protocols are given of the process that they serve in, whatever its role."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Self

from twisted.internet.defer import Deferred, fail
from twisted.web.resource import IResource
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.signing import Identity
from p2pstream.content.tellers import Subnets
from p2pstream.content.text import printable
from p2pstream.errors import NotShared
from p2pstream.interfaces import (
    IDownlink,
    IEvents,
    ILiveStreams,
    IMeter,
    INames,
    INode,
    IOpened,
    IStream,
    ITraffic,
    IUplink,
    IWorkers,
)
from p2pstream.limits import LIMITS, Limits
from p2pstream.measuring.unmeasured import UNMEASURED
from p2pstream.transport.turns.free import FreeUplink

__all__ = ["Means", "Node"]


def _made_up() -> Identity:
    return Identity.generate(os.urandom(32))


def _unknown() -> None:
    """Nobody knows them."""


@dataclass(frozen=True)
class Means:
    """Made once where a program is put together, and passed as one; nodes show it to protocols.

    What is left out has no bound but those of the limits, no secret, and an identity for this run.
    """

    #: The clock and the timers, monotonic; for one that dials, the whole reactor.
    reactor: Any
    #: Who is told what happens.
    events: IEvents
    #: Threads for what may block.
    workers: IWorkers
    #: All chance that does not have to be kept from strangers.
    random: Random = field(default_factory=Random)
    limits: Limits = LIMITS
    #: Who we are to others.
    identity: Identity = field(default_factory=_made_up)
    #: That of a closed group; None for everybody.
    secret: bytes | None = None
    uplink: IUplink = field(default_factory=FreeUplink)
    downlink: IDownlink | None = None
    #: Where is told what is measured, and who gives what to whom; left out, nowhere.
    meter: IMeter = UNMEASURED
    traffic: ITraffic = UNMEASURED
    #: See `INode.subnets`.
    subnets: Callable[[], Subnets | None] = _unknown
    #: Unix nanoseconds.
    wall_ns: Callable[[], int] = time.time_ns

    def wall_ms(self) -> int:
        """Unix milliseconds."""
        return self.wall_ns() // 1_000_000


@implementer(INode)
class Node:
    """A node that knows nobody and shares nothing; roles say what they have beyond that.

    :param introductions: see `INode`.
    """

    role: str
    gives = False

    def __init__(self, means: Means, names: INames, introductions: Any = None) -> None:
        #: What else of the process others of our kind may need.
        self.means = means
        self.names = names
        self.introductions = introductions
        self.visits: Any = None
        self.resources: dict[bytes, IResource] = {}
        self.hostnames: Collection[str] = ()
        self.live: ILiveStreams | None = None
        self.reactor: Any = means.reactor
        self.events = means.events
        self.workers = means.workers
        self.random = means.random
        self.limits = means.limits
        self.identity = means.identity
        self.secret = means.secret
        self.uplink = means.uplink
        self.downlink = means.downlink
        self.subnets = means.subnets
        self.meter = means.meter
        self.traffic = means.traffic

    def telling(self, events: IEvents) -> Self:
        """The same node, but that these are told what happens."""
        told = copy(self)
        told.means, told.events = replace(self.means, events=events), events
        return told

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
