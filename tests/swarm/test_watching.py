"""What the sources of a download are told of whoever watches it."""

from __future__ import annotations

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from tests.swarm.test_proven import A, B, ProvenTestCase

RATE = 500_000


class WatchingTests(ProvenTestCase):
    """A film of 300 units, from peers who send nothing by themselves."""

    units = 300

    def test_who_only_copies(self) -> None:
        """Nothing is told of him."""
        peer = self.peer(A)
        self.run_to(A)
        reader = self.stream.cursor(0, "read")
        self.clock.advance(5)
        self.assertEqual(set(peer.wants), {(0, 0)})
        reader.close()

    def test_who_watches(self) -> None:
        """All sources are told where he is, those too that come later; and when he goes."""
        first, later = self.peer(A), self.peer(B)
        self.run_to(A)
        screen = self.stream.cursor(4 * UNIT, "play")
        self.assertEqual([unit for rate, unit in first.wants if rate], [4])
        self.clock.advance(0.5)
        self.download.add([B])
        self.assertEqual(later.wants[-1][0], first.wants[-1][0])
        screen.close()
        self.clock.advance(1)
        self.assertEqual((first.wants[-1], later.wants[-1]), ((0, 0), (0, 0)))

    def test_a_seek(self) -> None:
        """It is told before anything is asked for there."""
        peer = self.peer(A)
        self.run_to(A)
        screen = self.stream.cursor(0, "play")
        self.clock.advance(3)
        screen.move(200 * UNIT)
        self.assertEqual(peer.wants[-1][1], 200)
        screen.close()

    def test_he_waits_for_long(self) -> None:
        """It is told once a second that the picture stands still, and no more often."""
        peer = self.peer(A)
        self.run_to(A)
        screen = self.stream.cursor(0, "play")
        before = len(peer.wants)
        self.clock.advance(30)
        self.assertLessEqual(len(peer.wants) - before, 30 / LIMITS.want_s)
        self.assertEqual(peer.wants[-1][1], 0)
        screen.close()

    def test_of_several(self) -> None:
        """Of two who watch, the one is told of whose picture stands still first."""
        peer = self.peer(A)
        self.run_to(A)
        for _ in range(6):
            peer.step()
            self.clock.advance(0.2)
        here = self.stream.units.first_missing(0)
        self.assertIn(here, range(8, 200))
        screens = [self.stream.cursor(0, "play"), self.stream.cursor((here - 1) * UNIT, "play")]
        self.clock.advance(LIMITS.want_s + 0.5)
        self.assertEqual(peer.wants[-1][1], here - 1)
        for screen in screens:
            screen.close()
