"""A peer, put together."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from twisted.internet.defer import succeed

from p2pstream.content.addresses import Address
from p2pstream.data.hash_cache import HashCache
from p2pstream.data.hasher import hasher_for
from p2pstream.data.state import Pins, StateFolder, kept_identity
from p2pstream.data.store import Store
from p2pstream.data.store.reader import StoreReader
from p2pstream.data.trees import Trees
from p2pstream.peer.announcer import Announcer
from p2pstream.peer.book import Book
from p2pstream.peer.book_file import BookFile
from p2pstream.peer.called import Called
from p2pstream.peer.central_line import Lines
from p2pstream.peer.dials import Dials
from p2pstream.peer.doorstep import Doorstep
from p2pstream.peer.doubts import Doubts
from p2pstream.peer.downloads import Downloads
from p2pstream.peer.exchange import Exchange
from p2pstream.peer.firewall import firewall_in_use
from p2pstream.peer.hashes import SharedHashes
from p2pstream.peer.keeping import FETCH_PINS, SOCKET, remembered
from p2pstream.peer.keyed_streams import KeyedStreams
from p2pstream.peer.keying import Keying
from p2pstream.peer.node import PeerNode
from p2pstream.peer.own_streams import OwnStreams
from p2pstream.peer.own_tickets import OwnTickets, TicketLine
from p2pstream.peer.publicity import Ours, Publicity
from p2pstream.peer.reachability import Reachability
from p2pstream.peer.residence import Residence
from p2pstream.peer.service import PeerService
from p2pstream.peer.shares import Shares
from p2pstream.peer.stored import Stored
from p2pstream.peer.ways import Ways
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.client import CentralClient
from p2pstream.protocols.registry import Registry
from p2pstream.roles.ground import Ground
from p2pstream.roles.reach import told_host, who_reaches
from p2pstream.roles.speaking import speaking
from p2pstream.roles.state import PINS, pinned_in
from p2pstream.settings import PeerSettings
from p2pstream.transport.private import listen_privately
from p2pstream.transport.uplink import shorter_runs, uplink_for

__all__ = ["PeerParts"]


class PeerParts:
    """All of one peer, ready to be started.  Reads small files of its state: blocks for a moment.

    :param folders: what it shares, absolute paths.
    :raises errors.StorageError: what it knows from earlier runs is damaged, or newer than this program.
    """

    def __init__(self, ground: Ground, settings: PeerSettings, folders: Sequence[str]) -> None:
        ground = self._ground = _bounded(ground, settings)
        self._told = told_host(settings.ip or "0.0.0.0")
        reactor, workers, limits = ground.reactor, ground.workers, ground.limits
        shares = Shares(ground, folders, who_reaches(self._told))
        cache, trees = HashCache(ground.state.disk, workers, limits), Trees(ground.state.disk, workers)
        hashes = SharedHashes(ground, shares, cache, trees)
        keying = Keying(ground, hashes, shares.look_again)
        reader = StoreReader(ground.state.disk, workers, reactor, limits)
        self._given = OwnStreams()
        streams = KeyedStreams(shares, keying.keyed, hashes, workers, reader, limits, self._given)
        doubts = Doubts(ground, shares, keying, reader)
        tickets = OwnTickets(reactor, self._ticket_lines, limits)
        exchange = None if settings.no_exchange else Exchange(ground, tickets.of, self._centrals)
        #: What protocols are given of it.
        self.node = PeerNode(ground, shares, streams, doubts, exchange)
        self._dials = dials = Dials(reactor, limits, _own(settings))
        pins = Pins(ground.state.disk, PINS, workers, limits)
        known = KnownCentrals(pins, pinned_in(ground.state.folder))
        called = Called(self.node, dials, self.where)
        #: Dials centrals in its name.
        self.lines = Lines(self.node, dials, known, self.where, called.called)
        #: Whether others can dial it, as far as is known.
        self.reachability = Reachability(ground.events, self._told, firewall_in_use())
        #: Centrals that we announce to, once we do.
        self._announcer: Announcer | None = None
        publicity = self._publicity(settings, shares, hashes, keying, Stored(ground, reader))
        doorstep = Doorstep(self.node, settings.port)
        doorstep.share(lambda: self.service.address.port, lambda: succeed(None))
        disk, residence = ground.state.disk, None
        if isinstance(disk, StateFolder):
            residence = self._residence(disk, settings, doorstep, streams)
        calls = doorstep.calls if residence is not None else None
        speech = speaking(self.node, ground.state.credentials, calls)
        host = settings.ip or ""
        #: Listens and serves.
        self.service = PeerService(
            self.node, shares, speech, host, settings.port, self._told, publicity, called, residence
        )

    def _residence(
        self,
        disk: StateFolder,
        settings: PeerSettings,
        doorstep: Doorstep,
        streams: KeyedStreams,
    ) -> Residence:
        """Where this user's programs have films fetched, and what fetches them."""
        ground = self._ground
        reactor, workers, limits = ground.reactor, ground.workers, ground.limits
        registry = Registry(ground.events)
        registry.load()
        cache, hasher = settings.cache_size or limits.store_cache_bytes, hasher_for(reactor, workers, limits)
        store = Store(disk, workers, reactor, cache, limits, hasher)
        downloads = Downloads(
            self.node,
            Ways(registry, store, doorstep=doorstep),
            lambda pins: partial(self._ask, pins),
            hasher,
            partial(remembered, disk, workers, limits),
            self._given,
            streams,
        )
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
        ours = Ours(keying.keyed, book, stored, self._given)
        named = settings.central is not PeerSettings.central
        self._announcer = announcer = Announcer(
            ground, settings.central, self.lines.dial, ours, self.reachability, named
        )
        self._given.changed = announcer.changed
        return Publicity(ground, shares, hashes, keying, file, announcer, stored)

    def _ask(self, pins: Pins, *centrals: Address) -> CentralClient:
        """What asks these; as commands do, it knows them by what commands know of them."""
        known = KnownCentrals(pins, f"{self._ground.state.folder}/{FETCH_PINS}")
        lines = [CentralLine(each, self.node, self._dials, known.counting_at(each)) for each in centrals]
        return CentralClient(lines, self.node)

    def _ticket_lines(self) -> Sequence[TicketLine]:
        return () if self._announcer is None else self._announcer.lines

    def _centrals(self) -> Collection[bytes]:
        return self.lines.ids()

    def where(self) -> Address:
        """Where others find it, once it listens."""
        return Address(self._told, self.service.address.port)


def _bounded(ground: Ground, settings: PeerSettings) -> Ground:
    """What is sent is within the settings."""
    limits = shorter_runs(ground.limits, settings.upload_limit)
    uplink = uplink_for(ground.reactor, settings.upload_limit, settings.limit_local, limits)
    return replace(ground, limits=limits, uplink=uplink)


def _own(settings: PeerSettings) -> Address | None:
    """Whom connections come from: others are told of the address that they see."""
    if settings.ip in (None, "0.0.0.0", "::"):
        return None
    return Address(settings.ip or "", 1)
