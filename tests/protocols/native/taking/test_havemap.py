"""What the other end says it has, and what it is told: sets that two ends keep alike."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401
from p2pstream.content.ranges import Ranges
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.native.giving.news import News
from p2pstream.protocols.native.messages import Have, HaveMode, decode
from p2pstream.protocols.native.taking.havemap import HaveMap, cost

ALL = 200
SETS = st.sets(st.integers(0, ALL - 1))


def ranges(units: set[int]) -> Ranges:
    """The set as ranges."""
    return Ranges((unit, unit + 1) for unit in sorted(units))


def said(mode: HaveMode, units: set[int]) -> Have:
    """A message about these units."""
    return Have(mode, tuple((start, stop - start) for start, stop in ranges(units)))


class HaveMapTests(SynchronousTestCase):
    """A set in a stranger's hands."""

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([HaveMode.ADD, HaveMode.REMOVE, HaveMode.REPLACE, HaveMode.SOON]), SETS
            ),
            max_size=8,
        )
    )
    def test_against_a_set(self, changes: list[tuple[HaveMode, set[int]]]) -> None:
        """It is what a plain set would be."""
        kept, model = HaveMap(ALL), set[int]()
        for mode, units in changes:
            kept.take(said(mode, units))
            if mode is HaveMode.ADD:
                model |= units
            elif mode is HaveMode.REMOVE:
                model -= units
            elif mode is HaveMode.REPLACE:
                model = set(units)
            self.assertEqual(kept.units, ranges(model))

    @given(SETS, st.integers(0, 100), st.binary(min_size=1, max_size=12))
    def test_bitmaps(self, before: set[int], base: int, bitmap: bytes) -> None:
        """A bitmap says all about the units that it covers, and nothing about others."""
        kept = HaveMap(ALL)
        kept.take(said(HaveMode.ADD, before))
        bits = 8 * len(bitmap)
        kept.take(Have(HaveMode.BITMAP, (), base, bits, bitmap))
        here = {base + bit for bit in range(bits) if bitmap[bit // 8] & 0x80 >> bit % 8}
        model = {unit for unit in before if not base <= unit < base + bits} | here
        self.assertEqual(kept.units, ranges(model))

    def test_all_and_none(self) -> None:
        """In a word each."""
        kept = HaveMap(ALL)
        kept.take(Have(HaveMode.ALL))
        self.assertEqual(list(kept.units), [(0, ALL)])
        kept.take(Have(HaveMode.NONE))
        self.assertEqual(list(kept.units), [])
        empty = HaveMap(0)
        empty.take(Have(HaveMode.ALL))
        self.assertEqual(list(empty.units), [])

    def test_F35_units_that_do_not_exist(self) -> None:
        """The last unit may be claimed, the one behind it not, whatever the mode."""
        kept = HaveMap(10)
        for mode in (HaveMode.ADD, HaveMode.REMOVE, HaveMode.REPLACE, HaveMode.SOON):
            kept.take(Have(mode, ((0, 10),)))
            self.assertRaises(PeerError, kept.take, Have(mode, ((9, 2),)))
            self.assertRaises(PeerError, kept.take, Have(mode, ((2**64 - 1, 2**32 - 1),)))
        kept.take(Have(HaveMode.BITMAP, (), 2, 8, b"\xff"))
        self.assertRaises(PeerError, kept.take, Have(HaveMode.BITMAP, (), 3, 8, b"\xff"))

    def test_memory_is_bounded(self) -> None:
        """Beyond so many ranges the smallest are forgotten; nothing is made up."""
        kept = HaveMap(2**32, replace(LIMITS, native_map_ranges=8))
        eight = tuple((10 * number, 1 + number % 3) for number in range(8))
        kept.take(Have(HaveMode.ADD, eight))
        self.assertEqual(len(kept.units), 8)
        kept.take(Have(HaveMode.ADD, ((1000, 50),)))
        left = list(kept.units)
        self.assertEqual(len(left), 6)
        self.assertIn((1000, 1050), left)
        self.assertTrue({(start, stop - start) for start, stop in left} <= {*eight, (1000, 50)})

    def test_what_long_messages_cost(self) -> None:
        """A message that takes longer to take in counts as several."""
        self.assertEqual(cost(Have(HaveMode.ALL)), 1)
        self.assertEqual(cost(Have(HaveMode.ADD, ((0, 1),) * 1024)), 5)
        self.assertEqual(cost(Have(HaveMode.BITMAP, (), 0, 65_536, bytes(8192))), 9)


class ToldTests(SynchronousTestCase):
    """The other end always knows what is here."""

    @given(st.lists(SETS, max_size=6), st.sampled_from([0, 3, 1024]))
    def test_both_ends_agree(self, states: list[set[int]], most: int) -> None:
        """After every change, in ranges or in bitmaps, through the wire."""
        limits = replace(LIMITS, native_have_ranges=most, native_have_bits=64)
        told, kept = News(ALL, limits), HaveMap(ALL)
        for units in states:
            for message in told.news(ranges(units)):
                kept.take(decode_have(message))
            self.assertEqual(kept.units, ranges(units))

    def test_as_few_words_as_will_do(self) -> None:
        """Nothing without news; one word for everything; only what changed."""
        told = News(10)
        self.assertEqual(list(told.news(Ranges())), [])
        self.assertEqual(list(told.news(Ranges([(0, 3)]))), [Have(HaveMode.ADD, ((0, 3),))])
        self.assertEqual(list(told.news(Ranges([(0, 4)]))), [Have(HaveMode.ADD, ((3, 1),))])
        self.assertEqual(
            list(told.news(Ranges([(1, 4), (6, 7)]))),
            [Have(HaveMode.REMOVE, ((0, 1),)), Have(HaveMode.ADD, ((6, 1),))],
        )
        self.assertEqual(list(told.news(Ranges([(0, 10)]))), [Have(HaveMode.ALL)])
        self.assertEqual(list(told.news(Ranges([(0, 10)]))), [])
        self.assertEqual(list(News(0).news(Ranges())), [])


def decode_have(message: Have) -> Have:
    """The message after its way over the wire."""
    body = message.pack()
    if message.mode is HaveMode.BITMAP or len(message.ranges) <= LIMITS.native_have_ranges:
        decoded = decode(Have.type, body)
        assert isinstance(decoded, Have)
        return decoded
    return message
