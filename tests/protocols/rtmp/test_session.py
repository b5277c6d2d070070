"""A publisher, from the greeting to the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.publishing import Footage, PublishAsked, Published, Unpublished
from p2pstream.content.sniff import Sniff
from p2pstream.errors import PeerError, SessionError
from p2pstream.limits import LIMITS
from p2pstream.protocols.rtmp.amf import decode, encode
from p2pstream.protocols.rtmp.flv import FLV_BEGIN, tag
from p2pstream.protocols.rtmp.messages import ChunkReader, Kind, RtmpMessage, chunked
from p2pstream.protocols.rtmp.session import Phase, RtmpSession, sniff
from tests.protocols.rtmp.publisher import GREETING, SAID, asking, command, filmed, over, sized
from tests.strategies import cuts

RANDOM = b"r" * 1528
FILM = FLV_BEGIN + tag(18, 0, SAID) + tag(9, 40, b"P" * 9000) + tag(8, 10, b"sound") + tag(8, 33, b"SOUND")


def answers(sent: bytes) -> list[RtmpMessage]:
    """What was said after the greeting."""
    reader = ChunkReader()
    reader.feed(sent[1 + 2 * 1536 :])
    messages = []
    while (message := reader.next()) is not None:
        messages.append(message)
        if message.kind == Kind.CHUNK_SIZE:
            reader.size = int.from_bytes(message.body, "big")
    return messages


def commands(sent: bytes) -> list[list[object]]:
    """The commands in it."""
    return [list(decode(message.body)) for message in answers(sent) if message.kind == Kind.COMMAND]


class SniffTests(SynchronousTestCase):
    """What a connection begins with."""

    def test_first_byte(self) -> None:
        """Is the version."""
        self.assertEqual(
            [sniff(prefix) for prefix in (b"", b"\x03", b"\x03\0", b"P", b"\x47")],
            [Sniff.MORE, Sniff.YES, Sniff.YES, Sniff.NO, Sniff.NO],
        )


class SessionTests(SynchronousTestCase):
    """Bytes in, events and answers out."""

    def setUp(self) -> None:
        """One that was just connected to."""
        self.session = RtmpSession(RANDOM)

    def publish(self, segments: list[bytes]) -> list[Published]:
        """All of it, accepted when it asks."""
        events: list[Published] = []
        for segment in segments:
            for event in self.session.receive(segment):
                events.append(event)
                if isinstance(event, PublishAsked):
                    self.session.accept()
        return events

    def test_greeting(self) -> None:
        """Version, hello, and the other's hello back."""
        self.assertEqual(self.session.receive(GREETING[:1537]), [])
        self.assertEqual(self.session.to_send(), b"\x03" + bytes(8) + RANDOM + GREETING[1:1537])
        self.session.receive(GREETING[1537:])
        self.assertEqual((self.session.to_send(), self.session.phase), (b"", Phase.COMMANDS))

    def test_one_by_one(self) -> None:
        """What OBS says, and what it hears, in order."""
        self.assertEqual(self.session.receive(asking()), [PublishAsked("secret")])
        said = self.session.to_send()
        kinds = [message.kind for message in answers(said)]
        self.assertEqual(kinds, [Kind.WINDOW, Kind.BANDWIDTH, Kind.CHUNK_SIZE, Kind.COMMAND, Kind.COMMAND])
        self.assertEqual([said[:2] for said in commands(said)], [["_result", 1.0], ["_result", 4.0]])
        self.session.accept()
        begun = ChunkReader()
        begun.size = 4096
        begun.feed(self.session.to_send())
        message = begun.next()
        assert message is not None
        self.assertEqual((message.stream, decode(message.body)[0]), (1, "onStatus"))
        self.assertIn(b"NetStream.Publish.Start", message.body)
        self.assertEqual(
            b"".join(event.content for event in self.session.receive(filmed()) if isinstance(event, Footage)),
            FILM,
        )
        self.assertEqual(self.session.receive(over()), [Unpublished()])
        self.assertEqual((self.session.phase, self.session.receive(b"more")), (Phase.OVER, []))

    @given(cuts(asking()), cuts(filmed() + over()))
    def test_cut_anywhere(self, asked: list[bytes], segments: list[bytes]) -> None:
        """However it comes: one request, one film, one end."""
        self.session = RtmpSession(RANDOM)
        events = self.publish(asked + segments)
        self.assertEqual((events[0], events[-1]), (PublishAsked("secret"), Unpublished()))
        self.assertEqual(b"".join(event.content for event in events if isinstance(event, Footage)), FILM)

    def test_refused(self) -> None:
        """It hears why, and what it sends then is nothing."""
        self.session.receive(asking("wrong"))
        self.session.to_send()
        self.session.refuse("not that key")
        self.assertIn(b"not that key", self.session.to_send())
        self.assertEqual(self.session.receive(filmed()), [])

    def test_before_it_may(self) -> None:
        """A film that nobody accepted yet is not looked at."""
        self.assertEqual(self.session.receive(asking() + filmed()), [PublishAsked("secret")])

    def test_misused(self) -> None:
        """Accepting what nobody asked for is a bug of ours."""
        self.assertRaises(SessionError, self.session.accept)

    def test_pings(self) -> None:
        """Are answered."""
        self.session.receive(GREETING + chunked(RtmpMessage(Kind.USER_CONTROL, b"\0\6\1\2\3\4"), 128, 2))
        self.assertEqual(answers(self.session.to_send()), [RtmpMessage(Kind.USER_CONTROL, b"\0\7\1\2\3\4")])

    def test_acknowledges(self) -> None:
        """Says how much came, once the window is full."""
        window = chunked(RtmpMessage(Kind.WINDOW, (5000).to_bytes(4, "big")), 128, 2)
        self.session.receive(GREETING[:3000])
        self.session.receive(GREETING[3000:] + window)
        self.assertEqual(answers(self.session.to_send()), [])
        self.session.receive(b"\x04\0\0\0\x10\0\0\x09\1\0\0\0" + bytes(2000))
        told = answers(bytes(3073) + self.session.to_send())
        total = 3073 + len(window) + 2012
        self.assertEqual(told, [RtmpMessage(Kind.ACKNOWLEDGEMENT, total.to_bytes(4, "big"))])

    def test_no_rtmp(self) -> None:
        """Another version, another protocol."""
        for raw in (b"\x06", b"GET / HTTP/1.1\r\n", b"\x16\x03\x01"):
            self.assertRaises(PeerError, RtmpSession(RANDOM).receive, raw)

    def test_what_no_publisher_does(self) -> None:
        """A player, aggregates, chunks of nothing or of more than may be, half a number."""
        for raw in (
            command("play", 2, None, "film"), chunked(RtmpMessage(Kind.AGGREGATE, b"x"), 128), sized(0),
            sized(LIMITS.rtmp_message_bytes + 1), chunked(RtmpMessage(Kind.ABORT, b"\0"), 128),
        ):  # fmt: skip
            self.assertRaises(PeerError, RtmpSession(RANDOM).receive, GREETING + raw)

    def test_numbers_that_are_none(self) -> None:
        """A command whose number is a list, or a text too long to be said again, is answered as number 0."""
        long = b"\x0c" + (70_000).to_bytes(4, "big") + bytes(70_000)
        for number in (b"\x0a" + bytes(4), long, b"\x05"):
            for name in ("connect", "createStream"):
                session = RtmpSession(RANDOM)
                body = encode(name) + number
                session.receive(GREETING + chunked(RtmpMessage(Kind.COMMAND, body), 128))
                self.assertEqual(commands(session.to_send())[0][:2], ["_result", 0.0])

    def test_says_much(self) -> None:
        """Who has said as much as may be and publishes nothing is not answered for ever."""
        ping = chunked(RtmpMessage(Kind.USER_CONTROL, b"\0\6\1\2\3\4"), 128, 2)
        self.session.receive(
            GREETING + ping * (LIMITS.rtmp_messages - 1) + command("publish", 1, None, "key")
        )
        self.session.accept()
        self.session.receive(ping)
        other = RtmpSession(RANDOM)
        other.receive(GREETING + ping * LIMITS.rtmp_messages)
        self.assertRaises(PeerError, other.receive, ping)

    @given(st.binary(max_size=300))
    def test_anything(self, raw: bytes) -> None:
        """After the greeting: events, or a line for people."""
        try:
            RtmpSession(RANDOM).receive(GREETING + raw)
        except PeerError as fault:
            self.assertTrue(str(fault).isprintable())
