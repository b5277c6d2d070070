"""Packets: found, kept whole, and found again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.mpegts import PACKET, Packets, is_transport_stream
from tests.content.mpegts.packed import broadcast
from tests.strategies import cuts

STREAM = broadcast(1)


class PacketTests(SynchronousTestCase):
    """Bytes in, whole packets out."""

    @given(cuts(STREAM))
    def test_cut_anywhere(self, segments: list[bytes]) -> None:
        """However it comes, every packet comes out once, as it was."""
        packets = Packets()
        got = b"".join(packets.feed(segment) for segment in segments)
        self.assertEqual(got, STREAM)
        self.assertEqual(packets.skipped, 0)

    @given(st.binary(max_size=400).filter(lambda junk: b"\x47" not in junk), st.integers(3, 20))
    def test_garbage_between(self, junk: bytes, before: int) -> None:
        """What is no packet is dropped and counted; what follows is found."""
        packets = Packets()
        got = packets.feed(STREAM[: before * PACKET] + junk + STREAM[before * PACKET :])
        self.assertEqual((got, packets.skipped), (STREAM, len(junk)))

    def test_a_byte_lost(self) -> None:
        """The packet that lacks it takes its neighbour along, and no more."""
        packets = Packets()
        got = packets.feed(STREAM[: 4 * PACKET + 9] + STREAM[4 * PACKET + 10 :])
        self.assertEqual(
            got[: 5 * PACKET - 1], STREAM[: 4 * PACKET + 9] + STREAM[4 * PACKET + 10 : 5 * PACKET]
        )
        self.assertEqual(got[5 * PACKET :], STREAM[6 * PACKET :])

    def test_begun_in_the_middle(self) -> None:
        """Nothing is made of the rest of a packet that began before."""
        packets = Packets()
        self.assertEqual(packets.feed(STREAM[100:]), STREAM[PACKET:])

    @given(st.lists(st.binary(max_size=300), max_size=40))
    def test_holds_little(self, segments: list[bytes]) -> None:
        """Of noise nothing is kept but what may still become packets."""
        packets = Packets()
        got = sum(len(packets.feed(segment)) for segment in segments)
        held = sum(map(len, segments)) - got - packets.skipped
        self.assertTrue(0 <= held < 3 * PACKET, held)

    def test_told_from_others(self) -> None:
        """By three packets in a row; 377 bytes tell, 376 do not."""
        self.assertTrue(is_transport_stream(STREAM[:377]))
        self.assertFalse(is_transport_stream(STREAM[:376]))
        self.assertFalse(is_transport_stream(STREAM[1:500]))
        self.assertFalse(is_transport_stream(b"G" + b"\0" * 500))
