"""When a name without an end has ended, and when a reply has."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.names import NameTable
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.classic.messages import AddressList, Garbage, Reply, Unknown
from p2pstream.protocols.classic.session import (
    FOLLOWING,
    Asked,
    NameSession,
    Phase,
    ReplySession,
    Unanswerable,
)
from tests.strategies import cuts, pieces

KNOWN = NameTable(["film.mp4", "show", "show.mkv", "übung.mp4"])


def opened(names: NameTable = KNOWN) -> NameSession:
    """A session whose connection was accepted at 100.0."""
    return NameSession(names, 100.0)


class AtOnceTests(SynchronousTestCase):
    """What needs no waiting."""

    def test_known_name_in_the_first_segment(self) -> None:
        """A name that is known, and begins no other, is answered when it arrives."""
        for ending in (b"", b"\n", b"\r\n", b"\0", b"\0" * 92):
            session = opened()
            self.assertEqual(session.receive(b"film.mp4" + ending, 101.0), [Asked("film.mp4")])
            self.assertIs(session.phase, Phase.DONE)
            self.assertIsNone(session.next_deadline())

    def test_the_end_of_sending(self) -> None:
        """A client that half-closes has said its name, known or not."""
        for asked in ("film.mp4", "show", "nosuch", "-version", "a" * 101):
            session = opened(NameTable(["show", "show.mkv", "film.mp4.bak"]))
            self.assertEqual(session.receive(asked.encode(), 100.1), [])
            self.assertEqual(session.end(), [Asked(asked)])

    def test_the_end_without_a_name(self) -> None:
        """A client that hangs up at once asked for nothing."""
        self.assertEqual(opened().end(), [Unanswerable("no name was sent")])

    def test_only_the_first_segment(self) -> None:
        """A name that came in two segments may go on in a third: it is given 60 ms."""
        session = opened()
        session.receive(b"film", 100.0)
        self.assertEqual(session.receive(b".mp4", 100.01), [])
        self.assertAlmostEqual(session.next_deadline() or 0, 100.07)


class WaitingTests(SynchronousTestCase):
    """What time ends."""

    def test_a_prefix_of_another_name(self) -> None:
        """`show` may become `show.mkv`: it is answered after 60 ms of quiet."""
        session = opened()
        self.assertEqual(session.receive(b"show", 100.5), [])
        self.assertEqual(session.tick(100.559), [])
        self.assertEqual(session.tick(100.561), [Asked("show")])

    def test_a_prefix_that_went_on(self) -> None:
        """The rest of the name may come within the 60 ms."""
        session = opened()
        session.receive(b"show", 100.5)
        session.receive(b".mkv", 100.55)
        self.assertEqual(session.tick(100.58), [])
        self.assertEqual(session.tick(100.611), [Asked("show.mkv")])

    def test_an_unknown_name_waits_a_second(self) -> None:
        """Bytes that spell nothing known are given 1.0 s from the first of them."""
        session = opened()
        session.receive(b"nosu", 100.5)
        session.receive(b"ch", 101.2)
        self.assertEqual(session.next_deadline(), 101.5)
        self.assertEqual(session.tick(101.499), [])
        self.assertEqual(session.tick(101.5), [Asked("nosuch")])

    def test_the_second_is_absolute(self) -> None:
        """A byte now and then does not put the end off."""
        session = opened()
        for count in range(1, 12):
            session.receive(b"x", 100.0 + count / 10)
        self.assertEqual(session.next_deadline(), 101.1)

    def test_quiet_never_outlasts_the_second(self) -> None:
        """A known name that is complete just before the second is over waits no longer."""
        session = opened()
        session.receive(b"sho", 100.0)
        session.receive(b"w", 100.99)
        self.assertEqual(session.next_deadline(), 101.0)

    def test_F39_silence_ends_at_five_seconds(self) -> None:
        """A connection that says nothing is told off after 5 s."""
        session = opened()
        self.assertEqual(session.next_deadline(), 105.0)
        self.assertEqual(session.tick(104.9), [])
        self.assertEqual(session.tick(105.0), [Unanswerable("no name was sent")])

    def test_limits_are_handed_in(self) -> None:
        """Every bound comes from the table."""
        limits = replace(LIMITS, silent_s=2.0, classic_name_bytes=3)
        session = NameSession(KNOWN, 0.0, limits)
        self.assertEqual(session.next_deadline(), 2.0)
        self.assertRaises(PeerError, session.receive, b"1234", 1.0)


class RefusalTests(SynchronousTestCase):
    """Names that cannot be, and bytes that are none."""

    def test_F55_F57_names_that_nothing_can_have(self) -> None:
        """Paths, invisible and right-to-left marks, too long a text: understood, and not to be had."""
        asked_for = (
            "../x",
            "/etc/passwd",
            "..\\x",
            ".",
            ".hidden",
            "a ",
            "\u202egpj.exe",
            "\u200b",
            "a" * 201,
            "a" * 255,
        )
        for asked in asked_for:
            session = opened()
            self.assertEqual(session.receive(asked.encode(), 100.0), [])
            (event,) = session.tick(101.0)
            assert isinstance(event, Unanswerable), asked
            self.assertTrue(event.why.isprintable(), ascii(event))

    def test_names_that_only_look_bad(self) -> None:
        """Options, drives, percent signs and shell words are names like others."""
        for asked in (
            "-version",
            "--script=x",
            "CON",
            "C:film",
            "%2e%2e",
            "$(reboot)",
            "concat:a",
            "a.mp4#0",
        ):
            session = opened(NameTable([asked]))
            self.assertEqual(session.receive(asked.encode(), 100.0), [Asked(asked)])

    def test_F36_lengths(self) -> None:
        """Up to 255 bytes are read as a name, one more breaks the protocol."""
        for length in (1, 99, 100, 101, 255):
            self.assertEqual(opened().receive(b"a" * length, 100.0), [])
        for sizes in ((256,), (255, 1), (1, 255), (100_000,)):
            session = opened()
            fault = self.assertRaises(PeerError, feed, session, sizes)
            self.assertIn("255", str(fault))
            self.assertIs(session.phase, Phase.BROKEN)

    def test_F57_bytes_that_are_no_text(self) -> None:
        """Control bytes and broken UTF-8 break the protocol as soon as they come."""
        for asked in (b"a\0b", b"\x1b[2J", b"\x07", b"a\nb", b"\xff\xfe", b"\xc0\xaf", b"\x16\x03\x01"):
            session = opened()
            fault = str(self.assertRaises(PeerError, session.receive, asked, 100.0))
            self.assertTrue(fault.isprintable(), ascii(fault))
            self.assertEqual(session.receive(b"film.mp4", 100.0), [])
            self.assertEqual(session.end() + session.tick(200.0), [])
            self.assertIsNone(session.next_deadline())

    def test_what_follows_the_name_is_ignored(self) -> None:
        """Once answered, nothing that comes matters."""
        session = opened()
        session.receive(b"film.mp4", 100.0)
        self.assertEqual(session.receive(b"\0" * 1000, 100.0), [])
        self.assertEqual(session.end() + session.tick(200.0), [])


def feed(session: NameSession, sizes: tuple[int, ...]) -> None:
    """Segments of so many bytes, one after the other."""
    for size in sizes:
        session.receive(b"a" * size, 100.0)


class AnyCutTests(SynchronousTestCase):
    """However a network cuts the bytes."""

    def test_every_name_cut_at_every_byte(self) -> None:
        """A known name arrives whole through any cut, with any terminator, also inside a character."""
        for name in ("show.mkv", "übung.mp4"):
            for ending in (b"", b"\n", b"\r\n", b"\0"):
                asked = name.encode() + ending
                for place in range(1, len(asked)):
                    self.assertEqual(answer(list(pieces(asked, [place]))), [Asked(name)], (asked, place))

    def test_byte_by_byte(self) -> None:
        """A name typed one byte at a time is understood."""
        asked = "übung.mp4".encode()
        self.assertEqual(answer([asked[i : i + 1] for i in range(len(asked))]), [Asked("übung.mp4")])

    @given(st.binary(max_size=300).flatmap(cuts), st.floats(0, 2), st.booleans())
    def test_F37_arbitrary_bytes_at_every_cut(
        self, chunks: list[bytes], pause: float, half_close: bool
    ) -> None:
        """Any bytes in any pieces at any pace: one event at most, or `PeerError`, and then peace."""
        session, now = opened(), 100.0
        events: list[Asked | Unanswerable] = []
        try:
            for chunk in chunks:
                events += session.receive(chunk, now)
                now += pause
                events += session.tick(now)
            events += session.end() if half_close else session.tick(now + 5)
        except PeerError as fault:
            self.assertTrue(str(fault).isprintable())
            self.assertEqual(events, [])
        else:
            self.assertEqual(len(events), 1)
        self.assertEqual(FOLLOWING[session.phase], frozenset())


def answer(chunks: list[bytes]) -> list[Asked | Unanswerable]:
    """What is made of these segments, sent in one go and followed by silence."""
    session = opened()
    events: list[Asked | Unanswerable] = []
    for chunk in chunks:
        events += session.receive(chunk, 100.0)
    return events + session.tick(102.0)


class ReplyTests(SynchronousTestCase):
    """The asking end of a lookup."""

    REPLY = b"10.0.0.1 10.0.0.2 ".ljust(100, b"\0")
    FOUND = AddressList((Address("10.0.0.1", 2050), Address("10.0.0.2", 2050)))

    def test_cut_at_every_byte(self) -> None:
        """100 bytes are an answer however they come, without waiting for the end."""
        for place in range(101):
            session = ReplySession("film.mp4", 0.0)
            events = session.receive(self.REPLY[:place])
            events += session.receive(self.REPLY[place:])
            self.assertEqual(events, [self.FOUND])
            self.assertEqual(session.receive(b"more") + session.end() + session.tick(99.0), [])

    def test_a_short_reply_ends_with_the_connection(self) -> None:
        """Fewer bytes are an answer once the central hung up."""
        session = ReplySession("film.mp4", 0.0)
        self.assertEqual(session.receive(b"10.0.0.1 10.0.0.2 "), [])
        self.assertEqual(session.end(), [self.FOUND])

    def test_a_broken_connection(self) -> None:
        """What came before a reset may end in half an address; after the answer it does not matter."""
        session = ReplySession("film.mp4", 0.0)
        session.receive(b"10.0.0.1 10.0.0.2")
        self.assertEqual(session.lost(), [Garbage("it broke off before its answer was complete")])
        self.assertEqual(session.lost() + session.end(), [])

    def test_not_found(self) -> None:
        """An echo and 100 NULs both mean that nobody has it."""
        for reply in (b"film.mp4".ljust(100, b"\0"), bytes(100)):
            self.assertEqual(ReplySession("film.mp4", 0.0).receive(reply), [Unknown()])

    def test_a_central_that_never_stops(self) -> None:
        """More than 100 bytes are garbage, and not kept."""
        session = ReplySession("film.mp4", 0.0)
        (outcome,) = session.receive(b"10.0.0.1 " * 1_000_000)
        assert isinstance(outcome, Garbage)
        self.assertIn("more than 100 bytes", outcome.why)

    def test_a_central_that_says_nothing(self) -> None:
        """It is given 10 s in all, however it trickles; then the outcome says so."""
        session = ReplySession("film.mp4", 50.0)
        session.receive(b"10.")
        self.assertEqual(session.next_deadline(), 60.0)
        self.assertEqual(session.tick(59.9), [])
        self.assertEqual(session.tick(60.0), [Garbage("it did not answer within 10 s")])
        self.assertIsNone(session.next_deadline())

    def test_a_central_that_hangs_up(self) -> None:
        """An ancestor that died answers with nothing."""
        self.assertEqual(ReplySession("x", 0.0).end(), [Garbage("it hung up without an answer")])

    @given(st.binary(max_size=150).flatmap(cuts))
    def test_F37_arbitrary_bytes_at_every_cut(self, chunks: list[bytes]) -> None:
        """Any bytes in any pieces are exactly one outcome."""
        session = ReplySession("film.mp4", 0.0)
        outcomes: list[Reply] = []
        for chunk in chunks:
            outcomes += session.receive(chunk)
        self.assertEqual(len(outcomes + session.end()), 1)
