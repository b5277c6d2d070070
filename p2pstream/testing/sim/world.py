"""Hosts, what runs on them, and what they make of one film."""

from __future__ import annotations

import time
from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.content.links import Link
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.client import Client
from p2pstream.peer.streams import OpenStream
from p2pstream.roles.peer_parts import PeerParts
from p2pstream.testing.nearby import MemoryNeighbourhood
from p2pstream.testing.sim.film import SimFilm
from p2pstream.testing.sim.host import Host
from p2pstream.testing.sim.network import SimNetwork
from p2pstream.testing.sim.programs import Process
from p2pstream.testing.sim.viewer import ModelViewer
from p2pstream.testing.sim.ways import Access

__all__ = ["Actor", "World"]


class Actor:
    """A host and what runs on it now.

    :ivar viewer: who watches there; None: nobody, or not yet.
    :ivar fault: why there is nothing to watch.
    """

    def __init__(self, world: World, host: Host) -> None:
        self.world = world
        self.host = host
        self.process: Process = world.process(host)
        self.stream: OpenStream | None = None
        self.viewer: ModelViewer | None = None
        self.fault: Failure | None = None

    def share(self, *folders: str, bend: Callable[[PeerParts], None] | None = None) -> None:
        """Run a peer: it serves what lies on its disk, and in real folders.

        :param bend: changes something of it before it begins.
        """
        parts = self.process.peer(self.world.central, folders)
        if bend is not None:
            bend(parts)
        self.process.begin(parts)

    def watch(self, **how: float) -> None:
        """Run a viewer of the film, who gives what he has to others.

        :param how: as `ModelViewer` wants it.
        """
        began = self.world.network.clock.seconds()
        self._open().addCallbacks(lambda stream: self._watch(stream, began, how), self._failed)

    def fetch(self, bend: Callable[[Client], None] | None = None) -> None:
        """Run a fetcher, which nobody watches, and which gives what it has to others.

        :param bend: changes something of it before it begins; it gives nothing then.
        """
        self._open(bend).addCallbacks(self._opened, self._failed)

    def _open(self, bend: Callable[[Client], None] | None = None) -> Deferred[OpenStream]:
        return Deferred.fromCoroutine(self._begin(self.process.client(), bend))

    async def _begin(self, client: Client, bend: Callable[[Client], None] | None) -> OpenStream:
        central = self.world.central
        if bend is None:
            await client.give()
        else:
            bend(client)
        stream = await client.fetch(Link(central, self.world.film.name))
        client.listed_at(central)
        return stream

    def restart(self, empty: bool = False) -> None:
        """A new process, on a disk that may be new."""
        self.host.start(empty)
        self.process = self.world.process(self.host)
        self.stream = self.viewer = self.fault = None

    def _opened(self, stream: OpenStream) -> None:
        self.stream = stream
        stream.done.addErrback(self._failed)
        self.process.closes(stream.close)

    def _watch(self, stream: OpenStream, began: float, how: dict[str, float]) -> None:
        self._opened(stream)
        film = self.world.film
        self.viewer = ModelViewer(self.process.reactor, stream.data, film.content, film.rate, **how)
        self.viewer.began = began

    def _failed(self, failure: Failure) -> None:
        self.fault = failure


class World:
    """A central on a host of its own, and as many members as are wanted; all of them begin at once.

    :param film: what everybody wants.
    :param seed: all chance comes from it.
    """

    def __init__(self, film: SimFilm, seed: int = 0, limits: Limits = LIMITS) -> None:
        self.film = film
        self.limits = limits
        self.network = SimNetwork(seed)
        self.actors: dict[str, Actor] = {}
        # Records are signed with the time of day, and are valid for some weeks of it.
        self._wall_ns = time.time_ns() + 5_000_000_000
        actor = self.join("central")
        #: Where the central is, and what it is made of now.
        self.central = Address(actor.host.ip, CENTRAL_PORT)
        self.central_parts = actor.process.central()

    def begin_central(self) -> None:
        """A new one in the place of the old, which knows nothing."""
        self.actors["central"].restart(empty=False)
        self.central_parts = self.actors["central"].process.central()

    def join(self, name: str, access: Access | None = None, ip: str | None = None) -> Actor:
        """A new host, on which nothing runs yet; without ``ip``, in a network of its own."""
        self.actors[name] = Actor(self, self.network.host(name, access, ip))
        return self.actors[name]

    def introduce(self, *actors: Actor) -> None:
        """These are on one local network, and find each other there; before anything runs on them."""
        neighbourhood = MemoryNeighbourhood()
        for actor in actors:
            actor.host.neighbourhood = neighbourhood

    def process(self, host: Host) -> Process:
        """A new process on a host."""
        return Process(host, self._wall, self.film.memo, self.limits)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.network.clock.advance(seconds)

    def stop(self) -> None:
        """End everything in good order."""
        for actor in self.actors.values():
            if not actor.host.pulse.over:
                actor.host.thaw()
                Deferred.fromCoroutine(actor.process.stop()).addErrback(lambda _: None)
        self.run(self.limits.stop_s)
        for actor in self.actors.values():
            actor.host.kill()

    def _wall(self) -> int:
        return self._wall_ns + int(self.network.clock.seconds() * 1e9)
