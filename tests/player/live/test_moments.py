"""When what lies where was captured."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.mpegts import PACKET
from p2pstream.player.live.moments import Beginning, Moments
from tests import strategies  # noqa: F401  (loads the profile)

#: A place each second from the tenth on, 188,000 bytes a second.
RATE = 188_000
RAPS = [(second * RATE, second * 1000) for second in range(10, 20)]
EDGE = Beginning(20 * RATE, 20_000)


class MomentsTests(SynchronousTestCase):
    """Between places that are known lies a straight line, and before them the same one."""

    def test_between(self) -> None:
        """In the middle, at the edge, and before all that is known."""
        moments = Moments(RAPS, 0, EDGE)
        for second in (0.0, 3.5, 10.0, 12.5, 19.0, 20.0):
            self.assertAlmostEqual(moments.captured(int(second * RATE)), second * 1000, 3)
        self.assertEqual((moments.oldest_ms, moments.newest_ms), (0.0, 20_000))

    def test_where_to_begin(self) -> None:
        """The last place before a time."""
        moments = Moments(RAPS, 0, EDGE)
        self.assertEqual(moments.beginning(12_900), (12 * RATE, 12_000))
        self.assertEqual(moments.beginning(13_000), (13 * RATE, 13_000))
        self.assertEqual(moments.beginning(99_000), (19 * RATE, 19_000))

    def test_of_the_past(self) -> None:
        """What nobody told of is judged, at a packet, and never before the start."""
        moments = Moments(RAPS, 5 * RATE, EDGE)
        judged = moments.beginning(7_000)
        self.assertEqual((RAPS[0][0] - judged.position) % PACKET, 0)
        self.assertLessEqual(abs(judged.position - 7 * RATE), PACKET)
        self.assertLess(abs(judged.captured_ms - 7000), 2)
        self.assertEqual(moments.beginning(0).position, 5 * RATE)

    def test_to_join(self) -> None:
        """Half of the delay before the edge; where there is no such place, the first."""
        moments = Moments(RAPS, 0, EDGE)
        self.assertEqual(moments.to_join(4.0), (18 * RATE, 18_000))
        self.assertEqual(moments.to_join(99.0), (10 * RATE, 10_000))

    def test_one_place(self) -> None:
        """Whoever knows one place knows no rate."""
        moments = Moments([(500, 1000)], 0, Beginning(500, 1000))
        self.assertEqual((moments.captured(0), moments.captured(500)), (1000, 1000))
        self.assertEqual(moments.beginning(0), (500, 1000))

    @given(
        st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**4)), min_size=1, max_size=20),
        st.integers(0, 10**7),
        st.integers(-(10**4), 10**6),
    )
    def test_anything(self, steps: list[tuple[int, int]], start: int, wanted: int) -> None:
        """Whatever the places are: one begins between start and edge, and times never go back."""
        raps, position, captured = [], start, 0
        for length, lasts in steps:
            position, captured = position + length, captured + lasts
            raps.append((position, captured))
        moments = Moments(raps, start, Beginning(position + 5, captured))
        begin = moments.beginning(wanted)
        self.assertTrue(start <= begin.position <= position)
        places = sorted({start, *(at for at, _ in raps), position + 5})
        times = [moments.captured(at) for at in places]
        for before, after in pairwise(times):
            self.assertLessEqual(before, after + 1e-6)
