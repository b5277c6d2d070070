"""A request that publishes, from its first byte to its last."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.publishing import Footage, PublishAsked, Published, Unpublished
from p2pstream.content.sniff import Sniff
from p2pstream.errors import PeerError, SessionError
from p2pstream.limits import LIMITS
from p2pstream.protocols.put.body import ChunkedBody
from p2pstream.protocols.put.session import PutSession, sniff, sniff_publishing
from tests.strategies import cuts

FILM = bytes(range(256)) * 10
#: As ffmpeg writes it.
HEAD = (
    b"PUT /live/se%20cret HTTP/1.1\r\nTransfer-Encoding: chunked\r\nUser-Agent: Lavf/60\r\n"
    b"Accept: */*\r\nConnection: close\r\nHost: 127.0.0.1:1935\r\nIcy-MetaData: 1\r\n\r\n"
)


def chunked(*parts: bytes) -> bytes:
    """A body in chunks, with its end."""
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def published(*segments: bytes, end: bool = False) -> tuple[list[Published], PutSession]:
    """What comes of them, accepted when it asks."""
    session, events = PutSession(), list[Published]()
    for segment in segments:
        new = session.receive(segment)
        if any(isinstance(event, PublishAsked) for event in new):
            session.accept()
            new += session.receive(b"")
        events += new
    return events + (session.hung_up() if end else []), session


def film(events: list[Published]) -> bytes:
    """All of it."""
    return b"".join(event.content for event in events if isinstance(event, Footage))


class SniffTests(SynchronousTestCase):
    """What a connection begins with."""

    def test_methods(self) -> None:
        """A method and a blank, and nothing else."""
        for method in (b"PUT ", b"POST ", b"GET ", b"OPTIONS "):
            for stop in range(len(method)):
                self.assertEqual(sniff(method[:stop]), Sniff.MORE)
            self.assertEqual(sniff(method + b"/"), Sniff.YES)
        for other in (b"\x03", b"\x47\x40", b"put ", b"PUTT"):
            self.assertEqual(sniff(other), Sniff.NO)

    def test_beside_pages(self) -> None:
        """What only asks is for them."""
        self.assertEqual([sniff_publishing(b"P"), sniff_publishing(b"POST /")], [Sniff.MORE, Sniff.YES])
        self.assertEqual([sniff_publishing(b"GET /"), sniff_publishing(b"OPTIONS ")], [Sniff.NO, Sniff.NO])


class SessionTests(SynchronousTestCase):
    """Bytes in, events and answers out."""

    @given(cuts(HEAD + chunked(FILM[:1000], FILM[1000:])))
    def test_chunks(self, segments: list[bytes]) -> None:
        """However it is cut: the key, the film, its end, and that it was taken."""
        events, session = published(*segments)
        self.assertEqual((events[0], events[-1]), (PublishAsked("se cret"), Unpublished()))
        self.assertEqual(film(events), FILM)
        self.assertTrue(session.to_send().startswith(b"HTTP/1.1 200 OK\r\n"))
        self.assertEqual((session.receive(b"more"), session.hung_up()), ([], []))

    @given(cuts(b"POST /k HTTP/1.1\r\nContent-Length: 2560\r\n\r\n" + FILM + b"more"))
    def test_counted(self, segments: list[bytes]) -> None:
        """So many bytes as it says, and none that follow."""
        events, _ = published(*segments)
        self.assertEqual((events[0], events[-1], film(events)), (PublishAsked("k"), Unpublished(), FILM))

    def test_without_a_length(self) -> None:
        """It ends where the connection does."""
        events, session = published(b"POST /k HTTP/1.0\r\n\r\n" + FILM, end=True)
        self.assertEqual((events[-1], film(events)), (Unpublished(), FILM))
        self.assertIn(b"200 OK", session.to_send())

    def test_broke_off(self) -> None:
        """Where more was to come, the end of the connection is none of the film."""
        for head in (HEAD + b"5\r\nabc", b"PUT /k HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc"):
            events, _ = published(head, end=True)
            self.assertEqual((film(events), events[-1]), (b"abc", Footage(b"abc")))

    def test_asks_before_it_sends(self) -> None:
        """As curl does: it is told to go on when it may."""
        session = PutSession()
        session.receive(b"PUT /k HTTP/1.1\r\nExpect: 100-Continue\r\nTransfer-Encoding: chunked\r\n\r\n")
        self.assertEqual(session.to_send(), b"")
        session.accept()
        self.assertEqual(session.to_send(), b"HTTP/1.1 100 Continue\r\n\r\n")

    def test_refused(self) -> None:
        """It is told why, and nothing of it counts."""
        session = PutSession()
        self.assertEqual(session.receive(HEAD + chunked(FILM)), [PublishAsked("se cret")])
        session.refuse("not that “key”")
        answer = session.to_send()
        self.assertTrue(answer.startswith(b"HTTP/1.1 403 Forbidden\r\n"))
        self.assertIn("not that “key”".encode(), answer)
        self.assertEqual(session.receive(b"more"), [])
        self.assertRaises(SessionError, session.accept)

    def test_declined(self) -> None:
        """What publishes nothing is answered in words, and ends."""
        for status, request in (
            (405, b"GET /live/k HTTP/1.1\r\nHost: x\r\n\r\n"),
            (405, b"OPTIONS /live/k HTTP/1.1\r\nOrigin: http://evil.example\r\n\r\n"),
            (403, b"POST /live/k HTTP/1.1\r\nOrigin: http://evil.example\r\n\r\n"),
            (403, b"POST /live/k HTTP/1.1\r\nOrigin: null\r\n\r\n"),
            (403, b"POST /live/k HTTP/1.1\r\nSec-Fetch-Site: cross-site\r\n\r\n"),
            (403, b"PUT /live/k HTTP/1.1\r\nVia: 1.1 proxy\r\n\r\n"),
            (403, b"PUT /live/k HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n"),
            (400, b"PUT live/k HTTP/1.1\r\n\r\n"),
            (400, b"PUT /k HTTP/2\r\n\r\n"),
            (400, b"PUT /k HTTP/1.1\r\nno field\r\n\r\n"),
            (400, b"PUT /k HTTP/1.1\r\nHost : x\r\n\r\n"),
            (400, b"PUT /k HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
            (400, b"PUT /k HTTP/1.1\r\nContent-Length: 5\r\ncontent-length: 6\r\n\r\n"),
            (501, b"PUT /k HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"),
            (501, b"PUT /k HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
        ):
            session = PutSession()
            self.assertRaises(PeerError, session.receive, request)
            answer = session.to_send()
            self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), (request, answer))
            self.assertEqual(b"Allow: PUT, POST" in answer, status == 405)

    def test_bounds(self) -> None:
        """A head as long as may be, and one byte more; the line of a chunk likewise."""
        room = LIMITS.publish_head_bytes - len(b"PUT /k HTTP/1.1\r\nX: ")
        for more in (0, 1):
            session, request = PutSession(), b"PUT /k HTTP/1.1\r\nX: " + b"x" * (room + more) + b"\r\n\r\n"
            if more:
                self.assertRaises(PeerError, session.receive, request)
            else:
                self.assertEqual(session.receive(request), [PublishAsked("k")])
        self.assertRaises(PeerError, PutSession().receive, b"P" * (LIMITS.publish_head_bytes + 1))
        few = replace(LIMITS, publish_chunk_bytes=10)
        self.assertEqual(ChunkedBody(few).take(b"3;x=12345"[:8] + b"\r\nabc"), b"abc")
        self.assertRaises(PeerError, ChunkedBody(few).take, b"3;x=1234567\r\nabc")

    def test_blanks(self) -> None:
        """Blanks around a value are none of it, and reading many takes no longer than reading others."""
        events, _ = published(b"PUT /k HTTP/1.1\r\nTransfer-Encoding: \t chunked \t\r\n\r\n" + chunked(FILM))
        self.assertEqual(film(events), FILM)
        for field in (b"X:" + b" " * 1500 + b"\0", b"X:" + b"\t" * 1500 + b"\r"):
            begun = process_time()
            self.assertRaises(PeerError, PutSession().receive, b"PUT /k HTTP/1.1\r\n" + field + b"\r\n\r\n")
            self.assertLess(process_time() - begun, 0.5)

    def test_small_chunks(self) -> None:
        """A body in chunks of one byte takes as long as it has bytes, not as long as their square."""
        body = b"1\r\nx\r\n" * 100_000
        begun = process_time()
        self.assertEqual(ChunkedBody().take(body), b"x" * 100_000)
        self.assertLess(process_time() - begun, 2.0)

    def test_no_chunks(self) -> None:
        """What is framed as nothing is, ends it."""
        for body in (b"x\r\n", b"3\nabc", b"3\r\nabcd\r\n", b"-3\r\n", b"123456789\r\n", b"\r\n"):
            self.assertRaises(PeerError, published, HEAD + body)

    @given(st.binary(max_size=200), st.binary(max_size=200))
    def test_anything(self, first: bytes, second: bytes) -> None:
        """Nothing but `PeerError` comes out of it."""
        for begin in (b"", HEAD, HEAD + b"5\r\n"):
            try:
                published(begin + first, second, end=True)
            except PeerError:
                continue
