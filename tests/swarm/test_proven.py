"""Proven downloads from peers in memory into a store in memory, on a stepped clock."""

from __future__ import annotations

from random import Random
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.content.names import NameTable
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.content.views import Awaited, Need
from p2pstream.data.store import Store
from p2pstream.errors import NoSource, PeerError, SourceLost, StorageError
from p2pstream.interfaces import IStreamView, IUnitSource
from p2pstream.limits import LIMITS
from p2pstream.measuring.metrics import Metrics
from p2pstream.protocols.node import Means, Node
from p2pstream.swarm.bans import Bans
from p2pstream.swarm.proven import ProvenDownload
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.proofs.proven import ProvenFilm, proven_film
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.swarm.ending import end
from tests.swarm.peers import MemoryPeer

A, B, C = (Address(f"10.0.0.{number}", 2050) for number in (1, 2, 3))


class ProvenTestCase(SynchronousTestCase):
    units = 40
    limits = LIMITS

    def setUp(self) -> None:
        """An empty store, a film, and nobody who has it."""
        self.clock = HeapClock()
        self.heard = HeardEvents()
        self.film: ProvenFilm = proven_film(self.units * UNIT - 100)
        self.peers: dict[Address, Any] = {}
        self.store = Store(MemoryDisk(), InlineWorkers(), HeapClock())
        self.stream: Any = self.successResultOf(self.store.open(self.film.key))
        self.start()

    def start(self, bans: Bans | None = None) -> None:
        """A download of a new process."""
        self.metrics = Metrics()
        means = Means(self.clock, self.heard, InlineWorkers(), Random(7), self.limits, meter=self.metrics)
        node = Node(means, NameTable())
        self.download = ProvenDownload("film", self.stream, self.dial, node, bans)

    def peer(self, address: Address, units: Ranges | None = None) -> MemoryPeer:
        """One more who has it."""
        self.peers[address] = peer = MemoryPeer(address, self.film, units)
        return peer

    def dial(self, address: Address) -> Deferred[Any]:
        """Connect to a peer of this test."""
        peer = self.peers.get(address)
        return fail(SourceLost("cannot be reached")) if peer is None else succeed(peer)

    def run_to(self, *addresses: Address) -> Deferred[None]:
        """Begin."""
        done = self.download.run(addresses)
        done.addErrback(lambda failure: failure)
        self.addCleanup(end, done)
        return done

    def give_up(self, done: Deferred[None]) -> None:
        """Cancel it, which is no success."""
        done.cancel()
        self.failureResultOf(done, CancelledError)

    def all_step(self, done: Deferred[None], rounds: int = 1000) -> None:
        """Let everybody send until it is over, or nothing moves any more."""
        for _ in range(rounds):
            moved = sum(peer.step() for peer in self.peers.values())
            self.clock.advance(0.01 if moved else LIMITS.picker_tick_s)
            if done.called:
                return

    def check_whole(self) -> None:
        """Every byte is there, and is that of the film."""
        consumer = CollectingConsumer()
        self.successResultOf(self.stream.read_to(consumer))
        self.assertTrue(bytes(consumer.collected) == self.film.content)


