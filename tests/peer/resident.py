"""A peer that runs for a user whose other programs find it, without a socket."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import FileKey
from p2pstream.content.links import Link
from p2pstream.content.listed import NATIVE, ListedPeer
from p2pstream.content.names import NameTable
from p2pstream.content.units import UNIT
from p2pstream.data.hasher import ThreadHasher
from p2pstream.data.state import StateFolder
from p2pstream.data.store import Store
from p2pstream.limits import LIMITS
from p2pstream.peer.centrals.doorstep import Doorstep
from p2pstream.peer.fetching.keeping import remembered
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.node import PeerNode
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.residency.downloads import Downloads
from p2pstream.peer.residency.resident_stream import fetch_through
from p2pstream.peer.streams import OpenStream, Streams
from p2pstream.peer.ways import Ways
from p2pstream.protocols.node import Means
from p2pstream.protocols.resident.asking import Resident
from p2pstream.protocols.resident.messages import Fetch
from p2pstream.protocols.resident.serving import ResidentFactory
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream
from p2pstream.testing.wires.endpoints import MemoryEndpoint
from p2pstream.testing.workers import InlineWorkers
from tests.peer.viewing import LINK, SEED, Central, Speech, listed


class NoShares:
    """An empty share."""

    offers = NameTable()


class SharedFilms:
    """What lies in a folder that is shared."""

    def __init__(self) -> None:
        self.films: dict[FileKey, FilmStream] = {}

    def __contains__(self, key: object) -> bool:
        """Whether it does."""
        return key in self.films

    def open(self, key: FileKey) -> Deferred[Any]:
        """For one reader."""
        return succeed(self.films[key])


class ResidentPeer:
    """A peer that runs on a folder of state, without a socket."""

    def __init__(
        self, clock: HeapClock, folder: Path, speech: Speech, central: Central, quota: int | None = None
    ) -> None:
        self.sent = 7
        self.clock, self.workers = clock, InlineWorkers()
        self.disk = StateFolder(folder)
        self.store = Store(self.disk, self.workers, clock, quota)
        self.told = HeardEvents()
        self.own, self.shared = OwnStreams(), SharedFilms()
        shares: Any = NoShares()
        self.node = PeerNode(Means(clock, self.told, self.workers, Random(3)), shares)
        loaded: Any = speech
        self.downloads = Downloads(
            self.node,
            Ways(loaded, self.store, doorstep=Doorstep(self.node)),
            lambda pins: lambda *_: central,
            ThreadHasher(self.workers),
            partial(remembered, self.disk, self.workers, LIMITS),
            self.own,
            self.shared,
        )
        self.factory = ResidentFactory(self.downloads.open, lambda: self.sent, clock, lambda transport: True)
        self.endpoint = MemoryEndpoint(clock, lambda: self.factory.buildProtocol(None))
        self.resident = Resident(self.endpoint, lambda transport: True)

    def stop(self) -> Deferred[None]:
        """As a service."""
        self.factory.hang_up()
        return self.downloads.close()


class ResidentCase(SynchronousTestCase):
    #: Units of the film, and bytes that the peer's cache has room for.
    units, quota = 9, None

    def setUp(self) -> None:
        """A central that knows a seed, and a peer of this user that fetches nothing yet."""
        self.film = proven_film(self.units * UNIT + 7)
        self.clock, self.heard = HeapClock(), HeardEvents()
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.speech = Speech({self.film.key: self.film})
        self.central = Central([listed(self.film, ListedPeer(SEED, flags=NATIVE))])
        self.begin()
        #: What was fetched without it.
        self.alone: list[Link] = []

    def begin(self) -> None:
        """Start it."""
        self.peer = ResidentPeer(self.clock, self.folder / "state", self.speech, self.central, self.quota)
        self.addCleanup(self.peer.disk.close)

    def fetch_alone(self, link: Link) -> Deferred[OpenStream]:
        """As a command does."""
        self.alone.append(link)
        disk = StateFolder(self.folder / "state")
        self.addCleanup(disk.close)
        workers = InlineWorkers()
        node = PlayerNode(Means(self.clock, self.heard, workers, Random(4)))
        store = Store(disk, workers, self.clock)
        speech: Any = self.speech
        return Streams(node, Ways(speech, store, lambda *_: self.central)).open(link, self.into)

    into: str | None = None

    def opening(self, **wanted: Any) -> Deferred[OpenStream]:
        """Ask for the film."""
        self.into = wanted.get("into")
        asked = fetch_through(
            self.peer.resident, Fetch(str(LINK), **wanted), self.fetch_alone, self.heard, self.clock
        )
        return Deferred.fromCoroutine(asked)

    def opened(self, **wanted: Any) -> Any:
        """It is open."""
        opening = self.opening(**wanted)
        self.clock.run_until(lambda: opening.called, 60.0)
        stream = self.successResultOf(opening)
        self.addCleanup(stream.close)
        return stream

    def send(self, done: Callable[[], bool], rounds: int = 200) -> None:
        """Peers send what they are asked for, until this is so."""
        for _ in range(rounds):
            if done():
                return
            for peer in self.speech.peers:
                peer.step()
            self.clock.advance(0.05)
        raise AssertionError("it never was so")

    def close(self, stream: Any) -> None:
        """Close it, and let the other end notice."""
        self.successResultOf(stream.close())
        self.clock.advance(0.1)
