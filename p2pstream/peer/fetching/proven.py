"""A stream with a key, on its way here: from the store as far as it is there, else from peers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

from twisted.internet.defer import Deferred

from p2pstream.content.addresses import Address
from p2pstream.content.listed import NATIVE, ListedPeer
from p2pstream.content.tellers import is_local, is_near
from p2pstream.errors import P2PStreamError, StorageError
from p2pstream.interfaces import IArriving, INode, IStore, IStoredStream, IStreamView, IUnitSource
from p2pstream.peer.fetching.guests import Guests
from p2pstream.peer.fetching.inquiry import Inquiry
from p2pstream.peer.names.choice import speaking
from p2pstream.peer.names.lookup import ResolvedName
from p2pstream.peer.nearby_peers import NearbyPeers
from p2pstream.protocols.native.visits import Visitor
from p2pstream.swarm.bans import Bans
from p2pstream.swarm.proven import ProvenDownload
from p2pstream.transport.nobody import nobody
from p2pstream.values import value

__all__ = ["FinalPath", "ProvenStream"]


@value
class FinalPath:
    """Where a stream that is whole goes."""

    path: str
    #: Whether it may take the place of a file that is there by then.
    replace: bool


class ProvenStream:
    """See `streams.OpenStream`; what came stays in the store when it is closed.

    :param dial: connects to a peer for the key of ``data``.
    :param found: who has it; where more may be known is closed with this.
    :param store: where ``data`` is from.
    :param place: where it goes when it is whole; None for one that is only watched.
    :param bans: what this process knows of those who lied.
    """

    broadcast = None

    def __init__(
        self,
        name: str,
        found: ResolvedName,
        data: IStoredStream,
        dial: Callable[[ListedPeer], Deferred[IUnitSource]],
        store: IStore,
        place: FinalPath | None,
        node: INode,
        bans: Bans | None = None,
    ) -> None:
        self.data: IArriving = data
        self._kept = data
        self._dial = dial
        self._listed: dict[Address, ListedPeer] = {}
        #: Those that only other peers told of, the oldest first.
        self._hearsay: OrderedDict[Address, ListedPeer] = OrderedDict()
        self._guests = Guests(node.limits)
        self._bans = bans
        self._inquiry = Inquiry(node.reactor, self._ask_again, node.limits)
        wiring = node, bans, self._is_local, self._inquiry.urge
        self._downloading = partial(ProvenDownload, name, data, self._reach, *wiring)
        self._download = self._downloading()
        self.view: IStreamView = self._download
        assert found.asked is not None, "it has a key"
        self._asked = found.asked
        self._central = found.teller
        self._store = store
        self._place = place
        self._node = node
        self._look_away: Callable[[], None] = nobody
        self.done: Deferred[None] = Deferred()
        self._filling: Deferred[None] = Deferred.fromCoroutine(self._fill(self._known(found.peers)))
        self._filling.chainDeferred(self.done)
        self._unfollow: list[Callable[[], None]] = []
        if node.introductions is not None:
            self._unfollow.append(node.introductions.follow(data.key, self._introduced))
        if node.visits is not None:
            self._unfollow.append(node.visits.follow(data.key, self._visited))

    def stop(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        return Deferred.fromCoroutine(self._stop())

    def close(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        return Deferred.fromCoroutine(self._close())

    def _reach(self, address: Address) -> Deferred[IUnitSource]:
        known = self._listed.get(address) or self._hearsay.get(address)
        return self._dial(known or ListedPeer(address, flags=NATIVE, have=0))

    def _is_local(self, address: Address) -> bool:
        return is_local(address, self._node.subnets())

    def _introduced(self, peers: Sequence[ListedPeer]) -> None:
        """Other peers told of these."""
        subnets = self._node.subnets()
        near = [peer for peer in peers if is_near(peer.address, subnets)]
        others = [peer for peer in near if peer.id != self._node.identity.id]
        new = [peer for peer in others if peer.address not in self._listed]
        self._hearsay.update({peer.address: peer for peer in new})
        while len(self._hearsay) > self._node.limits.exchange_kept:
            self._hearsay.popitem(last=False)
        if not self.done.called:
            self._download.add([peer.address for peer in new], hearsay=True)

    def _visited(self, visitor: Visitor) -> None:
        """Somebody who dialled us for this has some of it."""
        known = self._guests.known(visitor, (*self._listed.values(), *self._hearsay.values()))
        now, bans = self._node.reactor.seconds(), self._bans
        suspect = bans is not None and any(bans.is_suspect(each, now) for each in known)
        if visitor.id == self._node.identity.id or (suspect and not visitor.bound):
            return
        if not known:
            self._guests.add(visitor)
        self._download.crew.take_in(visitor.address, known, visitor.come)

    def _known(self, peers: Iterable[ListedPeer]) -> list[Address]:
        """Their addresses; what else is said of them is kept for the dial."""
        teller = self._asked.teller or self._central
        able = speaking(peers, NATIVE, teller, self._node.subnets())
        new = [peer for peer in able if self._is_new(peer)]
        self._listed.update({peer.address: peer for peer in new})
        # Whoever dialled us is no stranger once a central tells of it.
        self._download.crew.vouch(at for peer in able for at in self._guests.of(peer))
        return [peer.address for peer in new]

    def _is_new(self, peer: ListedPeer) -> bool:
        """Whether it is another, and not known at an address, of several that centrals see, that answers."""
        if not any(peer.id):
            return True
        there = [at for at, each in self._listed.items() if each.id == peer.id and at != peer.address]
        there += self._guests.of(peer)
        return peer.id != self._node.identity.id and all(map(self._download.crew.is_failing, there))

    async def _fill(self, addresses: Iterable[Address]) -> None:
        try:
            await self._fetch(addresses)
        finally:
            self._inquiry.stop()
            self._look_away()

    async def _fetch(self, addresses: Iterable[Address]) -> None:
        running = self._download.run(addresses)
        self._hasten()
        await running
        if self._place is not None:
            await self.keep(self._place)
            self._node.events.happened("saved", path=self._place.path, length=self.data.length)

    async def keep(self, place: FinalPath) -> None:
        """All of it is here: have it there.

        :raises errors.StorageError: the disk refuses.
        """
        key = self._kept.key
        try:
            await self._store.release(key, place.path, place.replace)
        except StorageError:
            if self._kept.complete:
                raise
            # Something cut what lies in the store.  Once: what does so again does so for ever.
            self._download = self.view = self._downloading()
            await self._download.run([*self._listed, *self._hearsay])
            await self._store.release(key, place.path, place.replace)

    def add(self, peers: Iterable[ListedPeer]) -> None:
        """A central told of these as well; harmless when it is over."""
        self._download.add(self._known(peers))

    def also(self, addresses: Iterable[Address]) -> None:
        """The user says that these have it: they are asked, wherever they are."""
        self._download.add(addresses)

    def look_around(self, neighbours: NearbyPeers) -> None:
        """Ask those of our network as well, as long as it fetches; harmless when it is over."""
        if not self.done.called:
            self._look_away = neighbours.follow(self._nearby)

    def _nearby(self, addresses: Sequence[Address]) -> None:
        # What lies here already nobody is asked for.
        if not self._kept.complete:
            self._download.crew.look_up(addresses)

    def _ask_again(self) -> Deferred[None]:
        """More may have it by now, and those that went may be back elsewhere."""
        return Deferred.fromCoroutine(self._hear())

    async def _hear(self) -> None:
        # What is known goes on without a central.
        with suppress(P2PStreamError):
            self._download.add(self._known(await self._asked.peers(self._kept.key)))
        self._hasten()

    def _hasten(self) -> None:
        if self._download.crew.is_small:
            self._inquiry.hasten()

    async def _stop(self) -> None:
        # Whoever wanted to know how it ended has asked before.
        self.done.addErrback(lambda _: None)
        while self._unfollow:
            self._unfollow.pop()()
        self._inquiry.stop()
        over: Deferred[None] = Deferred()
        # Not awaited itself: it may be what we are called from.
        self._filling.addBoth(over.callback).cancel()
        await over

    async def _close(self) -> None:
        await self._stop()
        self._kept.close()
        await self._asked.close()
