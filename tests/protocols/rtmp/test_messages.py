"""Chunks put together again, and where that ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.rtmp.messages import ChunkReader, RtmpMessage, chunked


def read(*received: bytes, size: int = 128) -> list[RtmpMessage]:
    """The messages in these bytes."""
    reader = ChunkReader()
    reader.size = size
    messages = []
    for each in received:
        reader.feed(each)
        while (message := reader.next()) is not None:
            messages.append(message)
    return messages


def begin(length: int, *, channel: int = 4, stamp: bytes = b"\0\0\0") -> bytes:
    """The header of a picture."""
    return bytes([channel]) + stamp + length.to_bytes(3, "big") + b"\x09\1\0\0\0"


class ChunkTests(SynchronousTestCase):
    """What is cut is whole again."""

    @given(st.binary(max_size=1000), st.integers(1, 300), st.integers(1, 2000))
    def test_there_and_back(self, body: bytes, size: int, step: int) -> None:
        """Whatever the size of chunks, and however they come."""
        message = RtmpMessage(9, body, stream=1)
        raw = chunked(message, size)
        pieces = [raw[at : at + step] for at in range(0, len(raw), step)]
        self.assertEqual(read(*pieces, size=size), [message] if body else read(raw, size=size))

    def test_two_at_once(self) -> None:
        """Sound between the chunks of a picture."""
        picture = chunked(RtmpMessage(9, b"p" * 200), 128, channel=4)
        sound = chunked(RtmpMessage(8, b"s" * 10), 128, channel=5)
        found = read(picture[:140] + sound + picture[140:])
        self.assertEqual([message.body for message in found], [b"s" * 10, b"p" * 200])

    def test_times(self) -> None:
        """In full, as a step, and as a step that is not said again."""
        raw = begin(1, stamp=b"\0\0\x64") + b"a" + b"\x44\0\0\x0a\0\0\1\x09b" + b"\x84\0\0\x14c" + b"\xc4d"
        self.assertEqual([message.stamp for message in read(raw)], [100, 110, 130, 150])

    def test_long_times(self) -> None:
        """Beyond three bytes: four more, also in the chunks that go on."""
        raw = begin(3, stamp=b"\xff\xff\xff") + b"\1\0\0\0" + b"ab" + b"\xc4\1\0\0\0" + b"c"
        found = read(raw, size=2)
        self.assertEqual([(message.stamp, message.body) for message in found], [(1 << 24, b"abc")])

    def test_many_channels(self) -> None:
        """Numbers of one, two and three bytes; as many streams as may be, not one more."""
        for number in (b"\0\0", b"\0\xff", b"\1\0\1"):
            self.assertEqual(len(read(number + begin(1)[1:] + b"x")), 1)
        opened = b"".join(begin(1, channel=3 + each) + b"x" for each in range(LIMITS.rtmp_channels))
        self.assertEqual(len(read(opened)), LIMITS.rtmp_channels)
        self.assertRaises(PeerError, read, opened + begin(1, channel=60) + b"x")

    def test_longest(self) -> None:
        """One at the bound is read; one past it is refused before it comes."""
        most = LIMITS.rtmp_message_bytes
        self.assertEqual(len(read(begin(most) + bytes(most), size=most)[0].body), most)
        self.assertRaises(PeerError, read, begin(most + 1))

    def test_no_more_in_all(self) -> None:
        """Several under way count together."""
        most, step = LIMITS.rtmp_message_bytes, 1 << 20
        raw = b"".join(begin(most, channel=3 + each) + bytes(step) for each in range(most // step + 2))
        self.assertRaises(PeerError, read, raw, size=step)

    def test_out_of_order(self) -> None:
        """Going on where nothing began, and beginning where something goes on."""
        for raw in (b"\xc4x", b"\x84\0\0\0x", begin(200) + bytes(128) + begin(200)):
            self.assertRaises(PeerError, read, raw)

    def test_given_up(self) -> None:
        """The sender aborts a message and begins another."""
        reader = ChunkReader()
        reader.feed(begin(200) + bytes(128))
        self.assertIsNone(reader.next())
        reader.abort(4)
        reader.abort(9)
        reader.feed(begin(1) + b"x")
        self.assertEqual(reader.next(), RtmpMessage(9, b"x", 0, 1))
