"""What is HTTP, by its first bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.sniff import Sniff
from p2pstream.errors import BadName
from p2pstream.protocols.classic.messages import decode_name
from p2pstream.protocols.http.sniff import OPENINGS, sniff
from tests import strategies as profile  # noqa: F401


class SniffTests(SynchronousTestCase):
    def test_requests(self) -> None:
        """Each form of a target is known, and not a byte too early."""
        for opening in (b"GET /", b"HEAD /", b"POST http://", b"PUT https://", b"OPTIONS * HTTP/"):
            for length in range(len(opening)):
                self.assertIs(sniff(opening[:length]), Sniff.MORE, opening[:length])
            self.assertIs(sniff(opening), Sniff.YES)
            self.assertIs(sniff(opening + b"share/film.mp4 HTTP/1.1\r\n"), Sniff.YES)

    def test_others(self) -> None:
        """What only looks alike is left to others."""
        for other in (
            b"GETTY.mp4",
            b"GET me a film",
            b"get /",
            b"OPTIONS * FTP/",
            b"\x16\x03",
            b" GET /",
            b"GET  /",
        ):
            self.assertIs(sniff(other), Sniff.NO, other)

    def test_no_name_begins_so(self) -> None:
        """Nobody who asks for a stream by its bare name is taken for a browser."""
        for opening in OPENINGS:
            self.assertRaises(BadName, decode_name, opening)

    @given(st.binary(max_size=40))
    def test_a_verdict_stays(self, content: bytes) -> None:
        """More bytes change nothing but MORE."""
        verdicts = [sniff(content[:length]) for length in range(len(content) + 1)]
        settled = [verdict for verdict in verdicts if verdict is not Sniff.MORE]
        self.assertLessEqual(len(set(settled)), 1)
