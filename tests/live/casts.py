"""Whole broadcasts in memory: a source, viewers, and a clock that is stepped."""

from __future__ import annotations

from random import Random
from typing import Any

from twisted.internet.task import Clock

from p2pstream.content.keys import LiveKey
from p2pstream.content.signing import Identity
from p2pstream.data.live import LiveData
from p2pstream.interfaces import ILiveParty
from p2pstream.limits import LIMITS
from p2pstream.live.broadcast import Broadcast
from p2pstream.live.relay import Relay
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.live.live import DirectNeighbour, LeafUplink, introduce
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers

CHANNEL = Identity(b"c" * 32)
KEY = LiveKey(CHANNEL.id)
#: The source's clock, when everything begins; nobody else's.
BEGAN_MS = 1_800_000_000_000


class Watcher:
    """A viewer: its relay, its window, and what it read of it, when."""

    def __init__(self, cast: Cast, delay_s: float, uplink: int) -> None:
        self.cast = cast
        self.data = LiveData(KEY, MemoryDisk(), InlineWorkers(), 600.0, cast.limits)
        self.relay = Relay(self.data, cast.clock, Random(cast.chance.random()), delay_s, uplink, cast.limits)
        self.uplink = LeafUplink(cast.clock, max(uplink, 1) * 125.0)
        self.consumer = CollectingConsumer()
        self.began: float | None = None
        self.joined_at = cast.clock.seconds()
        #: When each leaf was here, by its number.
        self.came: dict[int, float] = {}
        self.relay.when_tuned().addCallbacks(self._tuned, lambda failure: None)
        self._put = self.data.put
        self.data.put = self._noted  # type: ignore[method-assign]
        self.relay.begin()

    def _noted(self, epoch: int, leaf: int, content: bytes) -> bool:
        new = self._put(epoch, leaf, content)
        if new:
            self.came[epoch << 32 | leaf] = self.cast.clock.seconds()
        return new

    def _tuned(self, position: int) -> None:
        self.began = self.cast.clock.seconds()
        self.position = position
        self.data.read_to(self.consumer, position).addErrback(lambda failure: None)

    def late(self, since: float = 0.0) -> list[float]:
        """How long after it was signed each leaf came."""
        made = self.cast.made
        return sorted(at - made[number] for number, at in self.came.items() if made[number] >= since)

    def holes(self, since: float, until: float) -> int:
        """How many leaves that were signed meanwhile are not here."""
        begins = self.relay.mesh.begins or 0
        return sum(
            1
            for number, at in self.cast.made.items()
            if since <= at < until and number >= begins and number not in self.came
        )


class Cast:
    """A source that is fed at a rate, and all who watch.

    :param rate: bits a second.
    """

    def __init__(
        self, rate: float = 1e6, limits: Any = LIMITS, seed: int = 1, uplink: int | None = None
    ) -> None:
        self.clock = Clock()
        self.limits = limits
        self.rate = rate
        self.chance = Random(seed)
        self.fed = b""
        #: How much later than it captured something the source says so.
        self.behind_s = 0.0
        self.made: dict[int, float] = {}
        self.disk = MemoryDisk()
        self.watchers: list[Watcher] = []
        self.uplinks: dict[ILiveParty, LeafUplink] = {}
        self._uplink = int(3.3 * rate / 1000)
        self._left = 0.0
        self.source = self.make_source()

    def make_source(self, **options: Any) -> Broadcast:
        """A source on the disk."""
        data = options.pop("data", None) or LiveData(KEY, self.disk, InlineWorkers(), 600.0, self.limits)
        source = Broadcast(
            CHANNEL,
            data,
            self.clock,
            InlineWorkers(),
            self.wall_ms,
            self._uplink,
            limits=self.limits,
            **options,
        )
        self.uplinks[source] = LeafUplink(self.clock, self._uplink * 125.0)
        source.begin()
        return source

    def wall_ms(self) -> int:
        """The source's clock."""
        return BEGAN_MS + int((self.clock.seconds() - self.behind_s) * 1000)

    def watch(self, neighbours: int = 6, uplink: int | None = None, delay_s: float = 2.0) -> Watcher:
        """One more who watches, and is told of some others."""
        watcher = Watcher(self, delay_s, int(3 * self.rate / 1000) if uplink is None else uplink)
        self.uplinks[watcher.relay] = watcher.uplink
        parties: list[Any] = [self.source, *(each.relay for each in self.watchers if not each.relay.closed)]
        self.watchers.append(watcher)
        for other in self.chance.sample(parties, min(neighbours, len(parties))):
            self.introduce(watcher.relay, other)
        return watcher

    def introduce(self, one: Any, other: Any) -> tuple[DirectNeighbour, DirectNeighbour]:
        """Make two neighbours."""
        return introduce(self.clock, one, other, (self.uplinks[one], self.uplinks[other]), limits=self.limits)

    def run(self, seconds: float, feed: bool = True, step: float = 0.02) -> None:
        """Let time pass."""
        for at in range(round(seconds / step)):
            if feed and at % 2 == 0:
                self.feed(2 * step)
            self.clock.advance(step)
            edge = self.source.lineage.edge
            for leaf in range(edge.stop if edge else 0):
                self.made.setdefault((edge.epoch if edge else 0) << 32 | leaf, self.clock.seconds())

    def feed(self, seconds: float) -> None:
        """So much of the stream; every half second one may begin to watch."""
        self._left += self.rate / 8 * seconds
        count = int(self._left)
        self._left -= count
        content = bytes(self.chance.getrandbits(8) for _ in range(8)) * (count // 8 + 1)
        rap = int(self.clock.seconds() * 25) % 12 == 0
        self.source.put(content[:count], rap)
        self.fed += content[:count]

    def leave(self, watcher: Watcher) -> None:
        """It is gone without a word; whoever knew it meets somebody else."""
        left = watcher.relay.neighbours.all()
        watcher.relay.close()
        self.watchers.remove(watcher)
        for neighbour in left:
            other = neighbour._theirs  # type: ignore[attr-defined]
            strangers = [each.relay for each in self.watchers if each.relay is not other]
            if strangers and not other.closed:
                self.introduce(other, self.chance.choice(strangers))
