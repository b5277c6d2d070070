"""The clock in the test pattern: drawn, coded, and read again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.media.capture.clock import CLOCK_HEIGHT, CLOCK_WIDTH, draw_clock, read_clock

LINE = CLOCK_WIDTH + 8


def drawn(unix_ms: int) -> bytearray:
    """A picture that says so."""
    luma = bytearray(b"\x80" * (LINE * CLOCK_HEIGHT))
    draw_clock(memoryview(luma), LINE, unix_ms)
    return luma


class ClockTests(SynchronousTestCase):
    """For programs."""

    @given(st.integers(0, (1 << 48) - 1))
    def test_there_and_back(self, unix_ms: int) -> None:
        """Every time that can be drawn."""
        self.assertEqual(read_clock(drawn(unix_ms), LINE), unix_ms)

    def test_coded(self) -> None:
        """Levels that moved a little are read, grey is not."""
        luma = drawn(1_800_000_000_123)
        self.assertEqual(read_clock(bytes(min(255, level + 20) for level in luma), LINE), 1_800_000_000_123)
        self.assertIsNone(read_clock(b"\x80" * len(luma), LINE))

    def test_half_of_another(self) -> None:
        """Two pictures that are torn into one are no time."""
        half = LINE * 20
        torn = drawn(1_800_000_000_123)[:half] + drawn(1_812_345_678_901)[half:]
        self.assertIsNone(read_clock(torn, LINE))

    def test_stays_where_it_belongs(self) -> None:
        """Nothing beside it is drawn on."""
        luma = drawn(1)
        self.assertEqual({luma[at] for at in range(CLOCK_WIDTH, len(luma), LINE)}, {0x80})
