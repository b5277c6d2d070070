"""A proven download, and the pages of hashes that it asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.content.units import UNIT
from p2pstream.errors import NoSource
from p2pstream.limits import LIMITS
from tests.swarm.test_proven import A, B, C, ProvenTestCase


class PageTests(ProvenTestCase):
    units = 1400

    def test_wide_pages(self) -> None:
        """The first page is small, the others are wide, and each is asked for once."""
        peer = self.peer(A)
        done = self.run_to(A)
        self.all_step(done)
        self.successResultOf(done)
        counts = [count for _, _, count, _ in peer.pages]
        self.assertEqual(counts[0], LIMITS.first_page_hashes)
        self.assertEqual(len(set(peer.pages)), len(peer.pages))
        self.assertLessEqual(len(counts), 5)

    def test_narrow_peer(self) -> None:
        """One that refuses wide pages is asked for narrow ones."""
        peer = self.peer(A)
        peer.widest = LIMITS.first_page_hashes
        done = self.run_to(A)
        self.all_step(done)
        self.successResultOf(done)
        self.check_whole()

    def test_useless_peer(self) -> None:
        """One that refuses all pages is left."""
        peer = self.peer(A)
        peer.widest = 0
        done = self.run_to(A)
        self.all_step(done, rounds=50)
        self.assertIn("proves nothing", str(self.failureResultOf(done, NoSource).value))
        self.assertEqual(len(peer.pages), LIMITS.page_failures)

    def limited(self, **bounds: Any) -> Deferred[None]:
        """Begin with A and others, within other bounds."""
        self.limits = replace(LIMITS, **bounds)
        self.start()
        return self.run_to(*self.peers)

    def test_a4_no_more_than_memory(self) -> None:
        """However many could send, no more is on its way than there is memory for."""
        for address in (A, B, C):
            self.peer(address)
        done = self.limited(ask_bytes=10 * UNIT)
        most = 0
        while not done.called:
            most = max(most, sum(len(peer.asked) for peer in self.peers.values()))
            self.all_step(done, rounds=1)
        self.successResultOf(done)
        self.assertEqual(most, 10)
        self.check_whole()

    def test_memory_goes_round(self) -> None:
        """Where there is less memory than three could fill, each is asked in his turn, without a timer."""
        for address in (A, B, C):
            self.peer(address)
        self.limited(ask_bytes=10 * UNIT)
        moved = True
        while moved:
            moved = any([peer.step() for peer in self.peers.values()])
        self.check_whole()
        self.assertGreaterEqual(min(peer.sent for peer in self.peers.values()), self.units // 6)

    def test_b2_little_is_asked_blindly(self) -> None:
        """Before its hashes came little is asked of a peer; what comes is not counted, and comes again."""
        peer = self.peer(A)
        told, late = peer.ask_hashes, list[tuple[Deferred[Any], Any]]()

        def ask_hashes(*page: int) -> Deferred[Any]:
            late.append((Deferred(), page))
            return late[-1][0]

        peer.ask_hashes = ask_hashes  # type: ignore[method-assign, assignment]
        done = self.limited(ask_first_units=1000, ask_opening_units=1000)
        self.assertEqual(len(peer.asked), LIMITS.ask_blind_units)
        peer.step()
        self.clock.advance(1)
        self.assertEqual((self.stream.units.total, peer.spoilt_units, peer.closed), (0, [], False))
        self.assertEqual([source.taken for source in self.download.snapshot().sources], [0])
        blind = peer.sent
        peer.ask_hashes = told  # type: ignore[method-assign]
        for waiting, page in late:
            told(*page).chainDeferred(waiting)
        self.all_step(done)
        self.successResultOf(done)
        [account] = self.download.snapshot().sources
        self.assertEqual(account.taken, self.film.key.length)
        self.assertGreater(blind, 0)
        self.assertGreaterEqual(peer.sent, blind + self.units)
        self.check_whole()
