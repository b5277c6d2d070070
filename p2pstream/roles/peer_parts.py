"""A peer, put together."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from twisted.internet.defer import succeed

from p2pstream.content.addresses import Address
from p2pstream.content.shown import Topic
from p2pstream.data.hash_cache import HashCache
from p2pstream.data.hasher import hasher_for
from p2pstream.data.state import Pins, StateFolder, kept_identity
from p2pstream.data.store import Store
from p2pstream.data.store.reader import StoreReader
from p2pstream.data.trees import Trees
from p2pstream.data.turns import Turns
from p2pstream.peer.centrals.announcer import Announcer
from p2pstream.peer.centrals.called import Called
from p2pstream.peer.centrals.central_line import Lines
from p2pstream.peer.centrals.doorstep import Doorstep
from p2pstream.peer.centrals.firewall import firewall_in_use
from p2pstream.peer.centrals.own_tickets import OwnTickets, TicketLine
from p2pstream.peer.centrals.reachability import Reachability
from p2pstream.peer.dials import Dials
from p2pstream.peer.fetching.exchange import Exchange
from p2pstream.peer.fetching.keeping import FETCH_PINS, SOCKET, remembered
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.fetching.stored import Stored
from p2pstream.peer.folders.changes import PeerChanges
from p2pstream.peer.folders.library import Library
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.doubts import Doubts
from p2pstream.peer.keys.hashes import SharedHashes
from p2pstream.peer.keys.keyed_streams import KeyedStreams
from p2pstream.peer.keys.keying import Keying
from p2pstream.peer.live.viewing import Watching
from p2pstream.peer.names.book import Book
from p2pstream.peer.names.book_file import BookFile
from p2pstream.peer.node import PeerNode
from p2pstream.peer.publicity import Ours, Publicity
from p2pstream.peer.residency.downloads import Downloads
from p2pstream.peer.residency.residence import Residence
from p2pstream.peer.service import PeerService
from p2pstream.peer.view import PeerView
from p2pstream.peer.ways import Ways
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.client import CentralClient
from p2pstream.protocols.native.calls import Calls, WelcomingNative
from p2pstream.protocols.native.visits import Visits
from p2pstream.protocols.registry import Registry
from p2pstream.roles.ground import Ground
from p2pstream.roles.on_screens import OnScreens
from p2pstream.roles.peer_bounds import PeerBounds
from p2pstream.roles.peer_films import PeerFilms
from p2pstream.roles.speaking import speaking
from p2pstream.roles.state import PINS, pinned_in
from p2pstream.roles.web_parts import kept_token, peer_resources
from p2pstream.settings import PeerSettings
from p2pstream.transport.networks.reach import told_host, who_reaches
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.transport.private import listen_privately
from p2pstream.web.gateway import Gateway
from p2pstream.web.live.gateway import live_gateway
from p2pstream.web.live.resources import broadcasts_of
from p2pstream.web.streams import shared_streams

__all__ = ["PeerParts"]


class PeerParts:
    """All of one peer, ready to be started.  Reads small files of its state: blocks for a moment.

    :param folders: what it shares, absolute paths.
    :raises errors.StorageError: what it knows from earlier runs is damaged, or newer than this program.
    """

    def __init__(self, ground: Ground, settings: PeerSettings, folders: Sequence[str]) -> None:
        bounds = PeerBounds(ground, settings)
        ground = self._ground = bounds.applied(ground)
        self._told = told_host(settings.ip or "0.0.0.0")
        reactor, workers, limits = ground.reactor, ground.workers, ground.limits
        shares = Shares(ground, folders, who_reaches(self._told), bounds.kept.folders)
        cache, trees = HashCache(ground.state.disk, workers, limits), Trees(ground.state.disk, workers)
        hashes = SharedHashes(ground, shares, cache, trees)
        keying = Keying(ground, hashes, shares.look_again)
        reader = StoreReader(ground.state.disk, workers, reactor, limits)
        self._given = OwnStreams()
        self._films = PeerFilms(ground, shares, keying, settings)
        streams = KeyedStreams(
            shares, keying.keyed, hashes, workers, reader, limits, self._given, self._films.sides
        )
        doubts = Doubts(ground, shares, keying, reader)
        #: What protocols are given of it.
        self.node = PeerNode(ground, shares, streams, doubts, self._exchange(settings))
        self._give(settings)
        self._dials = dials = Dials(reactor, limits, _own(settings))
        pins = Pins(ground.state.disk, PINS, workers, limits)
        known = KnownCentrals(pins, pinned_in(ground.state.folder))
        called = Called(self.node, dials, self.where)
        #: Dials centrals in its name.
        self.lines = Lines(self.node, dials, known, self.where, called.called)
        #: Whether others can dial it, as far as is known.
        self.reachability = Reachability(ground.events, self._told, firewall_in_use())
        #: Centrals that we announce to, once we do; what is fetched, where something is.
        self._announcer: Announcer | None = None
        self._downloads: Downloads | None = None
        publicity = self._publicity(settings, shares, hashes, keying, Stored(ground, reader))
        doorstep = Doorstep(self.node, settings.port)
        doorstep.share(lambda: self.service.address.port, lambda: succeed(None))
        residence = self._residence(bounds, doorstep, streams)
        speech = self._speech(doorstep if residence else None)
        self._show(shares, keying, bounds, speech)
        #: Listens and serves.
        parts = settings.ip or "", settings.port, self._told, publicity, called, residence, ground.neighbours
        self.service = PeerService(self.node, shares, speech, *parts)
        self.running = self._running(shares, keying, settings)

    def _running(self, shares: Shares, keying: Keying, settings: PeerSettings) -> Any:
        """What is to be run: the service, or where screens are to find it one around that."""
        if not settings.dlna:
            return self.service
        library = Library(shares, keying.keyed, self._films.sides)
        return OnScreens(self.service, self._ground, self.node, library, self._dials, settings.ip or "")

    def _speech(self, doorstep: Doorstep | None) -> SniffedFactory:
        """What is spoken; peers that were called for a program of this user come there as well."""
        own = WelcomingNative(Calls(self.node, doorstep.calls)) if doorstep is not None else None
        return speaking(self.node, self._ground.state.shown, own)

    def _exchange(self, settings: PeerSettings) -> Exchange | None:
        """What tells peers of each other, unless that is not wished."""
        ground = self._ground
        tickets = OwnTickets(ground.reactor, self._ticket_lines, ground.limits)
        return None if settings.no_exchange else Exchange(ground, tickets.of, self._centrals)

    def _give(self, settings: PeerSettings) -> None:
        """Have others get by HTTP what is shared; and broadcasts that are watched here, as peers, too."""
        live, node = self._given.live, self.node
        node.visits = Visits(node.limits)
        node.hostnames, node.live = settings.hostname, live
        node.resources.update({**shared_streams(node), **self._films.resources(node)})
        node.resources[b"live"] = broadcasts_of(live, node.reactor, node.limits)

    def _show(self, shares: Shares, keying: Keying, bounds: PeerBounds, speech: SniffedFactory) -> None:
        """Have HTTP show how it is, and take changes, where somebody may look."""
        ground = self._ground
        if ground.instruments is None or self._announcer is None:
            return
        changes = PeerChanges(ground, shares, bounds.file, bounds.kept, bounds.settings, bounds.apply)
        view = PeerView(
            ground,
            ground.instruments,
            lambda: str(self.where()) if self.service.listens else "",
            lambda: (speech.connections, speech.undecided),
            shares,
            keying,
            self._announcer,
            self._downloads,
            lambda: changes.allowed,
            self._films.duration_ms,
        )
        self._films.observe(lambda film: view.changed(Topic.SHARES))
        changes.turned = view.changed
        token = kept_token(ground.state.disk)
        self.node.resources.update(peer_resources(view, changes, token, ground.reactor, ground.limits))

    def _residence(self, bounds: PeerBounds, doorstep: Doorstep, streams: KeyedStreams) -> Residence | None:
        """Where this user's programs have films fetched, and what fetches them; a real disk is needed."""
        ground = self._ground
        disk, reactor, workers, limits = ground.state.disk, ground.reactor, ground.workers, ground.limits
        if not isinstance(disk, StateFolder):
            return None
        registry = Registry(ground.events)
        registry.load()
        hasher = hasher_for(reactor, workers, limits)
        syncs = Turns(workers)
        bounds.store = store = Store(disk, workers, reactor, bounds.cache, limits, hasher, syncs)
        self._downloads = downloads = Downloads(
            self.node,
            Ways(registry, store, doorstep=doorstep, neighbours=ground.neighbours),
            lambda pins: partial(self._ask, pins),
            hasher,
            partial(remembered, disk, syncs, limits),
            self._given,
            streams,
            Watching(disk, limits.live_page_delay_s, limits.live_window_s),
        )
        self.node.resources[b"stream"] = Gateway(downloads, reactor, limits)
        self.node.resources[b"stream-live"] = live_gateway(downloads, reactor, limits)
        pins = Pins(disk, PINS, workers, limits)
        self.node.resources.update(self._films.gateways(downloads, self.node, partial(self._ask, pins)))
        return Residence(
            downloads,
            reactor,
            lambda factory: listen_privately(reactor, disk, SOCKET, factory, limits),
            limits,
        )

    def _publicity(
        self, settings: PeerSettings, shares: Shares, hashes: SharedHashes, keying: Keying, stored: Stored
    ) -> Publicity:
        """What tells centrals of it, and signs the names."""
        ground, disk = self._ground, self._ground.state.disk
        book = Book(kept_identity(disk, "peer/publisher", os.urandom), ground.wall_ms, ground.limits)
        file = BookFile(ground, book, disk)
        file.load()
        ours = Ours(keying.keyed, book, stored, self._given, self._films.sides)
        named = settings.central is not PeerSettings.central
        self._announcer = announcer = Announcer(
            ground, settings.central, self.lines.dial, ours, self.reachability, named
        )
        self._given.changed = announcer.changed
        return Publicity(ground, shares, hashes, keying, file, announcer, stored, self._films.sides)

    def _ask(self, pins: Pins, *centrals: Address) -> CentralClient:
        """What asks these: on the connection that there is, else on one of its own.

        For that, as commands do, it knows them by what commands know of them.
        """
        known = KnownCentrals(pins, f"{self._ground.state.folder}/{FETCH_PINS}")
        there = {each: line for each in centrals if (line := self.lines.there(each)) is not None}
        lines = [
            there.get(each) or CentralLine(each, self.node, self._dials, known.counting_at(each))
            for each in centrals
        ]
        return CentralClient(lines, self.node, there.values())

    def _ticket_lines(self) -> Sequence[TicketLine]:
        return () if self._announcer is None else self._announcer.lines

    def _centrals(self) -> Collection[bytes]:
        return self.lines.ids()

    def where(self) -> Address:
        """Where others find it, once it listens."""
        return Address(self._told, self.service.address.port)


def _own(settings: PeerSettings) -> Address | None:
    """Whom connections come from: others are told of the address that they see."""
    if settings.ip in (None, "0.0.0.0", "::"):
        return None
    return Address(settings.ip or "", 1)
