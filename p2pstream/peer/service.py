"""The peer while it runs."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import CancelledError, Deferred, gatherResults, succeed
from twisted.internet.interfaces import IProtocolFactory
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.content.text import count_text, size_text
from p2pstream.peer.centrals.called import Called
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.nearby_peers import NearbyPeers
from p2pstream.peer.node import PeerNode
from p2pstream.peer.publicity import Publicity
from p2pstream.peer.residency.residence import Residence
from p2pstream.transport.ports.listening import ListeningService

__all__ = ["PeerService"]

_log = Logger()


class PeerService(ListeningService):
    """Serves what it shares.

    :param factory: makes the protocols that serve connections, for the same node.
    :param host: an IP literal; empty for all addresses.
    :param told_host: the host to name to others; they dial it with our port.
    :param publicity: makes known what is shared.
    :param called: dials those who had us called.
    :param residence: where this user's other programs find it.
    :param neighbours: has the local network told that it is here; closed with this.
    """

    def __init__(
        self,
        node: PeerNode,
        shares: Shares,
        factory: IProtocolFactory,
        host: str,
        port: int,
        told_host: str,
        publicity: Publicity | None = None,
        called: Called | None = None,
        residence: Residence | None = None,
        neighbours: NearbyPeers | None = None,
    ) -> None:
        super().__init__(node, factory, host, port)
        self._node = node
        self._shares = shares
        self._told_host = told_host
        self._publicity = publicity
        self._called = called
        self._residence = residence
        self._neighbours = neighbours
        self._starting: Deferred[None] = succeed(None)

    def startService(self) -> None:
        """Listen and look at the shares; that it is ready is told when both are done."""
        super().startService()
        if self._residence is not None:
            self._residence.start()
        if self._neighbours is not None:
            self._neighbours.advertise(self.address.port)
        self._starting = Deferred.fromCoroutine(self._start())
        self._starting.addErrback(self._broke)

    def stopService(self) -> Deferred[Any]:
        """Stop; fires when nothing is left running."""
        stopped = [super().stopService()]
        self._starting.cancel()
        if self._called is not None:
            self._called.stop()
        self._shares.stop()
        if self._residence is not None:
            stopped.append(self._residence.stop())
        if self._neighbours is not None:
            stopped.append(Deferred.fromCoroutine(self._neighbours.close()))
        if self._publicity is not None:
            stopped.append(self._publicity.stop())
        return gatherResults(stopped, consumeErrors=True)

    def look_again(self) -> None:
        """Look at the shares again."""
        self._shares.look_again()

    async def _start(self) -> None:
        if self._publicity is not None:
            await self._publicity.start()
        # Why a folder cannot be looked at is in the log already; the others are served.
        await self._shares.start().addErrback(lambda _: None)
        if not self.running:
            return
        self._ready()
        if self._publicity is not None:
            self._publicity.looked()

    def _broke(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            _log.failure("the peer did not start as a whole", failure)

    def _ready(self) -> None:
        offers = list(self._shares.offers)
        size = size_text(sum(offer.stamp.size for offer in offers))
        what = f"shares {count_text(len(offers), 'file')}, {size}"
        if not self._host:
            what = f"every other address of this machine, and {what}"
        address = Address(self._told_host, self.address.port)
        self._node.events.happened("listening", role="p2p-peer", address=str(address), what=what)
