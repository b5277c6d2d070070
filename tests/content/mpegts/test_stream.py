"""Where one may begin to watch a transport stream, and what time it is there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.mpegts import PACKET, Elementary, Stretch, TransportStream
from p2pstream.limits import LIMITS
from tests.content.mpegts.packed import (
    MAP,
    SOUND,
    VIDEO,
    association,
    broadcast,
    clocked,
    map_of,
    packet,
    picture,
    section,
    tabled,
)  # fmt: skip
from tests.strategies import cuts

STREAM = broadcast(3)
H264, HEVC, MPEG2, AAC = 0x1B, 0x24, 0x02, 0x0F
BODIES = st.binary(min_size=184, max_size=184)
NULL = packet(0x1FFF, b"\xff" * 184)
PLAIN = association() + map_of((H264, VIDEO), (AAC, SOUND)) + NULL


def raps(content: bytes) -> list[Stretch]:
    """The parts one may begin at."""
    return [part for part in TransportStream().feed(content) if part.rap]


class CutTests(SynchronousTestCase):
    """All comes out, cut where it should be."""

    @given(cuts(STREAM))
    def test_cut_anywhere(self, segments: list[bytes]) -> None:
        """However it comes, the places and the times are the same, and only tables are added."""
        stream, whole = TransportStream(), TransportStream().feed(STREAM)
        parts = [part for segment in segments for part in stream.feed(segment)]
        marks = lambda of: [(part.discontinuity, part.clock) for part in of if part.rap]  # noqa: E731
        self.assertEqual(marks(parts), marks(whole))
        self.assertEqual(b"".join(p.content for p in parts), b"".join(p.content for p in whole))

    def test_each_key_picture(self) -> None:
        """Tables first, then the picture; a second apart by the stream's own clock."""
        found = raps(STREAM)
        self.assertEqual([part.clock for part in found], [0.0, 1.0, 2.0])
        for part in found:
            pids = [int.from_bytes(part.content[at + 1 : at + 3], "big") & 0x1FFF for at in (0, 188, 376)]
            self.assertEqual(pids, [0, MAP, VIDEO])

    def test_nothing_is_lost(self) -> None:
        """Without what was added, it is what was fed."""
        parts = TransportStream().feed(STREAM)
        self.assertEqual(b"".join(part.content[2 * PACKET if part.rap else 0 :] for part in parts), STREAM)

    def test_program(self) -> None:
        """What the tables say."""
        stream = TransportStream()
        stream.feed(PLAIN)
        assert stream.program is not None
        self.assertEqual(stream.program.streams, (Elementary(VIDEO, "h264"), Elementary(SOUND, "aac")))
        self.assertEqual((stream.program.clock, stream.program.lead), (VIDEO, Elementary(VIDEO, "h264")))

    def test_no_tables_no_place(self) -> None:
        """Where nothing says what the streams are, nobody can begin."""
        self.assertEqual(raps(picture(b"\x67", access=True) * 5), [])
        self.assertEqual(raps(association() + picture(b"\x67", access=True) * 5), [])


class AccessTests(SynchronousTestCase):
    """What one may begin at."""

    def count(self, kind: int, content: bytes) -> int:
        """How many places there are in ``content`` of a stream of that type."""
        return len(raps(association() + map_of((kind, VIDEO)) + content + NULL))

    def test_said(self) -> None:
        """The multiplexer says so."""
        self.assertEqual(self.count(H264, picture(b"\x09\x41", access=True)), 1)

    def test_seen(self) -> None:
        """The picture's own units say so."""
        for kind, units, places in (
            (H264, b"\x09\x67\x68\x65", 1), (H264, b"\x09\x41", 0), (H264, b"\x65", 1),
            (HEVC, b"\x46\x40\x42", 1), (HEVC, b"\x46\x26", 1), (HEVC, b"\x46\x02", 0),
            (MPEG2, b"\xb3\xb8", 1), (MPEG2, b"\x00", 0),
        ):  # fmt: skip
            self.assertEqual(self.count(kind, picture(units)), places, units.hex())

    def test_only_where_a_picture_begins(self) -> None:
        """Not in the middle of one, not in another stream, not in what is scrambled."""
        self.assertEqual(self.count(H264, packet(VIDEO, b"\0\0\1\x67" + b"v" * 180)), 0)
        self.assertEqual(self.count(H264, picture(b"\x67", pid=SOUND)), 0)
        scrambled = bytearray(picture(b"\x67"))
        scrambled[3] |= 0x80
        self.assertEqual(self.count(H264, bytes(scrambled)), 0)

    def test_sound_alone(self) -> None:
        """Without a picture once a second of the stream's clock, and not sooner."""
        beats = [
            clocked(SOUND, tenth / 10) + packet(SOUND, b"\0\0\1\xc0" + b"s" * 180, start=True)
            for tenth in range(31)
        ]
        content = association() + map_of((AAC, SOUND), clock=SOUND) + b"".join(beats)
        every = LIMITS.live_sound_rap_s
        self.assertEqual([round(part.clock or 0, 1) for part in raps(content)], [every * n for n in range(4)])