class FetchingTests(ProvenTestCase):
    def test_provides(self) -> None:
        """It is what overlays look at."""
        self.assertTrue(verifyObject(IStreamView, self.download))
        self.assertTrue(verifyObject(IUnitSource, self.peer(A)))

    def test_one_peer(self) -> None:
        """All of it comes, is proven, and is told."""
        self.peer(A)
        done = self.run_to(A)
        self.all_step(done)
        self.assertIsNone(self.successResultOf(done))
        self.check_whole()
        self.assertEqual(self.peers[A].sent, self.units)
        self.assertTrue(self.peers[A].closed)
        seen = self.download.snapshot()
        self.assertTrue(seen.verified and seen.have.covers(0, self.film.key.length))
        self.assertEqual([source.state for source in seen.sources], ["finished"])
        self.assertEqual(self.heard.named("fetched")[0]["received"], self.film.key.length)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        names = ["p2pstream_startup_seconds", "p2pstream_unit_latency_seconds"]
        began, proven = (sample.value for sample in self.metrics.spreads(names))
        self.assertEqual(began.count, 1)  # type: ignore[union-attr]
        self.assertGreater(proven.count, 1)  # type: ignore[union-attr]

    def test_three_peers(self) -> None:
        """Each sends a part, and nothing comes twice."""
        for address in (A, B, C):
            self.peer(address)
        done = self.run_to(A, B, C)
        self.all_step(done)
        self.successResultOf(done)
        self.check_whole()
        sent = [peer.sent for peer in self.peers.values()]
        self.assertEqual(sum(sent), self.units)
        self.assertTrue(all(sent), sent)

    def test_resumed(self) -> None:
        """What is here already is not asked for again."""
        self.peer(A)
        first = self.run_to(A)
        self.peers[A].step()
        here = self.stream.units.total
        self.assertGreater(here, 0)
        self.give_up(first)
        again = self.peer(A)
        self.start()
        done = self.run_to(A)
        self.all_step(done)
        self.successResultOf(done)
        self.assertEqual(again.sent, self.units - here)
        self.check_whole()

    def test_nothing_is_missing(self) -> None:
        """A stream that is whole is done at once, and nobody is dialled."""
        self.peer(A)
        done = self.run_to(A)
        self.all_step(done)
        self.start()
        self.assertIsNone(self.successResultOf(self.download.run([])))

    def test_reader_first(self) -> None:
        """All from where a reader is comes before the start of the film."""
        peer = self.peer(A)
        self.stream.cursor(30 * UNIT, "read")
        self.run_to(A).addErrback(lambda _: None)
        came = []
        while len(came) < self.units - 30:
            came.append(peer.asked[0])
            peer.step(1)
        self.assertEqual(sorted(came), list(range(30, self.units)))

    def test_awaited(self) -> None:
        """Whoever waits is told for what."""
        self.stream.read_to(CollectingConsumer()).addErrback(lambda _: None)
        done = self.run_to(A)
        self.assertEqual(self.download.snapshot().awaited, Awaited(Need.PEERS))
        peer = self.peer(A)
        self.clock.advance(LIMITS.retry_s * 2)
        self.assertEqual(
            self.download.snapshot().awaited, Awaited(Need.HEAD, 0, (str(A),), 0.0, LIMITS.enough_s)
        )
        peer.step()
        self.give_up(done)


