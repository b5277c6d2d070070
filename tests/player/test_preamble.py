from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.preamble import SEARCHED, Preamble
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
        """A film in which nothing is found is not searched for ever."""
        preamble = Preamble()
        for _ in range(SEARCHED // 1_048_576):
            self.assertTrue(preamble.searching)
            preamble.look(bytes(1_048_576))
        self.assertFalse(preamble.searching)
        self.assertEqual(preamble.length, 0)


assert profile
