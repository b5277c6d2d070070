from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.player.intake.preamble import FilmCount, Preamble
from tests import strategies as profile
from tests.strategies import cuts

MP4 = b"\0\0\0\x18ftypisom" + b"\0" * 300 + b"moov" + b"\1" * 500 + b"\0\0\1\0mdat" + b"\2" * 100
MATROSKA = b"\x1aE\xdf\xa3" + b"\3" * 200 + b"\x1f\x43\xb6\x75" + b"\4" * 100


class PreambleTests(SynchronousTestCase):
    @given(st.sampled_from([MP4, MATROSKA]).flatmap(lambda film: st.tuples(st.just(film), cuts(film))))
    def test_any_cut(self, given_film: tuple[bytes, list[bytes]]) -> None:
        """However the film is cut into chunks, its headers end where they end."""
        film, parts = given_film
        preamble = Preamble()
        for part in parts:
            if preamble.searching:
                preamble.look(part)
        self.assertEqual(preamble.length, 820 if film is MP4 else 204)

    def test_gives_up(self) -> None:
        """A film in which nothing is found is searched up to the bound, and not beyond."""
        preamble = Preamble(replace(LIMITS, preamble_bytes=1000))
        preamble.look(bytes(999))
        self.assertTrue(preamble.searching)
        preamble.look(bytes(1))
        self.assertFalse(preamble.searching)
        self.assertEqual(preamble.length, 0)

    def test_found_at_the_bound(self) -> None:
        """What begins with the last byte that is searched for is found still."""
        preamble = Preamble(replace(LIMITS, preamble_bytes=1000))
        preamble.look(bytes(999))
        preamble.look(b"mdat")
        self.assertEqual(preamble.length, 999)


class FilmCountTests(SynchronousTestCase):
    def _counted(self, position: int) -> int:
        count = FilmCount()
        count.jump(position)
        for at in range(0, len(MP4), 100):
            count.add(memoryview(MP4[at : at + 100]))
        return count.count

    def test_headers_are_no_film(self) -> None:
        """Read from its beginning, what stands before the first sample is not counted."""
        self.assertEqual(self._counted(0), len(MP4) - 820)

    def test_after_a_jump(self) -> None:
        """Elsewhere everything is film, whatever it looks like."""
        self.assertEqual(self._counted(5000), len(MP4))


assert profile
