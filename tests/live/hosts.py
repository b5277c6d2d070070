"""Whole nodes on simulated hosts: real links, sessions, meshes and windows, on one clock."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from math import inf
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import TCP4ClientEndpoint

from p2pstream.content.addresses import Address
from p2pstream.content.keys import LiveKey
from p2pstream.content.signing import Identity
from p2pstream.data.live import LiveData
from p2pstream.limits import LIMITS
from p2pstream.live.broadcast import Broadcast
from p2pstream.live.mesh.neighbours import bits
from p2pstream.live.relay import Relay
from p2pstream.live.reopening import reopen
from p2pstream.peer.live.crew import LiveCrew
from p2pstream.peer.live.streams import LiveStreams
from p2pstream.protocols.native.links import serving
from p2pstream.protocols.native.live.dialling import dial_live
from p2pstream.protocols.node import Means, Node
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.node import Names
from p2pstream.testing.sim.host import Host
from p2pstream.testing.sim.network import SimNetwork
from p2pstream.testing.sim.reactor import SimReactor
from p2pstream.testing.sim.ways import Access, Way
from p2pstream.testing.workers import InlineWorkers
from p2pstream.transport.turns.uplink import uplink_for

CHANNEL = Identity(b"c" * 32)
KEY = LiveKey(CHANNEL.id)
PORT = 2050


class PartNode(Node):
    """A node that takes part in broadcasts, and has nothing else."""

    role = "peer"


class LiveHost:
    """One process on one host, that broadcasts or watches."""

    def __init__(self, stage: Stage, host: Host, uplink: int) -> None:
        self.stage = stage
        self.host = host
        self.reactor = SimReactor(host)
        self.uplink = uplink
        means = Means(
            self.reactor,
            host.events,
            InlineWorkers(),
            host.random,
            stage.limits,
            Identity.generate(host.random.randbytes(32)),
            uplink=uplink_for(self.reactor, uplink * 125 if stage.paced else None, limits=stage.limits),
        )
        # As in programs: strangers who come meet another node than those whom we dial.
        self.node, self.giving = PartNode(means, Names([])), PartNode(means, Names([]))
        self.streams = self.giving.live = LiveStreams()
        self.data = LiveData(KEY, host.disk, InlineWorkers(), 600.0, stage.limits)
        self.party: Any = None
        self.consumer = CollectingConsumer()
        self.position: int | None = None
        self.began: float | None = None
        self.at = stage.network.clock.seconds()
        #: When each leaf was here.
        self.came: dict[int, float] = {}
        #: How often each leaf came that was here.
        self.again = Counter[int]()
        self._put = self.data.put
        self.data.put = self._noted  # type: ignore[method-assign]
        host.network.listen(host, PORT, serving(self.giving), self.reactor)

    def _noted(self, epoch: int, leaf: int, content: bytes) -> bool:
        self.again[epoch << 32 | leaf] += self.data.has(epoch, leaf)
        new = self._put(epoch, leaf, content)
        if new:
            self.came.setdefault(epoch << 32 | leaf, self.reactor.seconds())
        return new

    def broadcast(self, epoch: int = 1, last: Any = None) -> Broadcast:
        """Be the source."""
        limits, wall = self.stage.limits, self.stage.wall_ms
        self.party = Broadcast(
            CHANNEL, self.data, self.reactor, InlineWorkers(), wall, self.uplink, epoch, last, limits
        )
        self._take_part()
        return self.party  # type: ignore[no-any-return]

    def go_on(self) -> Broadcast:
        """Be the source again, behind what is on the disk."""
        found: list[Any] = []
        reopen(self.data, self.host.disk, InlineWorkers()).addCallback(found.append)
        return self.broadcast(*found[0])

    def watch(self, delay_s: float) -> None:
        """Watch, and give on."""
        limits = self.stage.limits
        self.party = Relay(self.data, self.reactor, self.host.random, delay_s, self.uplink, limits)
        self.party.when_tuned().addCallbacks(self._tuned, lambda failure: None)
        self._take_part()
        self.crew = LiveCrew(self.node, self._find, self._dial, self.party)
        self.crew.begin()

    def kill(self) -> None:
        """The process is gone."""
        self.host.kill()

    def holes(self, since: float, until: float) -> int:
        """How many leaves that were signed meanwhile are not here."""
        begins = self.party.mesh.begins or 0
        return sum(
            1
            for number, at in self.stage.made.items()
            if since <= at < until and number >= begins and number not in self.came
        )

    def late(self, since: float, until: float = inf) -> list[float]:
        """How long after they were signed leaves came."""
        made = self.stage.made
        return [
            at - made[number] for number, at in self.came.items() if since <= made.get(number, -1.0) < until
        ]

    def twice(self, since: float, until: float = inf) -> int:
        """How many came that were here, of the leaves that were signed meanwhile."""
        made = self.stage.made
        return sum(count for number, count in self.again.items() if since <= made.get(number, -1.0) < until)

    def neighbours(self, what: str) -> list[tuple[str, int]]:
        """The sub-streams that each neighbour takes, or pushes, by its host, one by one."""
        met, mesh = self.party.neighbours, self.party.mesh
        return [
            (each.address.rsplit(":", 1)[0], stream)
            for each in met.all()
            for stream in bits(getattr(mesh._neighbours[met.peer(each)], what))
        ]

    def _take_part(self) -> None:
        self.streams.add(self.party)
        self.party.begin()

    def _tuned(self, position: int) -> None:
        self.position, self.began = position, self.reactor.seconds()
        self.data.read_to(self.consumer, position).addErrback(lambda failure: None)

    def _find(self) -> Deferred[Sequence[Address]]:
        there = [each for each in self.stage.hosts if each is not self and not each.host.pulse.over]
        chosen = self.host.random.sample(there, min(12, len(there)))
        addresses: Sequence[Address] = [Address(each.host.ip, PORT) for each in chosen]
        return succeed(addresses)

    def _dial(self, address: Address) -> Deferred[Any]:
        endpoint = TCP4ClientEndpoint(self.reactor, address.host, address.port, 5)
        return dial_live(endpoint, self.node, self.party)


class Stage:
    """All of them.

    :param rate: bits a second.
    :param way_s: from a host into the network, or out of it.
    :param paced: nobody sends more than it says it can; else links send what the way carries.
    """

    def __init__(
        self, rate: float = 1e6, seed: int = 1, limits: Any = LIMITS, way_s: float = 0.01, paced: bool = False
    ) -> None:
        self.network = SimNetwork(seed)
        self.limits = limits
        self.rate = rate
        self.chance = Random(seed)
        self.hosts: list[LiveHost] = []
        self.made: dict[int, float] = {}
        self.fed = b""
        self.paced = paced
        self._way_s = way_s
        self._left = 0.0
        self._wall = time.time_ns() // 1_000_000
        self.home = self.join("source", 3.3)
        self.source: Any = self.home.broadcast()

    def wall_ms(self) -> int:
        """The source's clock."""
        return self._wall + int(self.network.clock.seconds() * 1000)

    def join(self, name: str, copies: float) -> LiveHost:
        """A new host, which can send so many copies."""
        up = copies * self.rate
        access = Access(Way(up / 8, self._way_s), Way(8 * self.rate / 8, self._way_s))
        self.hosts.append(LiveHost(self, self.network.host(name, access), int(up / 1000)))
        return self.hosts[-1]

    def watch(self, count: int, copies: float = 3.0, delay_s: float = 2.0) -> list[LiveHost]:
        """So many more who watch."""
        new = [self.join(f"viewer-{len(self.hosts)}", copies) for _ in range(count)]
        for each in new:
            each.watch(delay_s)
        return new

    def kill(self, host: LiveHost) -> None:
        """Its process ends."""
        host.kill()
        self.hosts.remove(host)

    def restart_source(self) -> None:
        """A new process on the source's disk."""
        self.hosts.remove(self.home)
        self.home.host.start()
        self.home = LiveHost(self, self.home.host, self.home.uplink)
        self.hosts.insert(0, self.home)
        self.source = self.home.go_on()

    def run(self, seconds: float, feed: bool = True) -> None:
        """Let time pass; every half second one may begin to watch."""
        for _ in range(round(seconds / 0.04)):
            if feed:
                self._feed()
            self.network.clock.advance(0.04)
            edge = self.source.lineage.edge
            for leaf in range(edge.stop if edge else 0):
                self.made.setdefault(edge.epoch << 32 | leaf, self.network.clock.seconds())

    def _feed(self) -> None:
        self._left += self.rate / 8 * 0.04
        count, self._left = int(self._left), self._left % 1
        content = self.chance.randbytes(16) * (count // 16 + 1)
        self.source.put(content[:count], int(self.network.clock.seconds() * 25) % 12 == 0)
        self.fed += content[:count]
