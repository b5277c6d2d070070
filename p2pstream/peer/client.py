"""All that a program needs to ask centrals, and to fetch streams by name."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from twisted.internet.defer import Deferred, DeferredList, succeed

from p2pstream.content.addresses import Address
from p2pstream.content.links import Link
from p2pstream.data.secret import group_secret
from p2pstream.data.state import kept_identity
from p2pstream.data.workers import ThreadWorkers
from p2pstream.interfaces import IEvents, IStreamProtocol, IWorkers
from p2pstream.peer.centrals.announcement import AnnounceLine
from p2pstream.peer.centrals.doorstep import Doorstep
from p2pstream.peer.centrals.own_tickets import OwnTickets
from p2pstream.peer.dials import Dials
from p2pstream.peer.fetching.exchange import Exchange
from p2pstream.peer.fetching.keeping import Keeping
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.names.publishers import Publishers
from p2pstream.peer.nearby_peers import NearbyPeers
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.streams import Memory, OpenStream, Streams
from p2pstream.peer.untold import Untold
from p2pstream.peer.upload import Upload
from p2pstream.peer.ways import Ways
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.client import CentralClient
from p2pstream.protocols.native.calls import Calls, WelcomingNative
from p2pstream.protocols.native.visits import Visits
from p2pstream.protocols.node import Means
from p2pstream.protocols.registry import Registry
from p2pstream.settings import DiallingSettings, FetchSettings, KeepingSettings, SendingSettings
from p2pstream.swarm.bans import Bans
from p2pstream.transport.networks.nearby import MulticastNeighbourhood
from p2pstream.transport.networks.reach import told_host
from p2pstream.transport.networks.subnets import OwnSubnets
from p2pstream.transport.turns.downlink import LimitedDownlink
from p2pstream.transport.turns.uplink import shorter_runs, uplink_for

__all__ = ["Client"]


class Client:
    """A node, a private folder, centrals and streams; made by `open`, ended by `close` or a ``with``.

    :param own: closed at the end.
    :param port: see `open`.
    :param accept: see `open`.
    :param exchanges: whether peers tell us of others, and hear of them.
    :param neighbours: where peers of the local network are found; closed with this.  None: nobody looks.
    :ivar node: who we are to others.
    :ivar keeping: where streams are kept, and what is remembered of centrals and names.
    :ivar memory: what is known from before, in this process and others.
    :ivar doorstep: where peers are let in that cannot be dialled.
    """

    def __init__(
        self,
        means: Means,
        keeping: Keeping,
        own: ThreadWorkers | None = None,
        port: int = 0,
        accept: bool = False,
        exchanges: bool = True,
        neighbours: NearbyPeers | None = None,
    ) -> None:
        self._tickets = OwnTickets(means.reactor, self._lines, means.limits)
        introductions = Exchange(means, self._tickets.of, self._centrals) if exchanges else None
        self.node = node = PlayerNode(means, introductions=introductions)
        node.visits = Visits(means.limits)
        self.keeping = keeping
        self.neighbours = neighbours
        publishers = Publishers(keeping.publishers, means.events, accept)
        self.memory = Memory(publishers, keeping.known, Bans(means.limits))
        self.doorstep = Doorstep(node, port)
        self._port = port
        #: What others may have, also those whom we dial; and what lets others dial us for it.
        self._given: OwnStreams | None = None
        self._upload: Upload | None = None
        self._own = own
        self._dials = Dials(means.reactor, means.limits)
        #: Where the ids of the centrals stand that were asked.
        self._asked: dict[Address, KnownCentrals] = {}

    @classmethod
    async def open(
        cls,
        reactor: Any,
        settings: KeepingSettings | None = None,
        events: IEvents | None = None,
        workers: IWorkers | None = None,
        port: int = 0,
        accept: bool = False,
        identity: str | None = None,
    ) -> Self:
        """As the settings say.

        :param reactor: the whole of it, monotonic.
        :param settings: left out, the user's private folder and the environment count.
        :param events: who is told what happens.
        :param workers: left out, threads that end with this.
        :param port: where others are let in; 0 for any free one.
        :param accept: forget whom names were taken from.
        :param identity: where in the folder lies who we are to others; left out, somebody new.
        :raises StorageError: the folder that the settings name cannot be used.
        :raises UsageError: the secret is none.
        """
        settings = settings or KeepingSettings()
        own: ThreadWorkers | None = None
        async with AsyncExitStack() as opened:
            if workers is None:
                workers = own = ThreadWorkers(reactor)
                opened.push_async_callback(own.close)
            secret = await workers.run(group_secret, settings.secret_file, os.environ)
            cache = settings.cache_size if isinstance(settings, FetchSettings) else None
            keeping = await Keeping.open(settings.state, workers, reactor, cache)
            opened.push_async_callback(keeping.close)
            means = _bounded(Means(reactor, events or Untold(), workers, secret=secret), settings)
            if identity is not None:
                kept = await workers.run(kept_identity, keeping.disk, identity, os.urandom)
                means = replace(means, identity=kept)
            exchanges = not (isinstance(settings, FetchSettings) and settings.no_exchange)
            client = cls(means, keeping, own, port, accept, exchanges, _neighbours(means, settings))
            opened.pop_all()
            return client

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def ask(self, *centrals: Address) -> CentralClient:
        """What asks these centrals, in this order; to be started and closed."""
        return CentralClient([self._line(central) for central in centrals], self.node)

    def _line(self, central: Address) -> CentralLine:
        self._asked[central] = known = self.keeping.centrals.counting_at(central)
        return CentralLine(central, self.node, self._dials, known)

    def _lines(self) -> Sequence[AnnounceLine]:
        return () if self._upload is None else self._upload.lines

    def _centrals(self) -> Collection[bytes]:
        """The ids of those that were asked."""
        ids = (known.id_at(central) for central, known in self._asked.items())
        return [id for id in ids if id is not None]

    async def give(self, beside_peer: bool = False) -> OwnStreams | None:
        """Have others get what is fetched from now on; None: a peer that runs here gives it already.

        They are told of it by `listed_at`.

        :param beside_peer: whether a peer that runs here is no reason.
        """
        if not beside_peer and await self.keeping.has_peer():
            return None
        self._given = OwnStreams()
        self.node.give(self._given)
        return self._given

    def listed_at(
        self, *centrals: Address, told: IEvents | None = None, also: Sequence[IStreamProtocol] = ()
    ) -> None:
        """Have what is given, see `give`, listed there, and listen; until the end.

        What the node has as resources by now can be asked for there over HTTP.

        :param told: whether it is listed; left out, nobody is.
        :param also: what else is spoken there, and asked first whether a connection is its.
        """
        if self._given is None or self._upload is not None:
            return
        quiet, own = self.node.giving(self._given), self._given
        spoken: list[IStreamProtocol] = [*also, WelcomingNative(Calls(quiet, self.doorstep.calls))]
        if quiet.resources and quiet.secret is None:
            # What is there for browsers and players; in a closed group none can prove that it belongs there.
            spoken.append(self._registry.get("http"))
        self._upload = upload = Upload(quiet, own, spoken, self._dials, self.keeping.centrals, self._port)
        upload.told = told or upload.told
        self.doorstep.share(lambda: upload.port, upload.settled)
        upload.settled().addCallback(lambda _: self._advertise(upload.port))
        upload.start(centrals)

    def _advertise(self, port: int | None) -> None:
        if self.neighbours is not None and port is not None:
            self.neighbours.advertise(port)

    def tell(self, say: Callable[[AnnounceLine], Deferred[None]]) -> Deferred[None]:
        """Say something to all centrals that list what is given; it does not matter who does not hear it."""
        told = DeferredList([say(line) for line in self._lines()], consumeErrors=True)
        return told.addCallback(lambda _: None)

    def when_refused(self) -> Deferred[Exception]:
        """Fires with why nobody can come for what is listed, see `listed_at`; maybe never."""
        return Deferred() if self._upload is None else self._upload.refused

    def fetch(self, link: Link, into: str | None = None, replace: bool = True) -> Deferred[OpenStream]:
        """Begin to fetch what a link names; see `Streams.open`.  Whoever has it closes it.

        Others have it meanwhile if `give` was called before; `listed_at` tells of it.
        """
        return self._streams(self.node).open(link, into, replace)

    def fetch_by_the_way(self, link: Link) -> Deferred[OpenStream]:
        """As `fetch`, of what belongs to something else: nobody is told what becomes of it."""
        return self._streams(self.node.untold()).open(link)

    def _streams(self, node: PlayerNode) -> Streams:
        ways = Ways(self._registry, self.keeping.store, self.ask, self.doorstep, self.neighbours)
        return Streams(node, ways, self.memory, self._given)

    async def close(self) -> None:
        """What was fetched is durable."""
        # Beside what is written down: until the network has heard of it takes some tenths of a second.
        parting: Deferred[None] = succeed(None)
        if self.neighbours is not None:
            parting = Deferred.fromCoroutine(self.neighbours.close())
        try:
            if self._upload is not None:
                await self._upload.stop()
            await self.doorstep.close()
            await self.keeping.close()
            await parting
        finally:
            if self._own is not None:
                await self._own.close()

    @cached_property
    def _registry(self) -> Registry:
        registry = Registry(self.node.events)
        registry.load()
        return registry


def _bounded(means: Means, settings: KeepingSettings) -> Means:
    """What is sent and asked for within the settings, to networks that are there."""
    reactor, downlink = means.reactor, None
    sending = settings if isinstance(settings, SendingSettings) else SendingSettings()
    limits = shorter_runs(means.limits, sending.upload_limit)
    uplink = uplink_for(reactor, sending.upload_limit, sending.limit_local, limits)
    if isinstance(settings, FetchSettings) and settings.download_limit is not None:
        downlink = LimitedDownlink(reactor, settings.download_limit, settings.limit_local, limits)
    others = settings.local if isinstance(settings, DiallingSettings) else ()
    subnets = OwnSubnets(reactor, limits, others)
    return replace(means, limits=limits, uplink=uplink, downlink=downlink, subnets=subnets)


def _neighbours(means: Means, settings: KeepingSettings) -> NearbyPeers | None:
    """Those of a command that fetches, unless that is not wished, or it is in a closed group."""
    if not isinstance(settings, FetchSettings) or settings.no_mdns or means.secret is not None:
        return None
    # Threads of its own: who waits for a network must not have a disk wait.
    threads = ThreadWorkers(means.reactor, means.limits)
    return NearbyPeers(
        means, MulticastNeighbourhood(limits=means.limits), threads, lambda: told_host("0.0.0.0")
    )
