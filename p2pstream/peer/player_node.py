"""The node of somebody who watches: it asks others, and gives what it has fetched, if it may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from zope.interface import implementer

from p2pstream.content.keys import FileKey
from p2pstream.content.names import NameTable
from p2pstream.interfaces import INames, IStream
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.untold import Untold
from p2pstream.protocols.node import Means, Node

__all__ = ["PlayerNode"]


@implementer(INames)
class _NoNames(NameTable):
    """No names at all."""


class PlayerNode(Node):
    """What a protocol is given in ``p2p-play`` and ``p2p-get``.

    :param own: what it fetches, if others may have it.
    """

    role = "player"

    def __init__(self, means: Means, own: OwnStreams | None = None, introductions: Any = None) -> None:
        super().__init__(means, _NoNames(), introductions)
        self._own = own
        self.gives = own is not None

    def giving(self, own: OwnStreams) -> PlayerNode:
        """The same program, as strangers meet it who come for this: they are no news for whoever watches."""
        giving = self.untold()
        giving.give(own)
        giving.resources = self.resources
        giving.live = own.live
        return giving

    def untold(self) -> PlayerNode:
        """The same program, where nobody is told what happens."""
        untold = PlayerNode(replace(self.means, events=Untold()), self._own, self.introductions)
        untold.visits = self.visits
        return untold

    def give(self, own: OwnStreams) -> None:
        """Have whoever is connected get what is fetched from now on, whichever end dialled."""
        self._own, self.gives = own, True

    def open_key(self, key: FileKey) -> Deferred[IStream]:
        """See `INode.open_key`."""
        return super().open_key(key) if self._own is None else self._own.open(key)
