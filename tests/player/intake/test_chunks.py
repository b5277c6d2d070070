from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.intake.chunks import Chunks
from tests import strategies as profile
from tests.strategies import cuts

FILM = bytes(range(200))


class ChunksTests(SynchronousTestCase):
    @given(cuts(FILM), st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=30))
    def test_any_cut(self, parts: list[bytes], steps: list[tuple[bool, int]]) -> None:
        """However they came and however they are taken or skipped: in order, none twice."""
        chunks, at = Chunks(), 0
        for part in parts:
            chunks.put(part)
        for skips, count in steps:
            count = min(count, len(chunks))
            self.assertEqual(chunks.head(count), FILM[at : at + count])
            if skips:
                chunks.skip(count)
            elif chunks:
                room = memoryview(bytearray(count))
                count = chunks.take(room)
                self.assertEqual(room[:count], FILM[at : at + count])
            at += count
            self.assertEqual(len(chunks), len(FILM) - at)

    def test_one_chunk_at_a_time(self) -> None:
        """What is taken at once is at most the first chunk."""
        chunks = Chunks()
        for part in (b"abc", b"", b"def"):
            chunks.put(part)
        room = memoryview(bytearray(10))
        self.assertEqual((chunks.take(room), bytes(room[:3]), len(chunks)), (3, b"abc", 3))

    def test_clear(self) -> None:
        """Nothing is left."""
        chunks = Chunks()
        chunks.put(b"abc")
        chunks.clear()
        self.assertEqual((len(chunks), bool(chunks), chunks.head(9)), (0, False, b""))


assert profile
