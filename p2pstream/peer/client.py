"""All that a program needs to ask centrals, and to fetch streams by name."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from twisted.internet.defer import Deferred

from p2pstream.content.addresses import Address
from p2pstream.content.links import Link
from p2pstream.data.secret import group_secret
from p2pstream.data.workers import ThreadWorkers
from p2pstream.interfaces import IEvents, IWorkers
from p2pstream.peer.dials import Dials
from p2pstream.peer.doorstep import Doorstep
from p2pstream.peer.exchange import Exchange
from p2pstream.peer.keeping import Keeping
from p2pstream.peer.own_streams import OwnStreams
from p2pstream.peer.own_tickets import OwnTickets, TicketLine
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.publishers import Publishers
from p2pstream.peer.streams import Memory, OpenStream, Streams
from p2pstream.peer.untold import Untold
from p2pstream.peer.upload import Upload
from p2pstream.peer.ways import Ways
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.client import CentralClient
from p2pstream.protocols.native.calls import Calls, WelcomingNative
from p2pstream.protocols.node import Means
from p2pstream.protocols.registry import Registry
from p2pstream.settings import DiallingSettings, FetchSettings, KeepingSettings, SendingSettings
from p2pstream.swarm.bans import Bans
from p2pstream.transport.downlink import LimitedDownlink
from p2pstream.transport.subnets import OwnSubnets
from p2pstream.transport.uplink import shorter_runs, uplink_for

__all__ = ["Client"]


class Client:
    """A node, a private folder, centrals and streams; made by `open`, ended by `close` or a ``with``.

    :param own: closed at the end.
    :param port: see `open`.
    :param accept: see `open`.
    :param exchanges: whether peers tell us of others, and hear of them.
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
    ) -> None:
        self._tickets = OwnTickets(means.reactor, self._ticket_lines, means.limits)
        introductions = Exchange(means, self._tickets.of, self._centrals) if exchanges else None
        self.node = node = PlayerNode(means, introductions=introductions)
        self.keeping = keeping
        publishers = Publishers(keeping.publishers, means.events, accept)
        self.memory = Memory(publishers, keeping.known, Bans(means.limits))
        self.doorstep = Doorstep(node, port)
        self._port = port
        #: What others may have, and what lets them; not those whom we dial, who have it already.
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
    ) -> Self:
        """As the settings say.

        :param reactor: the whole of it, monotonic.
        :param settings: left out, the user's private folder and the environment count.
        :param events: who is told what happens.
        :param workers: left out, threads that end with this.
        :param port: where others are let in; 0 for any free one.
        :param accept: forget whom names were taken from.
        :raises StorageError: the folder that the settings name cannot be used.
        :raises UsageError: the secret is none.
        """
        settings = settings or KeepingSettings()
        own: ThreadWorkers | None = None
        if workers is None:
            workers = own = ThreadWorkers(reactor)
        try:
            secret = await workers.run(group_secret, settings.secret_file, os.environ)
            cache = settings.cache_size if isinstance(settings, FetchSettings) else None
            keeping = await Keeping.open(settings.state, workers, reactor, cache)
        except BaseException:
            if own is not None:
                await own.close()
            raise
        means = _bounded(Means(reactor, events or Untold(), workers, secret=secret), settings)
        exchanges = not (isinstance(settings, FetchSettings) and settings.no_exchange)
        return cls(means, keeping, own, port, accept, exchanges)

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

    def _ticket_lines(self) -> Sequence[TicketLine]:
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
        return self._given

    def listed_at(self, *centrals: Address) -> None:
        """Have what is given, see `give`, listed there, and listen; until the end."""
        if self._given is None or self._upload is not None:
            return
        quiet, own = self.node.giving(self._given), self._given
        native = WelcomingNative(Calls(quiet, self.doorstep.calls))
        self._upload = upload = Upload(quiet, own, native, self._dials, self.keeping.centrals, self._port)
        self.doorstep.share(lambda: upload.port, upload.settled)
        upload.start(centrals)

    def when_refused(self) -> Deferred[Exception]:
        """Fires with why nobody can come for what is listed, see `listed_at`; maybe never."""
        return Deferred() if self._upload is None else self._upload.refused

    def fetch(self, link: Link, into: str | None = None, replace: bool = True) -> Deferred[OpenStream]:
        """Begin to fetch what a link names; see `Streams.open`.  Whoever has it closes it.

        Others have it meanwhile if `give` was called before; `listed_at` tells of it.
        """
        ways = Ways(self._registry, self.keeping.store, self.ask, self.doorstep)
        streams = Streams(self.node, ways, self.memory, self._given)
        return streams.open(link, into, replace)

    async def close(self) -> None:
        """What was fetched is durable."""
        try:
            if self._upload is not None:
                await self._upload.stop()
            await self.doorstep.close()
            await self.keeping.close()
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
