"""How long films are, by files made of a few bytes."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.durations import duration_of
from p2pstream.content.mpegts import PACKET
from p2pstream.limits import LIMITS

MINUTE = 60_000
UNKNOWN = (1 << 64) - 1


def read(content: bytes, most: int = LIMITS.duration_reads) -> int:
    """The length of a film in memory; the reads are counted."""
    asking = duration_of(len(content))
    start, stop = next(asking)
    for _ in range(most):
        assert 0 <= start <= stop <= len(content), (start, stop)
        assert stop - start <= LIMITS.duration_bytes, (start, stop)
        try:
            start, stop = asking.send(content[start:stop])
        except StopIteration as end:
            return int(end.value)
    return -1


def box(kind: bytes, content: bytes = b"", size: int | None = None) -> bytes:
    """One box."""
    return struct.pack(">I", 8 + len(content) if size is None else size) + kind + content


def large(kind: bytes, content: bytes) -> bytes:
    """One with a size of 64 bits."""
    return struct.pack(">I4sQ", 1, kind, 16 + len(content)) + content


def header(scale: int, ticks: int, version: int = 0) -> bytes:
    """A film's."""
    if version:
        return box(b"mvhd", struct.pack(">IQQIQ", 1 << 24, 0, 0, scale, ticks) + bytes(80))
    return box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, scale, ticks) + bytes(80))


def extends(ticks: int, version: int = 0) -> bytes:
    """What says how long all fragments are."""
    return box(
        b"mvex", box(b"trex") + box(b"mehd", struct.pack(">IQ" if version else ">II", version << 24, ticks))
    )


TYPE = box(b"ftyp", b"isom" + bytes(8))


class BoxTests(SynchronousTestCase):
    """MP4."""

    def test_where_the_header_is(self) -> None:
        """At the beginning, behind the pictures, and behind more of them than 32 bits can say."""
        film, pictures = box(b"moov", header(600, 36_000)), b"x" * 5000
        self.assertEqual(read(TYPE + film + box(b"mdat", pictures)), MINUTE)
        self.assertEqual(read(TYPE + box(b"free") + box(b"mdat", pictures) + film), MINUTE)
        self.assertEqual(read(TYPE + large(b"mdat", pictures) + film), MINUTE)
        self.assertEqual(read(box(b"moov", header(600, 36_000, 1), 0)), MINUTE)

    def test_fragments(self) -> None:
        """Their length may stand elsewhere, or nowhere."""
        for ticks, version in ((0, 0), (2**32 - 1, 0), (UNKNOWN, 1), (0, 1)):
            for other in (0, 1):
                film = box(b"moov", header(1000, ticks, version) + box(b"trak") + extends(MINUTE, other))
                self.assertEqual(read(TYPE + film), MINUTE, (ticks, version))
            self.assertEqual(read(TYPE + box(b"moov", header(1000, ticks, version))), 0)

    def test_damaged(self) -> None:
        """No header, no scale, a box that is smaller than its head, more boxes than are looked at."""
        for content in (
            TYPE,
            TYPE + box(b"moov"),
            TYPE + box(b"moov", header(0, 5)),
            TYPE + box(b"free", size=7) + box(b"moov", header(1, 60)),
            TYPE + large(b"moov", b"")[:12],
            TYPE + box(b"moov", box(b"mvhd", b"\xff" * 4, 1)),
            TYPE + box(b"moov", header(1, 2**32 - 2)),
        ):
            self.assertEqual(read(content), 0, content)
        film = box(b"moov", header(1, 60))
        # One to see what it is, one for the type, two for the header.
        enough = LIMITS.duration_reads - 5
        self.assertEqual(read(TYPE + box(b"free") * enough + film), MINUTE)
        self.assertEqual(read(TYPE + box(b"free") * (enough + 1) + film), -1)


def number(value: int, taken: int) -> bytes:
    """One of variable size."""
    return (value | 1 << 7 * taken).to_bytes(taken, "big")


