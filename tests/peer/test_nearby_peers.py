"""Peers of the local network, found and told, on a stepped clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from ipaddress import ip_network
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.nearby import Nearby, NearbyRole
from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS
from p2pstream.peer.nearby_peers import NearbyPeers
from p2pstream.protocols.node import Means
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.nearby import MemoryNeighbourhood
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.workers import HeldWorkers, InlineWorkers

HERE, THERE = Address("192.168.7.1", 2050), Address("192.168.7.2", 2050)
PEER = NearbyRole.PEER


class Threads(InlineWorkers):
    """Those of one process."""

    closed = False

    def close(self) -> Deferred[None]:
        """They are."""
        self.closed = True
        return succeed(None)


class HeldThreads(HeldWorkers):
    """Those that are busy."""

    def close(self) -> Deferred[None]:
        """They are."""
        return succeed(None)


class Network(MemoryNeighbourhood):
    """One that notes how it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.looks: list[float] = []
        self.left = 0
        self.fault: Exception | None = None

    def advertise(self, who: Nearby) -> Callable[[], None]:
        """See `INeighbourhood`."""
        if self.fault is not None:
            raise self.fault
        return super().advertise(who)

    def browse(self, seconds: float, role: NearbyRole = NearbyRole.CENTRAL) -> Sequence[Nearby]:
        """See `INeighbourhood`."""
        self.looks.append(seconds)
        if self.fault is not None:
            raise self.fault
        return super().browse(seconds, role)

    def leave(self) -> None:
        """See `INeighbourhood`."""
        self.left += 1


class NeighboursTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A network, and one of it."""
        self.clock, self.random = HeapClock(), Random(1)
        self.network = Network()
        self.threads: Any = Threads()
        self.told: list[Sequence[Address]] = []
        self.near = self.neighbours()

    def neighbours(self, host: str = HERE.host, **limits: float) -> NearbyPeers:
        """Those of a process there."""
        subnets = [ip_network("192.168.7.0/24")]
        means = Means(
            self.clock,
            HeardEvents(),
            InlineWorkers(),
            self.random,
            limits=replace(LIMITS, **limits),
            subnets=lambda: subnets,
        )
        return NearbyPeers(means, self.network, self.threads, lambda: host)

    def close(self, near: NearbyPeers) -> None:
        """At once; nothing is left."""
        self.successResultOf(Deferred.fromCoroutine(near.close()))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def there(self) -> list[Address]:
        """Who says to be there."""
        return [each.address for each in self.network.browse(0.0, PEER)]

    def times(self, near: NearbyPeers, seconds: float) -> list[float]:
        """When it looks."""
        began, times = self.clock.seconds(), []
        for _ in range(int(seconds * 20)):
            before = len(self.network.looks)
            self.clock.advance(0.05)
            if len(self.network.looks) > before:
                times.append(round(self.clock.seconds() - began, 2))
        return times

    def test_told_of_while_it_runs(self) -> None:
        """In a moment, under a title that says nothing, and until the end."""
        self.near.advertise(HERE.port)
        self.clock.advance(LIMITS.neighbours_told_s - 0.01)
        self.assertEqual(self.there(), [])
        self.clock.advance(0.02)
        (said,) = self.network.browse(0.0, PEER)
        self.assertEqual((said.address, said.role), (HERE, PEER))
        self.assertRegex(said.title, "^peer-[0-9a-f]{8}$")
        self.close(self.near)
        self.assertEqual((self.there(), self.network.left, self.threads.closed), ([], 1, True))

    def test_short_lived(self) -> None:
        """One that ends before is never told of; nor is one that nobody else can come to."""
        self.near.advertise(HERE.port)
        self.close(self.near)
        self.near.advertise(HERE.port)
        alone = self.neighbours("127.0.0.1")
        alone.advertise(2050)
        self.clock.advance(60.0)
        self.assertEqual(self.there(), [])
        self.close(alone)

    def test_found(self) -> None:
        """Others of the network, not ourselves nor those of other networks; who follows later hears."""
        other, third = self.neighbours(THERE.host), []
        other.advertise(THERE.port)
        self.near.advertise(HERE.port)
        self.network.advertise(Nearby("a", Address("10.0.0.1", 2050), PEER))
        self.network.advertise(Nearby("b", Address("192.168.7.9", 2050)))
        self.clock.advance(1.0)
        self.near.follow(self.told.append)
        self.clock.advance(1.0)
        self.assertEqual(self.told, [[THERE]])
        self.near.follow(third.append)
        self.assertEqual(third, [[THERE]])
        self.close(self.near)
        self.close(other)

    def test_more_and_more_rarely(self) -> None:
        """As long as somebody follows; each look as long as the bound says."""
        near = self.neighbours(
            neighbours_s=0.7, neighbours_after_s=0.5, neighbours_soon_s=3.0, neighbours_again_s=10.0
        )
        unfollow = near.follow(self.told.append)
        self.assertEqual(self.times(near, 45.0), [0.5, 3.5, 9.5, 19.5, 29.5, 39.5])
        self.assertEqual(set(self.network.looks), {0.7})
        again = near.follow(self.told.append)
        unfollow()
        self.assertEqual(self.times(near, 5.0), [0.5, 3.5])
        again()
        again()
        self.assertEqual(self.times(near, 60.0), [])
        self.assertEqual(self.told, [])
        for _ in range(9):
            near.follow(self.told.append)()
        near.follow(self.told.append)
        self.assertEqual(len(self.times(near, 2.9)), 1)
        self.close(near)

    def test_no_network(self) -> None:
        """Nothing is found, nothing is said, and it is not asked again."""
        self.network.fault = CannotListen("python-zeroconf is missing")
        self.near.advertise(HERE.port)
        self.near.follow(self.told.append)
        self.clock.advance(600.0)
        self.assertEqual((len(self.network.looks), self.told), (1, []))
        self.close(self.near)

    def test_broken(self) -> None:
        """What nobody thought of is in the log, once."""
        self.network.fault = ValueError("no such thing")
        self.near.follow(self.told.append)
        self.clock.advance(600.0)
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)
        self.close(self.near)

    def test_ends_when_its_threads_do(self) -> None:
        """Who waits for the network is told to come back, and waited for."""
        self.threads = HeldThreads()
        near = self.neighbours()
        near.advertise(HERE.port)
        near.follow(self.told.append)
        self.clock.advance(1.0)
        closing = Deferred.fromCoroutine(near.close())
        self.assertNoResult(closing)
        self.assertEqual(self.network.left, 1)
        self.threads.flush()
        self.successResultOf(closing)
        self.assertEqual((self.there(), self.told), ([], []))
