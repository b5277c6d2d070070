"""Rows of numbers behave like a sorted list of tuples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.number_rows import NumberRows

MOST = 6
pairs = st.lists(st.tuples(st.integers(0, 12), st.integers(0, (1 << 64) - 1)), max_size=20)


class NumberRowsTests(SynchronousTestCase):
    """Put in in any order, forgotten from the front."""

    @given(pairs, st.integers(0, 13))
    def test_like_a_list(self, put: list[tuple[int, int]], first: int) -> None:
        """Each first number once, ascending; of too many the first goes."""
        rows: NumberRows[tuple[int, int]] = NumberRows(2, MOST)
        model = list[tuple[int, int]]()
        for row in put:
            rows.put(row)
            if row[0] not in [known for known, _ in model]:
                model = sorted([*model, row])[-MOST:]
            self.assertEqual(list(rows), model)
        self.assertEqual((len(rows), rows[1:3], rows[:]), (len(model), model[1:3], model))
        self.assertEqual(
            [list(rows.column(at)) for at in (0, 1)], [[row[at] for row in model] for at in (0, 1)]
        )
        rows.forget(first)
        self.assertEqual(list(rows), [row for row in model if row[0] >= first])

    def test_places(self) -> None:
        """From both ends, and none beyond them."""
        rows: NumberRows[tuple[int, int, int]] = NumberRows(3, MOST)
        self.assertFalse(rows)
        self.assertRaises(IndexError, rows.__getitem__, 0)
        rows.put((1, 2, 3))
        rows.put((4, 5, 6))
        self.assertEqual(
            (rows[0], rows[-1], list(reversed(rows))), ((1, 2, 3), (4, 5, 6), [(4, 5, 6), (1, 2, 3)])
        )
        self.assertIn((4, 5, 6), rows)
        self.assertEqual(repr(rows), "<2 rows>")
