"""The small file that says which units are there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401 - the profile
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.data.state import Damaged, seal
from p2pstream.data.store.claims import Claims, claims_bytes
from p2pstream.data.store.places import Place, guests, places
from p2pstream.errors import StorageError
from p2pstream.testing.state.disks import MemoryDisk


def key_of(units: int) -> FileKey:
    """A key of so many units."""
    return FileKey(b"k" * 32 if units else bytes(32), units * UNIT)


class ClaimsTests(SynchronousTestCase):
    """What is written is what is read."""

    @given(
        st.integers(0, 70).flatmap(lambda count: st.tuples(st.just(count), st.sets(st.integers(0, count))))
    )
    def test_round_trip(self, drawn: tuple[int, set[int]]) -> None:
        """Any set of units."""
        count, numbers = drawn
        units = Ranges((number, number + 1) for number in numbers if number < count)
        claims = Claims(key_of(count), units, 77)
        raw = claims.encode()
        self.assertEqual(Claims.decode(claims.key, raw, "x"), claims)
        self.assertLessEqual(len(raw), claims_bytes(claims.key))

    def test_bits(self) -> None:
        """The first unit is the highest bit."""
        raw = Claims(key_of(10), Ranges([(0, 1), (8, 10)]), 0).encode()
        self.assertEqual(raw[-2:], b"\x80\xc0")

    def test_quick(self) -> None:
        """A terabyte's worth, in few pieces, is no work."""
        key = key_of(1 << 24)
        claims = Claims(key, Ranges([(5, 1 << 20), ((1 << 23) + 1, 1 << 24)]), 1)
        self.assertEqual(Claims.decode(key, claims.encode(), "x"), claims)

    def test_another_stream(self) -> None:
        """A file that was moved here is not believed."""
        raw = Claims(key_of(10), Ranges(), 0).encode()
        self.assertRaises(Damaged, Claims.decode, key_of(11), raw, "x")
        short = seal("units", 1, key_of(10).encode() + bytes(8))
        self.assertRaises(Damaged, Claims.decode, key_of(10), short, "x")

    def test_units_beyond_the_end(self) -> None:
        """Spare bits are no units."""
        raw = seal("units", 1, key_of(10).encode() + bytes(8) + b"\x00\x20")
        self.assertRaises(Damaged, Claims.decode, key_of(10), raw, "x")

    def test_F19_newer(self) -> None:
        """A newer format is refused, in words."""
        raw = seal("units", 2, b"")
        error = self.assertRaises(StorageError, Claims.decode, key_of(1), raw, "x")
        self.assertIn("newer p2pstream", str(error))


class PlaceTests(SynchronousTestCase):
    """Where files lie."""

    def test_found_again(self) -> None:
        """Any of its files shows that a stream is here; others' files are nobody's."""
        disk = MemoryDisk()
        home, guest = Place(key_of(3)), Place(key_of(4), 2)
        for path in (home.tree, guest.data, guest.units, "store/else", "guests/else.x", "guests/else.1.data"):
            disk.replace(path, b"")
        self.assertEqual((places(disk), guests(disk)), ([home], [guest]))
        self.assertEqual(len({*home.all, *guest.all}), 10)
