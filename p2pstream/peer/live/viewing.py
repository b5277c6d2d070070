"""A broadcast that is watched here, and given on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.keys import LiveKey
from p2pstream.content.links import Link
from p2pstream.content.listed import NATIVE, ListedPeer
from p2pstream.content.views import Awaited, Need, SourceSnapshot, StreamSnapshot
from p2pstream.data.live import LiveData
from p2pstream.data.live.stuffing import ts_stuffing
from p2pstream.interfaces import IArriving, IDisk, ILiveData, INode, IStreamView
from p2pstream.live.relay import Relay
from p2pstream.peer.dials import Dials
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.live.aired import FromEdge
from p2pstream.peer.live.crew import LiveCrew
from p2pstream.peer.live.edge import EdgeAsking
from p2pstream.peer.live.streams import promised
from p2pstream.peer.live.windows import WatchedWindow, take_window
from p2pstream.peer.names.choice import speaking
from p2pstream.peer.names.lookup import AskedCentral, ResolvedName
from p2pstream.protocols.native.live.dialling import dial_live
from p2pstream.swarm.rates import Rate
from p2pstream.values import value

__all__ = ["LiveViewing", "Watching", "open_viewing"]


@value
class Watching:
    """How broadcasts are watched."""

    #: Where windows lie.
    disk: IDisk
    #: From captured to shown.
    delay_s: float
    #: How far back one may go.
    window_s: float


@implementer(IStreamView)
class LiveViewing:
    """A `streams.OpenStream` of a channel.

    :param asked: the centrals that tell of others; closed with it.
    :param own: has others get it from here; None: they do not.
    :param window: goes with it.
    """

    def __init__(
        self,
        link: Link,
        node: INode,
        relay: Relay,
        crew: LiveCrew,
        asked: AskedCentral,
        own: OwnStreams | None,
        window: WatchedWindow,
    ) -> None:
        self._name = link.name
        self._node: Any = node
        self._relay = relay
        self._crew = crew
        self._asked = asked
        self._own = own
        self._window = window
        self.key = relay.key
        self.data: IArriving = FromEdge(relay, node.reactor)
        self.broadcast: ILiveData | None = relay.data
        self.view: IStreamView = self
        self.done: Deferred[None] = Deferred()
        #: How fast it comes, and how many bytes of it were counted.
        self._rate = Rate()
        self._counted = 0
        self._unwatch = relay.data.observe(self._grew)
        self._asking = EdgeAsking(relay, self._node.reactor, asked.head, node.limits)
        self._asking.begin()
        self._stopped = False

    def snapshot(self) -> StreamSnapshot:
        """See `IStreamView`."""
        neighbours = self._relay.neighbours
        given, here = neighbours.received, {each.address for each in neighbours.all()}
        sources = tuple(
            SourceSnapshot(address, given.get(address, 0), "sending" if address in here else "lost")
            for address in dict.fromkeys((*given, *here))
        )
        length, need = self.data.length, self._need(bool(here))
        rate = self._count() if length is None else 0.0
        awaited = None if need is None else Awaited(need)
        behind_s = self._relay.behind_s
        return StreamSnapshot(
            self._name, length, self.data.have, rate, sources, awaited, True, live=True, behind_s=behind_s
        )

    def stop(self) -> Deferred[None]:
        """See `streams.OpenStream`: it is left."""
        return Deferred.fromCoroutine(self._stop())

    def close(self) -> Deferred[None]:
        """See `streams.OpenStream`."""
        return Deferred.fromCoroutine(self._close())

    def _need(self, connected: bool) -> Need | None:
        joined = self._relay.start_position is not None
        if not joined and not connected:
            return Need.PEERS
        if self._relay.starves and self._relay.data.length is None:
            return Need.SOURCE
        return None if joined else Need.HEAD

    def _count(self) -> float:
        """Bytes a second that came lately; what the broadcast has is no sign that it comes."""
        now, total = self._node.reactor.seconds(), self._relay.neighbours.total
        if total > self._counted:
            self._rate.add(total - self._counted, now)
        self._counted = total
        return self._rate.at(now)

    def _grew(self) -> None:
        self._count()
        if self._relay.fault is not None and not self.done.called:
            self.done.errback(self._relay.fault)
        elif self.data.complete and not self.done.called:
            self.done.callback(None)

    async def _stop(self) -> None:
        if not self._stopped:
            self._stopped = True
            self._unwatch()
            self._crew.close()
            self._asking.close()
            if self._own is not None:
                self._own.leave(self._relay)
            self._relay.close()
            await self._asked.close()

    async def _close(self) -> None:
        await self._stop()
        self.done.addErrback(lambda _: None)
        await self._relay.data.close(remove=True)
        await self._node.workers.run(self._window.leave)


async def open_viewing(
    link: Link, found: ResolvedName, node: Any, dials: Dials, own: OwnStreams | None, watching: Watching
) -> LiveViewing:
    """Take part in the broadcast that a name stands for.

    :param own: as of `LiveViewing`.
    :raises StorageError: there is no room for its window.
    """
    key, asked = found.key, found.asked
    assert isinstance(key, LiveKey) and asked is not None
    window = await node.workers.run(take_window, watching.disk, node.limits)
    data = LiveData(key, window.disk, node.workers, watching.window_s, node.limits, ts_stuffing)
    uplink = promised(node.uplink) if own is not None else 0
    relay = Relay(data, node.reactor, node.random, watching.delay_s, uplink, node.limits)
    relay.begin()
    if own is not None:
        own.join(relay)

    def told(peers: Sequence[ListedPeer]) -> list[Address]:
        able = speaking(peers, NATIVE, asked.teller or found.teller, node.subnets())
        return [peer.address for peer in able if peer.id != node.identity.id]

    crew = LiveCrew(
        node,
        lambda: asked.peers(key).addCallback(told),
        lambda address: dial_live(dials(address), node, relay),
        relay,
    )
    crew.add(told(found.peers))
    crew.begin()
    return LiveViewing(link, node, relay, crew, asked, own, window)
