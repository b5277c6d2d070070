"""Where records end, and what leaves at once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401
from p2pstream.transport.prompt import Prompt
from p2pstream.transport.tls_road import Records


def record(length: int) -> bytes:
    """A record with so many bytes of body."""
    return b"\x17\x03\x03" + length.to_bytes(2, "big") + bytes(length)


class RecordsTests(SynchronousTestCase):
    """`Records`."""

    def test_whole(self) -> None:
        """One record at a time is one record, an empty one too."""
        records = Records()
        self.assertEqual([records.whole(record(length)) for length in (9, 0, 300, 16_640)], [True] * 4)

    def test_not_whole(self) -> None:
        """Two are not one, nor is a part, nor what is left of it."""
        records, two = Records(), record(9) + record(5)
        self.assertFalse(records.whole(two))
        self.assertTrue(records.whole(record(9)))
        self.assertFalse(records.whole(record(9)[:7]))
        self.assertFalse(records.whole(record(9)[7:]))
        self.assertTrue(records.whole(record(9)))

    def test_inside(self) -> None:
        """What looks like a record within another's body is none."""
        records = Records()
        records.whole(record(20)[:5])
        self.assertFalse(records.whole(record(10)))
        self.assertFalse(records.whole(bytes(5)))
        self.assertTrue(records.whole(record(10)))

    @given(st.lists(st.integers(0, 700), max_size=8), st.lists(st.integers(1, 60), max_size=200))
    def test_any_pieces(self, lengths: list[int], cuts: list[int]) -> None:
        """However they are cut: a piece is whole if it begins and ends with the same record."""
        stream, ends = b"", [0]
        for length in lengths:
            stream += record(length)
            ends.append(len(stream))
        records, at = Records(), 0
        for cut in [*cuts, len(stream)]:
            piece = stream[at : at + cut]
            one = at in ends and at + len(piece) in ends[ends.index(at) + 1 :][:1]
            self.assertEqual(records.whole(piece), one)
            at += len(piece)
        self.assertTrue(records.whole(record(3)))


class Kernel:
    """A socket that takes so many bytes, and then fails."""

    def __init__(self, room: int) -> None:
        self.taken = b""
        self._room = room

    def send(self, data: bytes) -> int:
        """As a socket's."""
        count = min(len(data), self._room - len(self.taken))
        if not count:
            raise BlockingIOError
        self.taken += data[:count]
        return count


class Plain:
    """What is used of Twisted's TCP transport."""

    connected = True
    disconnecting = _aborting = False
    offset = 0

    def __init__(self, room: int) -> None:
        self.socket = Kernel(room)
        self.dataBuffer, self._tempDataLen = b"", 0
        self.written: list[bytes] = []
        self.prompt: Any = Prompt(self)

    def write(self, data: bytes) -> None:
        """As Twisted's own."""
        self.written.append(data)
        self._tempDataLen += len(data)


class PromptTests(SynchronousTestCase):
    """`Prompt`."""

    def test_at_once(self) -> None:
        """What the kernel takes is gone."""
        transport = Plain(10)
        transport.prompt(b"abcde")
        transport.prompt(b"fghij")
        self.assertEqual((transport.socket.taken, transport.written), (b"abcdefghij", []))

    def test_rest(self) -> None:
        """The rest waits in the transport, and everything else behind it."""
        transport = Plain(7)
        transport.prompt(b"abcde")
        transport.prompt(b"fghij")
        transport.socket = Kernel(100)
        transport.prompt(b"klm")
        self.assertEqual(transport.written, [b"hij", b"klm"])
        self.assertEqual(transport.socket.taken, b"")

    def test_no_room(self) -> None:
        """Nothing is lost where the kernel takes nothing."""
        transport = Plain(0)
        transport.prompt(b"abcde")
        self.assertEqual(transport.written, [b"abcde"])

    def test_leaving(self) -> None:
        """Nothing overtakes an end: a connection that is closing, aborted or gone is left to Twisted."""
        for name, value in (("disconnecting", True), ("_aborting", True), ("connected", False)):
            transport = Plain(10)
            setattr(transport, name, value)
            transport.prompt(b"abcde")
            self.assertEqual((transport.socket.taken, transport.written), (b"", [b"abcde"]), name)
