"""Transfers of one who sends no more than is wished."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.protocols.classic.transfer import TransferFactory
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.transport.turns.uplink import LimitedUplink, shorter_runs
from tests.protocols.classic.ancestor import AncestorClient

RATE = 500_000
FILM = bytes(range(256)) * 20_000


class LimitedTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A peer with a limit, which counts here."""
        self.clock = HeapClock()
        self.limit(RATE)

    def limit(self, rate: int) -> None:
        """So many bytes a second."""
        uplink = LimitedUplink(self.clock, rate, local=True)
        limits = shorter_runs(LIMITS, rate)
        self.node = FakeNode(self.clock, shared={"film.mp4": FILM}, uplink=uplink, limits=limits)

    def ask(self, count: int) -> list[Any]:
        """So many ask for the film."""
        readers = [AncestorClient(b"film.mp4") for _ in range(count)]
        for reader in readers:
            MemoryLink(self.clock).connect(reader, TransferFactory(self.node).buildProtocol(None))
        return readers

    def test_the_bound(self) -> None:
        """It takes as long as the limit says, is shared equally, and whole."""
        readers = self.ask(3)
        self.clock.advance(10)
        got = [len(reader.received) for reader in readers]
        self.assertApproximates(sum(got) / (10 * RATE), 1, 0.05)
        self.assertLessEqual(max(got) - min(got), 3 * UNIT)
        self.clock.advance(3 * len(FILM) / RATE)
        self.assertEqual([(reader.received, reader.ended) for reader in readers], [(FILM, "clean")] * 3)
        self.assertEqual(self.node.uplink.sent, 3 * len(FILM))
        self.assertEqual((self.clock.getDelayedCalls(), self.node.lent), ([], 0))

    def test_waiting_is_no_stall(self) -> None:
        """Whoever waits for a turn for longer than a stall takes is not given up."""
        self.limit(LIMITS.uplink_least)
        readers = self.ask(12)
        self.clock.advance(12 * UNIT / LIMITS.uplink_least + LIMITS.stall_s)
        self.assertTrue(all(reader.received for reader in readers))
        self.assertEqual(self.node.heard.named("transfer_failed"), [])

    def test_one_that_leaves(self) -> None:
        """Nothing waits for it any more."""
        (reader,) = self.ask(1)
        self.clock.advance(1)
        reader.transport.abortConnection()
        self.clock.advance(1)
        self.assertEqual((self.clock.getDelayedCalls(), self.node.lent), ([], 0))
        self.assertEqual(self.node.uplink.waitlist._portions, {})
        self.assertFalse(self.node.uplink.waitlist._rounds)