class ClockTests(SynchronousTestCase):
    """Seconds that never go back."""

    def clocks(self, *beats: bytes) -> list[tuple[float | None, bool]]:
        """The time at each beat, and whether it jumped."""
        parts = TransportStream().feed(PLAIN + b"".join(beats))
        return [(part.clock and round(part.clock, 3), part.discontinuity) for part in parts[1:]]

    def test_starts_again(self) -> None:
        """After 26.5 hours the clock is at nought, and that is no jump."""
        wrap = (1 << 33) / 90_000
        self.assertEqual(
            self.clocks(clocked(VIDEO, wrap - 1), clocked(VIDEO, 1)), [(0.0, False), (2.0, False)]
        )

    def test_jumps(self) -> None:
        """Backwards, or further than may be between two readings; at the bound it still goes on."""
        most = LIMITS.live_clock_step_s
        self.assertEqual(self.clocks(clocked(VIDEO, 5), clocked(VIDEO, 4)), [(0.0, False), (0.0, True)])
        self.assertEqual(
            self.clocks(clocked(VIDEO, 5), clocked(VIDEO, 5 + most)), [(0.0, False), (most, False)]
        )
        self.assertEqual(
            self.clocks(clocked(VIDEO, 5), clocked(VIDEO, 5.1 + most)), [(0.0, False), (0.0, True)]
        )

    def test_says_that_it_jumps(self) -> None:
        """Even a small step then is one."""
        self.assertEqual(
            self.clocks(clocked(VIDEO, 5), clocked(VIDEO, 5.1, broken=True), clocked(VIDEO, 5.3)),
            [(0.0, False), (0.0, True), (0.2, False)],
        )

    def test_no_clock(self) -> None:
        """Then the pictures' own time stamps are taken."""
        content = association() + map_of((H264, VIDEO), clock=0x1FFF)
        content += picture(b"\x67", seconds=7) + picture(b"\x41", seconds=7.5)
        self.assertEqual([part.clock for part in TransportStream().feed(content)][1:], [0.0, 0.5])


class TableTests(SynchronousTestCase):
    """Tables that change, are long, damaged or lie."""

    def test_long_map(self) -> None:
        """One of several packets, all of which stand before a place to begin at."""
        long = map_of((H264, VIDEO), info=b"d" * 400)
        self.assertEqual(len(long), 3 * PACKET)
        place = raps(association() + long + picture(b"\x67"))[0]
        self.assertEqual(place.content, association_and(long, place))

    def test_too_long_a_map(self) -> None:
        """One that has as many bytes as may be is taken, one of a packet more is not."""
        bare = len(map_of((H264, VIDEO))) and 8 + 4 + 9 + 4
        for more, taken in ((0, True), (PACKET, False)):
            stream = TransportStream()
            info = b"d" * (LIMITS.live_section_bytes - bare - 8 + more)
            stream.feed(association() + map_of((H264, VIDEO), info=info))
            self.assertEqual(stream.program is not None, taken)

    def test_another_program(self) -> None:
        """A new association table takes effect with its map, not before."""
        stream = TransportStream()
        stream.feed(PLAIN + association(pid=0x1234))
        self.assertIsNone(stream.program)
        stream.feed(map_of((HEVC, SOUND), clock=SOUND, pid=0x1234))
        assert stream.program is not None
        self.assertEqual(stream.program.streams, (Elementary(SOUND, "hevc"),))

    def test_damaged(self) -> None:
        """A table whose checksum is wrong says nothing."""
        for at in range(9, 30):
            damaged = bytearray(map_of((H264, VIDEO)))
            damaged[at] ^= 1
            stream = TransportStream()
            stream.feed(association() + bytes(damaged))
            if stream.program is not None:
                self.assertGreaterEqual(at, 5 + 8 + 9 + 4)

    def test_map_that_contradicts_itself(self) -> None:
        """Lengths that lead past its end: it is none."""
        stream = TransportStream()
        stream.feed(association() + tabled(MAP, section(2, b"\xe1\0\xf0\0\x1b\xe1\0\xf0\x09")))
        self.assertIsNone(stream.program)

    def test_no_longer_than_tables_are(self) -> None:
        """One that says it has 4,098 bytes is given up at the bound."""
        stream = TransportStream()
        endless = packet(0, b"\0\0\xbf\xff" + b"t" * 180, start=True) + packet(0, b"t" * 184) * 40
        stream.feed(endless)
        stream.feed(PLAIN)
        self.assertIsNotNone(stream.program)

    @given(
        st.lists(
            st.tuples(st.sampled_from([0, MAP, VIDEO]), st.booleans(), st.binary(min_size=184, max_size=184))
        )
    )
    def test_anything(self, made: list[tuple[int, bool, bytes]]) -> None:
        """Whatever packets carry, they come out."""
        stream = TransportStream()
        stream.feed(PLAIN)
        content = b"".join(packet(pid, carried, start=start) for pid, start, carried in made)
        parts = stream.feed(content)
        self.assertGreaterEqual(sum(len(part.content) for part in parts), len(content))


def association_and(long: bytes, place: Stretch) -> bytes:
    """The table, the map, and the picture that ends the part."""
    return place.content[:PACKET] + long + place.content[-PACKET:]
