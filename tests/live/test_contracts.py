"""Everything that takes part in broadcasts here keeps the contracts."""

from __future__ import annotations

from random import Random
from time import process_time
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase, TestCase

from p2pstream.data.live import LiveData
from p2pstream.limits import LIMITS
from p2pstream.live.broadcast import Broadcast
from p2pstream.live.relay import Relay
from p2pstream.peer.live.streams import LiveStreams
from p2pstream.testing.live.live import DirectNeighbour, LeafUplink
from p2pstream.testing.live.live_parts import (
    BroadcastContract,
    FedBroadcast,
    LiveNeighbourContract,
    LivePartyContract,
)
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.live.casts import CHANNEL, KEY


def window() -> LiveData:
    """An empty one."""
    return LiveData(KEY, MemoryDisk(), InlineWorkers(), 600.0)


def broadcast(clock: Clock) -> Broadcast:
    """One that runs."""
    source = Broadcast(CHANNEL, window(), clock, InlineWorkers(), lambda: 1_800_000_000_000)
    source.begin()
    return source


class FedTests(BroadcastContract, TestCase):
    """The fake."""

    def make_broadcast(self) -> FedBroadcast:
        """One that keeps all."""
        return FedBroadcast()


class BroadcastTests(BroadcastContract, TestCase):
    """The real one."""

    def make_broadcast(self) -> Broadcast:
        """On a clock that is stepped."""
        self.clock = Clock()
        return broadcast(self.clock)

    def pass_time(self) -> None:
        """Slices are signed ten times a second."""
        self.clock.pump([0.1] * 10)


class Party(LivePartyContract):
    """What both parts in a broadcast are tested with."""

    def setUp(self) -> None:
        """Nobody is there yet."""
        self.clock = Clock()

    def make_neighbour(self) -> DirectNeighbour:
        """Somebody who watches."""
        other = Relay(window(), self.clock, Random(1), 2.0)
        return DirectNeighbour(self.clock, other, other, LeafUplink(self.clock, 1e6), 0.01, LIMITS)

    def make_streams(self, party: Any) -> LiveStreams:
        """As a peer has it."""
        streams = LiveStreams()
        streams.add(party)
        return streams

    def test_many_promises(self) -> None:
        """A message that promises more leaves than there are takes no longer; the newest count."""
        party, neighbour = self.make_party(), self.make_neighbour()
        party.met(neighbour)
        ranges = [(each * 1000, 999) for each in range(LIMITS.live_told_ranges)]
        begun = process_time()
        party.told_leaves(neighbour, 1, ranges)
        self.assertLess(process_time() - begun, 0.2)
        last = ranges[-1][0] + 999
        promised = party.mesh._neighbours[party.neighbours.peer(neighbour)].soon
        self.assertEqual(promised, set(range(last - LIMITS.live_push_leaves, last)))


class SourceTests(Party, SynchronousTestCase):
    """Whoever broadcasts."""

    def make_party(self) -> Broadcast:
        """See the contract."""
        return broadcast(self.clock)


class RelayTests(Party, SynchronousTestCase):
    """Whoever watches."""

    def make_party(self) -> Relay:
        """See the contract."""
        return Relay(window(), self.clock, Random(2), 2.0)


class Heard:
    """A party that notes what it hears."""

    key, uplink, oldest = KEY, 0, 0

    def __init__(self) -> None:
        self.names: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *said: self.names.append(name)


class DirectTests(LiveNeighbourContract, SynchronousTestCase):
    """Without a link."""

    def make_neighbour(self) -> DirectNeighbour:
        """Both ends."""
        self.clock, self.other, uplink = Clock(), Heard(), LeafUplink(Clock(), 1e6)
        there, back = (
            DirectNeighbour(self.clock, ours, theirs, uplink, 0.01, LIMITS)  # type: ignore[arg-type]
            for ours, theirs in ((Heard(), self.other), (self.other, Heard()))
        )
        there.other, back.other = back, there
        return there

    def heard(self) -> list[str]:
        """See the contract."""
        self.clock.pump([0.02] * 3)
        names, self.other.names = self.other.names, []
        return names
