"""What protocols are given of a peer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.content.keys import FileKey
from p2pstream.content.views import Offered
from p2pstream.interfaces import IOpened, IStream
from p2pstream.peer.doubts import Doubts
from p2pstream.peer.keyed_streams import KeyedStreams
from p2pstream.peer.shares import Shares
from p2pstream.protocols.node import Means, Node

__all__ = ["PeerNode"]


class PeerNode(Node):
    """A peer: ``open`` answers from its shares."""

    role = "peer"

    def __init__(
        self,
        means: Means,
        shares: Shares,
        streams: KeyedStreams | None = None,
        doubts: Doubts | None = None,
        introductions: Any = None,
    ) -> None:
        super().__init__(means, shares.offers, introductions)
        self._shares = shares
        self._streams = streams
        self._doubts = doubts

    def open(self, name: str) -> Deferred[IOpened]:
        """See `INode.open`."""
        return self._shares.open(name)

    def open_key(self, key: FileKey) -> Deferred[IStream]:
        """See `INode.open_key`."""
        return super().open_key(key) if self._streams is None else self._streams.open(key)

    def doubt(self, key: FileKey) -> None:
        """See `INode.doubt`."""
        if self._doubts is not None:
            self._doubts.doubt(key)

    def listing(self, most: int) -> Sequence[Offered]:
        """See `INode.listing`."""
        return [Offered(offer.name, offer.stamp.size) for offer in self._shares.offers.first(most)]
