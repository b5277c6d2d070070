"""Sources whose bytes are not what they should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.data.store import Store
from p2pstream.errors import NoSource
from p2pstream.swarm.bans import Bans
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.swarm.test_proven import A, B, ProvenTestCase


class LiarTests(ProvenTestCase):
    def redial(self, spoiled: Callable[[Address], bool]) -> None:
        """From now on each dial finds a new link; some of them bring everything spoilt."""

        def dial(address: Address) -> Deferred[Any]:
            self.dialled.append(address)
            if spoiled(address):
                self.peer(address).spoil = lambda run: run.reverse()
            else:
                self.peer(address)
            return succeed(self.peers[address])

        self.dialled = list[Address]()
        self.patch(self, "dial", dial)

    def test_F33_polluter(self) -> None:
        """A peer that sends one wrong byte is out for good; nothing wrong is kept."""
        liar, _ = self.peer(A), self.peer(B)

        def spoil(run: bytearray) -> None:
            run[-1] ^= 1

        liar.spoil = spoil
        done = self.run_to(A, B)
        self.all_step(done)
        self.successResultOf(done)
        self.check_whole()
        self.assertEqual(len(liar.spoilt_units), 1)
        self.assertEqual([event["address"] for event in self.heard.named("source_lied")], [str(A)])
        self.assertLessEqual(liar.sent, 16)
        taken = {source.address: source.taken for source in self.download.snapshot().sources}
        self.assertLess(taken[str(A)], liar.sent * UNIT)
        self.assertEqual(taken[str(B)], self.peers[B].sent * UNIT - 100)

    def test_all_lie(self) -> None:
        """Where all of them lie, and again when they are asked once more, it fails; what is here is right."""
        self.redial(lambda address: True)
        self.start()
        done = self.run_to(A, B)
        self.all_step(done)
        self.failureResultOf(done, NoSource)
        self.assertEqual(self.stream.units.total, 0)
        self.assertEqual(self.dialled, [A, B, A, B])

    def test_F29_all_ways_spoil_bytes(self) -> None:
        """Where all seem to lie they are asked once more, for it may be the way."""
        self.redial(lambda address: self.dialled.count(address) < 2)
        self.start()
        done = self.run_to(A, B)
        self.all_step(done)
        self.successResultOf(done)
        self.check_whole()
        self.assertEqual(sorted(set(self.dialled)), [A, B])

    def test_F33_nobody_is_asked_twice_while_others_are_left(self) -> None:
        """A liar is out after its first lie, as long as anybody else sends."""
        self.redial(lambda address: address == A)
        self.start()
        done = self.run_to(A, B)
        self.all_step(done)
        self.successResultOf(done)
        self.assertEqual(self.dialled, [A, B])

    def test_false_hashes(self) -> None:
        """So is one whose hashes disagree with the key."""
        liar, _ = self.peer(A), self.peer(B)
        liar.spoil_hashes = lambda nodes: nodes.__setitem__(5, nodes[5] ^ 1)
        done = self.run_to(A, B)
        self.all_step(done)
        self.successResultOf(done)
        self.assertEqual(len(liar.spoilt_units), 1)
        self.check_whole()

    def test_b3_known_liar(self) -> None:
        """Who lied to one download of this process is not asked by the next for the same stream."""
        bans = Bans()
        self.redial(lambda address: address == A)
        self.start(bans)
        self.all_step(done := self.run_to(A, B))
        self.successResultOf(done)
        self.stream = self.successResultOf(
            Store(MemoryDisk(), InlineWorkers(), HeapClock()).open(self.film.key)
        )
        self.start(bans)
        self.give_up(self.run_to(A, B))
        self.assertEqual(self.dialled, [A, B, B])
        told = self.heard.named("source_refused")[-1]
        self.assertIn("was caught lying about this stream", told["reason"])
