"""The peer while it runs."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocolFactory

from p2pstream.content.addresses import Address
from p2pstream.content.text import count_text, size_text
from p2pstream.peer.node import PeerNode
from p2pstream.peer.shares import Shares
from p2pstream.transport.listening import ListeningService

__all__ = ["PeerService"]


class PeerService(ListeningService):
    """Serves what it shares.

    :param factory: makes the protocols that serve connections, for the same node.
    :param host: an IP literal; empty for all addresses.
    :param told_host: the host to name to others; they dial it with our port.
    """

    def __init__(
        self,
        reactor: Any,
        node: PeerNode,
        shares: Shares,
        factory: IProtocolFactory,
        host: str,
        port: int,
        told_host: str,
    ) -> None:
        super().__init__(reactor, host, port, factory)
        self._node = node
        self._shares = shares
        self._told_host = told_host

    def startService(self) -> None:
        """Listen and look at the shares; that it is ready is told when both are done."""
        super().startService()
        # Why a folder cannot be looked at is in the log already; the others are served.
        self._shares.start().addErrback(lambda _: None).addCallback(self._ready)

    def stopService(self) -> Deferred[Any]:
        """Stop; fires when nothing is left running."""
        self._shares.stop()
        return super().stopService()

    def look_again(self) -> None:
        """Look at the shares again."""
        self._shares.look_again()

    def _ready(self, _: object) -> None:
        offers = list(self._shares.offers)
        size = size_text(sum(offer.stamp.size for offer in offers))
        what = f"shares {count_text(len(offers), 'file')}, {size}"
        if not self._host:
            what = f"every other address of this machine, and {what}"
        address = Address(self._told_host, self.address.port)
        self._node.events.happened("listening", role="p2p-peer", address=str(address), what=what)