class TroubleTests(ProvenTestCase):
    def test_too_late(self) -> None:
        """Who is told of when it is over is not dialled."""
        done = self.run_to(A)
        self.clock.advance(60)
        self.failureResultOf(done, NoSource)
        self.peer(B)
        self.download.add([B])
        self.assertEqual(self.download.snapshot().sources, ())

    def test_nobody(self) -> None:
        """When nobody can be reached, it says so for each."""
        done = self.run_to(A, B)
        self.clock.advance(60)
        said = str(self.failureResultOf(done, NoSource).value)
        self.assertIn(f"{A} cannot be reached", said)
        self.assertIn(f"{B} cannot be reached", said)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_F24_all_are_gone(self) -> None:
        """Who reads waits for them for half a minute, and is told then, where the bytes end."""
        self.peer(A)
        reader = CollectingConsumer()
        reading = self.stream.read_to(reader)
        done = self.run_to(A)
        while not (here := self.stream.units.first_missing(0)):
            self.peers[A].step(1)
        self.peers.pop(A).lose()
        self.clock.advance(LIMITS.return_s - 1)
        self.assertNoResult(reading)
        self.clock.advance(LIMITS.return_s)
        self.failureResultOf(reading, NoSource)
        self.failureResultOf(done, NoSource)
        self.assertEqual(len(reader.collected), here * UNIT)

    def test_F24_all_were_gone(self) -> None:
        """One that is back in time sends the rest, to who reads too."""
        self.peer(A)
        done = self.run_to(A)
        reader = CollectingConsumer()
        reading = self.stream.read_to(reader)
        self.peers[A].step(4)
        self.peers.pop(A).lose()
        self.clock.advance(LIMITS.return_s / 2)
        self.peer(A)
        self.clock.advance(LIMITS.return_s / 2)
        self.all_step(done)
        self.successResultOf(done)
        self.successResultOf(reading)
        self.assertTrue(bytes(reader.collected) == self.film.content)

    def test_given_up_by_who_wanted_it(self) -> None:
        """Who cancels a download breaks off nobody who reads what is here."""
        self.peer(A)
        done = self.run_to(A)
        reading = self.stream.read_to(CollectingConsumer())
        self.peers[A].step(4)
        done.cancel()
        self.failureResultOf(done, CancelledError)
        self.assertNoResult(reading)
        reading.cancel()
        self.failureResultOf(reading)

    def test_lost_midway(self) -> None:
        """The others take over what one was asked for; it is dialled again."""
        first, _ = self.peer(A), self.peer(B)
        done = self.run_to(A, B)
        first.step()
        first.lose()
        back = self.peer(A)
        self.all_step(done)
        self.successResultOf(done)
        self.check_whole()
        self.assertEqual(first.sent + back.sent + self.peers[B].sent, self.units)

    def test_refusals(self) -> None:
        """A unit that is refused is asked for again, no sooner than at the next tick."""
        peer = self.peer(A)
        done = self.run_to(A)
        for unit in list(peer.asked):
            peer.refuse(unit, 1)
        self.assertEqual(list(peer.asked), [])
        self.clock.advance(LIMITS.picker_tick_s)
        self.assertTrue(peer.asked)
        self.all_step(done)
        self.successResultOf(done)

    def test_taken_back(self) -> None:
        """A unit that is refused because another sent it first keeps nobody idle until the next tick."""
        slow = self.peer(A, Ranges([(0, 1)]))
        self.stream.cursor(0, "read")
        done = self.run_to(A)
        self.assertEqual(list(slow.asked), [0])
        quick = self.peer(B)
        self.download.add([B])
        self.clock.advance(LIMITS.overdue_s + LIMITS.picker_tick_s)
        quick.asked.remove(0)
        quick.asked.appendleft(0)
        quick.step(1)
        self.assertEqual(list(slow.asked), [])
        quick.lose()
        slow.has(Ranges([(0, self.units)]))
        self.assertTrue(slow.asked)
        self.give_up(done)

    def test_breaks_the_protocol(self) -> None:
        """A peer that does so on every link is left in the end, also if it sends something each time."""
        done = self.run_to(A)
        for _ in range(LIMITS.source_offences):
            peer = self.peer(A)
            self.clock.advance(LIMITS.retry_most_s)
            self.assertEqual(peer.step(1), 1)
            peer.lose(PeerError("a frame made no sense"))
        self.failureResultOf(done, NoSource)

    def test_has_more(self) -> None:
        """What a peer gets later is asked for when it says so."""
        peer = self.peer(A, Ranges([(0, 2)]))
        done = self.run_to(A)
        self.all_step(done, rounds=5)
        self.assertEqual(peer.sent, 2)
        peer.has(Ranges([(0, self.units)]))
        self.all_step(done)
        self.successResultOf(done)

    def test_F30_silent_peer(self) -> None:
        """A unit that a reader waits for and one peer sits on comes from another."""
        silent = self.peer(A)
        self.stream.cursor(0, "read")
        done = self.run_to(A)
        self.assertIn(0, silent.asked)
        other = self.peer(B)
        self.download.add([B])
        self.clock.advance(LIMITS.overdue_s + LIMITS.picker_tick_s)
        self.assertIn(0, other.asked)
        while not self.stream.units.covers(0, 1):
            self.assertTrue(other.step(1))
        self.assertNotIn(0, silent.asked)
        self.give_up(done)

    def test_F04_disk_full(self) -> None:
        """It is told once, asks for nothing more, and goes on with what came: nothing comes twice."""
        peer = self.peer(A)
        full = StorageError("disk full: need 64 kB, 0 free")
        put, tried, trouble = self.stream.put_units, list[int](), [True]

        def put_units(first: int, run: memoryview) -> Deferred[Any]:
            tried.append(first)
            return fail(full) if trouble else put(first, run)

        self.patch(self.stream, "put_units", put_units)
        done = self.run_to(A)
        self.all_step(done, rounds=2)
        before, began = peer.sent, self.clock.seconds()
        tried.clear()
        self.all_step(done, rounds=300)
        self.assertEqual(len(self.heard.named("storage_refused")), 1)
        tries = (self.clock.seconds() - began) / LIMITS.storage_retry_s
        self.assertTrue(tries * 0.8 < len(tried) <= tries, (tries, len(tried)))
        self.assertEqual(peer.sent, before)
        trouble.clear()
        self.all_step(done)
        self.successResultOf(done)
        self.assertEqual(peer.sent, self.units)
        [account] = self.download.snapshot().sources
        self.assertEqual((account.received, account.taken), (self.film.key.length,) * 2)
        self.check_whole()
        self.assertFalse(peer.spoilt_units)

    def test_F04_given_up_when_full(self) -> None:
        """What was never kept is told to be dropped, and its memory is free again."""
        peer = self.peer(A)
        self.patch(self.stream, "put_units", lambda first, run: fail(StorageError("disk full")))
        done = self.run_to(A)
        self.all_step(done, rounds=9)
        runs = self.download._orders.runs
        self.assertEqual(runs.room(0), LIMITS.ask_bytes // UNIT - peer.sent)
        self.give_up(done)
        self.assertEqual(runs.room(0), LIMITS.ask_bytes // UNIT)
        [account] = self.download.snapshot().sources
        self.assertEqual((account.received, account.taken), (peer.sent * UNIT, 0))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_given_up(self) -> None:
        """Cancelled, it hangs up on everybody and leaves no timer."""
        peer = self.peer(A)
        done = self.run_to(A, B)
        self.give_up(done)
        self.assertTrue(peer.closed)
        self.assertEqual(self.clock.getDelayedCalls(), [])
