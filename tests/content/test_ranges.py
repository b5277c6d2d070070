"""Ranges behave like the sets of integers that they stand for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.ranges import Ranges, check_range

pairs = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: (min(pair), max(pair)))
steps = st.lists(st.tuples(st.booleans(), pairs), max_size=12)


def built(changes: list[tuple[bool, tuple[int, int]]]) -> tuple[Ranges, set[int]]:
    """The same changes made to ranges and to a set."""
    ranges, model = Ranges(), set[int]()
    for adding, (start, stop) in changes:
        ranges = ranges.add(start, stop) if adding else ranges.remove(start, stop)
        model = model | set(range(start, stop)) if adding else model - set(range(start, stop))
    return ranges, model


class RangesTests(SynchronousTestCase):
    """Set arithmetic over half-open ranges."""

    @given(steps)
    def test_members(self, changes: list[tuple[bool, tuple[int, int]]]) -> None:
        """Adding and removing change exactly the integers named."""
        ranges, model = built(changes)
        self.assertEqual({i for start, stop in ranges for i in range(start, stop)}, model)
        self.assertEqual(ranges.total, len(model))

    @given(steps)
    def test_normal_form(self, changes: list[tuple[bool, tuple[int, int]]]) -> None:
        """Ranges ascend, are not empty and never touch, so equal sets are equal values."""
        ranges, model = built(changes)
        edges = [edge for pair in ranges for edge in pair]
        self.assertEqual(edges, sorted(set(edges)))
        rebuilt = Ranges((i, i + 1) for i in model)
        self.assertEqual(ranges, rebuilt)
        self.assertEqual(hash(ranges), hash(rebuilt))

    @given(steps, pairs)
    def test_questions(self, changes: list[tuple[bool, tuple[int, int]]], asked: tuple[int, int]) -> None:
        """Covers, missing, first_missing, first_present and since agree with the set."""
        ranges, model = built(changes)
        wanted = set(range(*asked))
        gaps = {i for start, stop in ranges.missing(*asked) for i in range(start, stop)}
        self.assertEqual(gaps, wanted - model)
        self.assertEqual(ranges.covers(*asked), wanted <= model)
        self.assertEqual(asked[0] in ranges, asked[0] in model)
        first = next(i for i in range(asked[0], 99) if i not in model)
        self.assertEqual(ranges.first_missing(asked[0]), first)
        present = next((i for i in range(asked[0], 99) if i in model), None)
        self.assertEqual(ranges.first_present(asked[0]), present)
        behind = Ranges((i - asked[0], i - asked[0] + 1) for i in sorted(model) if i >= asked[0])
        self.assertEqual(ranges.since(asked[0]), behind)

    @given(steps, st.lists(pairs, max_size=24))
    def test_union(self, changes: list[tuple[bool, tuple[int, int]]], more: list[tuple[int, int]]) -> None:
        """With others is what adding each of them gives, few or many."""
        ranges, _ = built(changes)
        added = ranges
        for start, stop in more:
            added = added.add(start, stop)
        self.assertEqual(ranges.union(more), added)

    @given(steps, steps)
    def test_common(
        self, changes: list[tuple[bool, tuple[int, int]]], others: list[tuple[bool, tuple[int, int]]]
    ) -> None:
        """What two have in common, and what only one of them has, is what it is of sets."""
        (some, mine), (more, theirs) = built(changes), built(others)
        self.assertEqual(some.common(more), Ranges((i, i + 1) for i in sorted(mine & theirs)))
        self.assertEqual(some.without(more), Ranges((i, i + 1) for i in sorted(mine - theirs)))

    @given(st.sets(st.integers(0, 20)), st.sets(st.integers(0, 20)))
    def test_nearly_the_same(self, mine: set[int], theirs: set[int]) -> None:
        """Of two that have much in common, each in many ranges, what only one of them has is found."""
        many = set(range(100, 140, 2))
        some, more = (Ranges((i, i + 1) for i in sorted(each | many)) for each in (mine, theirs))
        self.assertEqual(some.without(more), Ranges((i, i + 1) for i in sorted(mine - theirs)))

    @given(steps)
    def test_nth(self, changes: list[tuple[bool, tuple[int, int]]]) -> None:
        """Each integer is found by how many come before it, and ranges are what their edges say."""
        ranges, model = built(changes)
        self.assertEqual([ranges.nth(number) for number in range(len(model))], sorted(model))
        edges = [start for start, _ in ranges], [stop for _, stop in ranges]
        self.assertEqual(Ranges.of_edges(*edges), ranges)

    def test_reversed(self) -> None:
        """A reversed range is a slip of the caller."""
        for question in (Ranges().add, Ranges().remove, Ranges().covers, Ranges().missing):
            self.assertRaises(ValueError, question, 2, 1)

    def test_shown(self) -> None:
        """Its repr reads like its constructor, and it compares with nothing else."""
        self.assertEqual(repr(Ranges([(1, 2), (2, 3), (5, 9)])), "Ranges([(1, 3), (5, 9)])")
        self.assertNotEqual(Ranges(), 0)
        self.assertEqual(len(Ranges([(1, 2), (5, 9)])), 2)


class AskedTests(SynchronousTestCase):
    """What a range may be that somebody asks for."""

    def test_unknown_length(self) -> None:
        """Where the end is unknown, any range may turn out to exist."""
        check_range(5, 10**15, None)
        check_range(0, None, None)

    def test_edges(self) -> None:
        """The end is a position too: empty ranges exist anywhere within."""
        check_range(10, 10, 10)
        check_range(10, None, 10)
        self.assertRaises(ValueError, check_range, 11, None, 10)
        self.assertRaises(ValueError, check_range, 0, 11, 10)
        self.assertRaises(ValueError, check_range, 3, 2, None)
        self.assertRaises(ValueError, check_range, -1, None, None)
