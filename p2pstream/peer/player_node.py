"""The node of somebody who watches: it asks others, and gives what it has fetched, if it may."""

from __future__ import annotations

from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from zope.interface import implementer

from p2pstream.content.keys import FileKey
from p2pstream.content.names import NameTable
from p2pstream.content.signing import Identity
from p2pstream.interfaces import IEvents, INames, IStream, IUplink, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.own_streams import OwnStreams
from p2pstream.peer.untold import Untold
from p2pstream.protocols.node import Node

__all__ = ["PlayerNode"]


@implementer(INames)
class _NoNames(NameTable):
    """No names at all."""


class PlayerNode(Node):
    """What a protocol is given in ``p2p-play`` and ``p2p-get``.

    :param reactor: the whole of it, monotonic.
    """

    role = "player"

    def __init__(
        self,
        reactor: Any,
        events: IEvents,
        workers: IWorkers,
        random: Random,
        limits: Limits = LIMITS,
        secret: bytes | None = None,
        uplink: IUplink | None = None,
        identity: Identity | None = None,
    ) -> None:
        super().__init__(reactor, _NoNames(), events, workers, random, limits, identity, secret, uplink)
        #: What it fetches, if others may have it.
        self.own: OwnStreams | None = None

    def giving(self, own: OwnStreams) -> PlayerNode:
        """The same program, as strangers meet it who come for this: they are no news for whoever watches."""
        who = self.secret, self.uplink, self.identity
        node = PlayerNode(self.reactor, Untold(), self.workers, self.random, self.limits, *who)
        node.own, node.introductions = own, self.introductions
        node.downlink, node.subnets = self.downlink, self.subnets
        return node

    def open_key(self, key: FileKey) -> Deferred[IStream]:
        """See `INode.open_key`."""
        return super().open_key(key) if self.own is None else self.own.open(key)
