"""Which units are kept and fetched where there is no room for all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401 - the profile
from p2pstream.content.ranges import Ranges
from p2pstream.data.store.window import KeptWindow

UNITS = 1000


class WindowTests(SynchronousTestCase):
    def check(self, window: KeptWindow, wanted: list[tuple[int, int]], kept: list[tuple[int, int]]) -> None:
        """It is that."""
        self.assertEqual((list(window.wanted), list(window.kept)), (wanted, kept))

    def test_one_reader(self) -> None:
        """A little stays behind, and all the rest of the room is ahead."""
        self.check(KeptWindow.around(UNITS, [500], 100, 16), [(500, 584)], [(484, 584)])
        self.check(KeptWindow.around(UNITS, [500], 40, 16), [(500, 530)], [(490, 530)])
        self.check(KeptWindow.around(UNITS, [5], 100, 16), [(5, 89)], [(0, 89)])
        self.check(KeptWindow.around(UNITS, [990], 100, 16), [(990, 1000)], [(974, 1000)])

    def test_nobody(self) -> None:
        """Somebody is about to begin."""
        self.check(KeptWindow.around(UNITS, [], 100, 16), [(0, 84)], [(0, 84)])

    def test_at_the_end(self) -> None:
        """Who has read all wants nothing more."""
        self.check(KeptWindow.around(UNITS, [UNITS], 100, 16), [], [(984, 1000)])

    def test_read_and_play(self) -> None:
        """What is on screen and what is read next have one window."""
        self.check(KeptWindow.around(UNITS, [520, 500], 100, 16), [(500, 584)], [(484, 584)])

    def test_far_apart(self) -> None:
        """Two viewers share the room."""
        self.check(
            KeptWindow.around(UNITS, [100, 700], 100, 16), [(100, 138), (700, 738)], [(88, 138), (688, 738)]
        )

    def test_hardly_any_room(self) -> None:
        """Each has the unit that it waits for."""
        self.check(KeptWindow.around(UNITS, [1, 3], 1, 16), [(1, 2), (3, 4)], [(1, 2), (3, 4)])

    def test_what_goes_first(self) -> None:
        """What lies farthest behind, then what is farthest ahead; never what is kept."""
        window = KeptWindow.around(UNITS, [500], 100, 16)
        own = Ranges([(10, 20), (480, 600), (700, 703)])
        self.assertEqual(list(window.spare(own, 5)), [(10, 15)])
        self.assertEqual(list(window.spare(own, 16)), [(10, 20), (480, 484), (701, 703)])
        self.assertEqual(list(window.spare(own, 1000)), [(10, 20), (480, 484), (584, 600), (700, 703)])
        self.assertEqual(list(window.spare(Ranges([(484, 584)]), 7)), [])

    @given(
        st.integers(1, UNITS),
        st.lists(st.integers(0, 2 * UNITS), max_size=6),
        st.integers(1, UNITS),
        st.integers(0, 50),
        st.integers(1, 99),
    )
    def test_any(self, units: int, readers: list[int], room: int, behind: int, count: int) -> None:
        """Inside the stream, within the room, and with what each reader waits for."""
        window = KeptWindow.around(units, readers, room, behind)
        for reader in readers:
            self.assertTrue(reader >= units or window.wanted.covers(reader, reader + 1))
        self.assertTrue(all(window.kept.covers(*span) for span in window.wanted))
        self.assertTrue(Ranges([(0, units)]).covers(*next(iter(window.kept), (0, 0))))
        if len(readers) < 2:
            self.assertLessEqual(window.kept.total, room)
        spare = window.spare(Ranges([(0, units)]), count)
        self.assertEqual(spare.total, min(count, units - window.kept.total))
        self.assertTrue(all(window.kept.missing(*span) == Ranges([span]) for span in spare))
