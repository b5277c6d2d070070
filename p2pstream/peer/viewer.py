"""The node of somebody who only watches: it asks others and has nothing to give."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, fail
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.names import NameTable
from p2pstream.content.text import printable
from p2pstream.errors import NotShared
from p2pstream.interfaces import IData, IEvents, INames, INode, IWorkers
from p2pstream.limits import LIMITS, Limits


@implementer(INames)
class _NoNames(NameTable):
    """No names at all."""


@implementer(INode)
class Viewer:
    """What a protocol is given in ``p2p-play`` and ``p2p-get``.

    :param reactor: the whole of it, monotonic.
    """

    role = "player"

    def __init__(
        self, reactor: Any, workers: IWorkers, events: IEvents, random: Random, limits: Limits = LIMITS
    ) -> None:
        self.reactor = reactor
        self.random = random
        self.limits = limits
        self.names: INames = _NoNames()
        self.events = events
        self.workers = workers

    def lookup(self, name: str) -> Sequence[Address]:
        """See `INode.lookup`: it is no central."""
        return ()

    def open(self, name: str) -> Deferred[IData]:
        """See `INode.open`: it shares nothing."""
        return fail(NotShared(f"“{printable(name, 80)}” is not shared here; this is only a viewer"))
