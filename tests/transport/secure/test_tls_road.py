"""Where records end, and what leaves at once."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL
from twisted.internet.error import ConnectionAborted
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401
from p2pstream.testing.bytes.consumers import CountingProducer
from p2pstream.testing.clock import HeapClock
from p2pstream.transport.secure.credentials import made_credentials
from p2pstream.transport.secure.prompt import Prompt
from p2pstream.transport.secure.tls import Layer
from p2pstream.transport.secure.tls_road import Records

CREDENTIALS = made_credentials(datetime(2026, 1, 1, tzinfo=UTC))


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
        transport.prompt.write(b"abcde")
        transport.prompt.write(b"fghij")
        self.assertEqual((transport.socket.taken, transport.written), (b"abcdefghij", []))

    def test_rest(self) -> None:
        """The rest waits in the transport, and everything else behind it."""
        transport = Plain(7)
        transport.prompt.write(b"abcde")
        transport.prompt.write(b"fghij")
        transport.socket = Kernel(100)
        transport.prompt.write(b"klm")
        self.assertEqual(transport.written, [b"hij", b"klm"])
        self.assertEqual(transport.socket.taken, b"")

    def test_no_room(self) -> None:
        """Nothing is lost where the kernel takes nothing."""
        transport = Plain(0)
        transport.prompt.write(b"abcde")
        self.assertEqual(transport.written, [b"abcde"])

    def test_leaving(self) -> None:
        """Nothing overtakes an end: a connection that is closing, aborted or gone is left to Twisted."""
        for name, value in (("disconnecting", True), ("_aborting", True), ("connected", False)):
            transport = Plain(10)
            setattr(transport, name, value)
            transport.prompt.write(b"abcde")
            self.assertEqual((transport.socket.taken, transport.written), (b"", [b"abcde"]), name)


class Hearer(Protocol):
    """Keeps what it is told, and gives up at a word."""

    transport: Any

    def __init__(self) -> None:
        self.told: list[bytes] = []
        self.lost: list[Any] = []

    def dataReceived(self, data: bytes) -> None:
        """Keep it."""
        self.told.append(data)
        if data == b"enough":
            self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Keep why."""
        self.lost.append(reason.type)


class RoadTests(SynchronousTestCase):
    """`TLSRoad`, opposite OpenSSL itself."""

    def setUp(self) -> None:
        """Agree."""
        self.hearer, self.transport = Hearer(), StringTransport()
        self.road: Any = Layer(lambda: CREDENTIALS, [], HeapClock()).over(self.hearer)
        self.road.makeConnection(self.transport)
        self.other = SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD), None)
        self.other.set_connect_state()
        while not self.road._handshakeDone:
            with contextlib.suppress(SSL.WantReadError):
                self.other.do_handshake()
            self.road.dataReceived(self.other.bio_read(65_536))
            self.other.bio_write(self.transport.value())
            self.transport.clear()

    def said(self, *words: bytes) -> bytes:
        """The records of these words."""
        for word in words:
            self.other.send(word)
        return self.other.bio_read(65_536)

    def test_alone(self) -> None:
        """A record that comes alone is told at once, and nothing waits."""
        for word in (b"one", b"two"):
            self.road.dataReceived(self.said(word))
        self.assertEqual((self.hearer.told, self.transport.disconnecting), ([b"one", b"two"], False))

    def test_together(self) -> None:
        """Those of one read are told together."""
        self.road.dataReceived(self.said(b"one", b"two", b"three"))
        self.assertEqual(self.hearer.told, [b"onetwothree"])

    def test_cut_everywhere(self) -> None:
        """Wherever they are cut, all is told, each as soon as it is whole."""
        for cut in range(1, 2 * len(record(20))):
            content = self.said(b"one", b"two")
            self.hearer.told.clear()
            self.road.dataReceived(content[:cut])
            self.assertEqual(b"".join(self.hearer.told), b"one" if 2 * cut >= len(content) else b"", cut)
            self.road.dataReceived(content[cut:])
            self.assertEqual(b"".join(self.hearer.told), b"onetwo", cut)

    def test_end_behind_words(self) -> None:
        """What was said before the other end closed is told, if both came in one read or not."""
        self.other.send(b"one")
        self.other.shutdown()
        self.road.dataReceived(self.other.bio_read(65_536))
        self.assertEqual((self.hearer.told, self.transport.disconnecting), ([b"one"], True))

    def test_end_alone(self) -> None:
        """An end that comes alone is an end."""
        self.other.shutdown()
        self.road.dataReceived(self.other.bio_read(65_536))
        self.assertEqual((self.hearer.told, self.transport.disconnecting), ([], True))

    def test_tampered_behind_words(self) -> None:
        """A record that was changed on its way ends the connection; those before it were told."""
        first, second = self.said(b"one"), self.said(b"two")
        self.road.dataReceived(first + second[:-1] + bytes([second[-1] ^ 1]) + self.said(b"three"))
        self.road.dataReceived(self.said(b"four"))
        self.assertEqual((self.hearer.told, self.transport.disconnecting), ([b"one"], True))

    def test_F29_tampered_while_sending(self) -> None:
        """It ends also when somebody has more to send: a transport waits for that before it closes."""
        for content in (b"\x17\x03\x03\x00\x14" + bytes(20), None):
            self.setUp()
            producer = CountingProducer()
            self.road.registerProducer(producer, True)
            if content is None:
                self.other.shutdown()
                content = self.other.bio_read(65_536)
            self.road.dataReceived(content)
            self.assertEqual((self.transport.disconnecting, self.transport.producer), (True, None))
            self.assertEqual(producer.calls, ["stop"])
            self.road.unregisterProducer()

    def test_reset(self) -> None:
        """Who resets says nothing before: the other end would take that for a good end."""
        self.road.write(b"half")
        self.transport.clear()
        self.road.abortConnection()
        self.road.write(b"the rest")
        self.assertEqual((self.transport.value(), self.transport.disconnected), (b"", True))
        self.road.connectionLost(Failure(ConnectionAborted()))
        self.assertEqual(self.hearer.lost, [ConnectionAborted])

    def test_given_up(self) -> None:
        """Who gives up while it is told is told no more."""
        self.road.dataReceived(self.said(b"enough"))
        self.road.dataReceived(self.said(b"one"))
        self.assertEqual(self.hearer.told, [b"enough"])
