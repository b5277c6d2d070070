"""What somebody found wrong is looked at again: it may have rotted since it was hashed."""

from __future__ import annotations

from twisted.internet.interfaces import IReactorTime

from p2pstream.content.keys import FileKey
from p2pstream.data.store.reader import StoreReader
from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.keying import Keying
from p2pstream.protocols.node import Means

__all__ = ["Doubts"]


class Doubts:
    """Has files hashed once more; seldom, for anybody may say that he doubts."""

    def __init__(self, means: Means, shares: Shares, keying: Keying, store: StoreReader) -> None:
        self._clock: IReactorTime = means.reactor
        self._shares = shares
        self._keying = keying
        self._store = store
        self._limits = means.limits
        #: When each stream was looked at last.
        self._looked: dict[FileKey, float] = {}
        keying.observe(self._found)

    def doubt(self, key: FileKey) -> None:
        """As `INode.doubt`."""
        now = self._clock.seconds()
        self._looked = {each: at for each, at in self._looked.items() if at + self._limits.doubt_s > now}
        if key in self._looked:
            return
        self._looked[key] = now
        self._store.doubt(key)
        for offer in self._keying.keyed.offers(key):
            self._keying.again(offer)

    def _found(self, came: list[Offer], went: list[Offer]) -> None:
        """What is served under a key that it does not have is served no more."""
        for offer in came:
            if offer in went:
                self._shares.revoke(offer)