def element(identity: int, content: bytes, taken: int = 8) -> bytes:
    """One element."""
    raw = identity.to_bytes((identity.bit_length() + 7) // 8, "big")
    return raw + number(len(content), taken) + content


BEGIN = element(0x1A45DFA3, b"\x42\x82\x84webm", 1)
ENDLESS = b"\x18\x53\x80\x67\x01" + b"\xff" * 7
SCALE = element(0x2AD7B1, (1_000_000).to_bytes(3, "big"), 1)


def info(*parts: bytes) -> bytes:
    """What is said of a film."""
    return element(0x1549A966, b"".join(parts))


class ElementTests(SynchronousTestCase):
    """Matroska."""

    def test_lengths(self) -> None:
        """As 32 or 64 bits, with ticks of a millisecond unless it says otherwise."""
        for size, ticks in ((4, ">f"), (8, ">d")):
            told = element(0x4489, struct.pack(ticks, MINUTE), 1)
            for film in (
                BEGIN + ENDLESS + element(0xEC, b"x" * 300) + info(SCALE, told),
                BEGIN + element(0x18538067, info(told)),
                BEGIN + ENDLESS + info(element(0x4D80, b"by hand"), told, SCALE),
            ):
                self.assertEqual(read(film), MINUTE, size)
        slow = element(0x2AD7B1, (10**9).to_bytes(4, "big"))
        self.assertEqual(read(BEGIN + ENDLESS + info(slow, element(0x4489, struct.pack(">d", 60.0)))), MINUTE)

    def test_damaged(self) -> None:
        """Nothing said, none of the sizes, no number, only behind the pictures."""
        bad = (struct.pack(">d", value) for value in (float("nan"), float("inf"), -5.0, 1e300))
        told = element(0x4489, struct.pack(">d", MINUTE))
        for content in (
            BEGIN,
            BEGIN + ENDLESS,
            BEGIN + ENDLESS + b"\0" * 20,
            BEGIN + ENDLESS + info(SCALE),
            BEGIN + ENDLESS + info(b"\0\0"),
            BEGIN + ENDLESS + element(0x1F43B675, b"x") + info(told),
            *(BEGIN + ENDLESS + info(element(0x4489, each)) for each in (b"", b"12345", *bad)),
        ):
            self.assertEqual(read(content), 0, content)


def packet(pid: int, clock: int | None = None) -> bytes:
    """One of a transport stream, with a clock or without."""
    if clock is None:
        return bytes([0x47, pid >> 8, pid & 0xFF, 0x10]) + bytes(PACKET - 4)
    field = bytes([183, 0x10]) + (clock << 15).to_bytes(6, "big") + b"\xff" * 176
    return bytes([0x47, pid >> 8, pid & 0xFF, 0x20]) + field


class ClockTests(SynchronousTestCase):
    """MPEG transport streams."""

    def test_lengths(self) -> None:
        """From the first clock of a program to its last, also over the clock's end; others do not count."""
        for first in (0, 90_000, 2**33 - 90_000):
            last = (first + 90 * MINUTE) % 2**33
            film = [
                packet(7),
                packet(9, first),
                packet(8, 1),
                packet(7),
                packet(9, last),
                packet(8, 2),
                packet(7),
            ]
            self.assertEqual(read(b"".join(film)), MINUTE, first)
        rest = packet(7) * (LIMITS.duration_bytes // PACKET)
        film = [packet(9, 0), packet(8, 1), packet(9, 5), rest, packet(9, 90 * MINUTE), b"x" * 100]
        self.assertEqual(read(b"".join(film)), MINUTE)

    def test_damaged(self) -> None:
        """No clocks, one, or a last one before the first."""
        for clocks in ((), (5,), (90_000, 0)):
            film = [packet(7)] * 3 + [packet(9, clock) for clock in clocks] + [packet(7)] * 3
            self.assertEqual(read(b"".join(film)), 0, clocks)


class AnyTests(SynchronousTestCase):
    """Whatever it is."""

    def test_none(self) -> None:
        """What is no film has no length."""
        for content in (b"", b"x", b"hello, world" * 100, b"\x47" * 50):
            self.assertEqual(read(content), 0)

    @given(st.sampled_from([TYPE, BEGIN, BEGIN + ENDLESS, packet(7) * 3]), st.binary(max_size=300))
    def test_anything(self, begin: bytes, rest: bytes) -> None:
        """Nothing reads beyond the end, goes on for ever, or is raised."""
        self.assertGreaterEqual(read(begin + rest), -1)
