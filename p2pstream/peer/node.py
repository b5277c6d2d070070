"""What protocols are given of a peer."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.content.keys import FileKey
from p2pstream.interfaces import IOpened, IStream
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.doubts import Doubts
from p2pstream.peer.keys.keyed_streams import KeyedStreams
from p2pstream.protocols.node import Means, Node

__all__ = ["PeerNode"]


class PeerNode(Node):
    """A peer: ``open`` answers from its shares."""

    role = "peer"
    gives = True

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
        """See `INode.open`; the version of what has a key is that key, on every peer."""
        opening = self._shares.open(name)
        return opening if self._streams is None else opening.addCallback(_named_by_key, self._streams)

    def open_key(self, key: FileKey) -> Deferred[IStream]:
        """See `INode.open_key`."""
        return super().open_key(key) if self._streams is None else self._streams.open(key)

    def doubt(self, key: FileKey) -> None:
        """See `INode.doubt`."""
        if self._doubts is not None:
            self._doubts.doubt(key)


def _named_by_key(opened: Any, streams: KeyedStreams) -> IOpened:
    key = streams.key(opened.offer)
    if key is not None:
        opened.version = key.text
    named: IOpened = opened
    return named
