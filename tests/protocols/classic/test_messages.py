"""The bytes of the classic protocol, both ways."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.errors import BadName
from p2pstream.limits import LIMITS
from p2pstream.protocols.classic.messages import (
    AddressList,
    Garbage,
    Unknown,
    decode_name,
    encode_name,
    encode_reply,
    may_be_name,
    parse_reply,
)
from tests.strategies import cuts

hosts = st.ip_addresses(v=4).map(str)
addresses = st.builds(Address, hosts, st.just(2050))


def at(*ips: str) -> tuple[Address, ...]:
    """These hosts, on the port that an ancestor peer has."""
    return tuple(Address(ip, 2050) for ip in ips)


class NameTests(SynchronousTestCase):
    """A name on its way out and in."""

    def test_out_and_in(self) -> None:
        """A name is sent bare: as UTF-8, with nothing before or behind it."""
        self.assertEqual(encode_name("film.mp4"), b"film.mp4")
        self.assertEqual(encode_name("Ünïcode – 映画.mkv"), "Ünïcode – 映画.mkv".encode())

    def test_99_bytes_are_the_most_that_is_sent(self) -> None:
        """100 bytes leave an ancestor's buffer without its NUL; they are never sent."""
        self.assertEqual(encode_name("a" * 99), b"a" * 99)
        for length in (100, 101, 255, 256):
            fault = self.assertRaises(BadName, encode_name, "a" * length)
            self.assertIn("bytes", str(fault))
        fault = self.assertRaises(BadName, encode_name, "ä" * 50)
        self.assertIn("100 bytes, and 99 are the most", str(fault))

    def test_F55_F57_names_that_are_never_sent(self) -> None:
        """Paths, control characters, invisible characters: refused in one printable line."""
        for name in (
            "",
            "../x",
            "/etc/passwd",
            "a\\b",
            "a\0b",
            "a\nb",
            "\x1b[2J",
            "\u202egpj.exe",
            "..",
            "a ",
        ):
            fault = str(self.assertRaises(BadName, encode_name, name))
            self.assertTrue(fault.isprintable(), ascii(fault))

    def test_options_are_only_names(self) -> None:
        """A name that looks like an option is a name like any other."""
        self.assertEqual(decode_name(encode_name("-version")), "-version")

    def test_one_terminator_is_dropped(self) -> None:
        """One line end, or NULs (the ancestor's padding), may stand behind a name."""
        for terminator in (b"", b"\n", b"\r\n", b"\0", b"\0" * 92):
            self.assertEqual(decode_name(b"film.mp4" + terminator), "film.mp4")

    def test_two_terminators_are_no_name(self) -> None:
        """What stands before the terminator must be a name by itself."""
        for asked in (b"film\n\n", b"film\r", b"film\n\0", b"film\0\n", b"a\0b", b"\n", b"\0", b""):
            self.assertRaises(BadName, decode_name, asked)

    def test_unicode_forms_are_kept_apart(self) -> None:
        """Composed and decomposed letters are different bytes, and stay so."""
        composed, decomposed = "\u00e9.mp4", "e\u0301.mp4"
        self.assertNotEqual(encode_name(composed), encode_name(decomposed))
        self.assertEqual(decode_name(encode_name(decomposed)), decomposed)

    @given(st.text(min_size=1, max_size=40))
    def test_whatever_is_sent_is_understood(self, name: str) -> None:
        """Sending refuses a name, or the other end reads the same one."""
        try:
            asked = encode_name(name)
        except BadName:
            return
        self.assertTrue(1 <= len(asked) <= 99)
        self.assertEqual(decode_name(asked), name)
        for length in range(len(asked) + 1):
            self.assertTrue(may_be_name(asked[:length]), asked[:length])

    @given(st.binary(max_size=300).flatmap(cuts))
    def test_F37_any_bytes_are_a_name_or_none(self, chunks: list[bytes]) -> None:
        """Reading a name gives text or `BadName`, and every start of a name may become one."""
        asked = b"".join(chunks)
        try:
            decode_name(asked)
        except BadName:
            return
        for count in range(len(chunks)):
            self.assertTrue(may_be_name(b"".join(chunks[:count])))

    def test_what_cannot_become_a_name(self) -> None:
        """Control bytes, broken UTF-8 and too many bytes are told at once; a cut character is not."""
        for prefix in (
            b"a\0b",
            b"\x16\x03",
            b"\x89P2PS",
            b"a\nb",
            b"\xc3\n",
            b"\xff",
            b"a" * 256,
            b"\x1b[2J",
        ):
            self.assertFalse(may_be_name(prefix), prefix)
        for prefix in (b"", b"a", b"\xc3", b"a\r", b"a\r\n", b"a\n", b"a" + b"\0" * 99, b"a" * 255):
            self.assertTrue(may_be_name(prefix), prefix)


class EncodeReplyTests(SynchronousTestCase):
    """A central's answer."""

    def test_layout(self) -> None:
        """Each address with a blank behind it, then NULs, 100 bytes in all."""
        self.assertEqual(encode_reply(at("10.0.0.1", "10.0.0.2")), b"10.0.0.1 10.0.0.2 ".ljust(100, b"\0"))

    def test_nobody(self) -> None:
        """Nobody is 100 NULs: an ancestor client ends on them instead of dialling itself."""
        self.assertEqual(encode_reply([]), bytes(100))

    def test_only_what_an_ancestor_can_dial(self) -> None:
        """IPv4 on port 2050; no other port, family, host name, nor 0.0.0.0; each once."""
        given = [
            Address("10.0.0.1", 2051),
            Address("::1", 2050),
            Address("peer.example", 2050),
            Address("0.0.0.0", 2050),
            *at("10.0.0.9", "10.0.0.9"),
        ]
        self.assertEqual(encode_reply(given), b"10.0.0.9 ".ljust(100, b"\0"))

    def test_the_six_best(self) -> None:
        """More than six are cut, best first; six of the longest fit 99 bytes."""
        most = LIMITS.classic_reply_addresses
        many = at(*(f"100.100.100.{n}" for n in range(100, 100 + 2 * most)))
        for count in (most, most + 1, 2 * most):
            self.assertEqual(parse_reply("x", encode_reply(many[:count])), AddressList(many[:most]))

    def test_whole_addresses_only(self) -> None:
        """An address that would be cut off, or leave no NUL behind the text, is left out."""
        limits = replace(LIMITS, classic_reply_bytes=19)
        for longest, listed in (("10.0.0.10", ("10.0.0.1",)), ("10.0.0.9", ("10.0.0.1", "10.0.0.9"))):
            reply = encode_reply(at("10.0.0.1", longest), limits)
            self.assertEqual(len(reply), 19)
            self.assertEqual(parse_reply("x", reply, limits), AddressList(at(*listed)))

    @given(st.lists(addresses, max_size=12), st.text("abc.0129 ", min_size=1, max_size=30))
    def test_round_trip(self, known: list[Address], name: str) -> None:
        """What is encoded is read back: whole addresses only, in order, for any name."""
        reply = encode_reply(known)
        self.assertEqual(len(reply), 100)
        self.assertEqual(reply[99:], b"\0")
        expected = tuple(dict.fromkeys(address for address in known if address.is_dialable))[:6]
        self.assertEqual(parse_reply(name, reply), AddressList(expected) if expected else Unknown())


class ParseReplyTests(SynchronousTestCase):
    """Reading what a central answered, ours or an ancestor."""

    def test_an_echo_means_not_found(self) -> None:
        """An ancestor sends back a name that it does not know."""
        self.assertEqual(parse_reply("film.mp4", b"film.mp4".ljust(100, b"\0")), Unknown())
        self.assertEqual(parse_reply("10.0.0.1", b"10.0.0.1".ljust(100, b"\0")), Unknown())

    def test_the_tail_of_the_name_is_no_address(self) -> None:
        """What still stands where the name stood is dropped, even if it looks like an address."""
        self.assertEqual(parse_reply("aaaaaaaaa10.0.0.9", b"10.0.0.1 10.0.0.9"), AddressList(at("10.0.0.1")))
        self.assertEqual(
            parse_reply("a-rather-long-name", b"10.0.0.1 long-name"), AddressList(at("10.0.0.1"))
        )

    def test_rubbish_in_the_list(self) -> None:
        """The list ends at the first token that is no dotted quad; impossible ones are skipped."""
        cases = {
            b"10.0.0.1 rubbish 10.0.0.2 ": at("10.0.0.1"),
            b"10.0.0.1 10.0.0.256 10.0.0.2 ": at("10.0.0.1"),
            b"10.0.0.1 ::1 10.0.0.2": at("10.0.0.1"),
            b"10.0.0.1 10.0.0.2:2051 ": at("10.0.0.1"),
            b"10.0.0.1 \xff\xfe": at("10.0.0.1"),
            b"10.0.0.1\0\0 10.0.0.1  10.0.0.2": at("10.0.0.1", "10.0.0.2"),
            b"0.0.0.0 224.0.0.1 255.255.255.255 10.0.0.2 ": at("10.0.0.2"),
        }
        for reply, expected in cases.items():
            self.assertEqual(parse_reply("film.mp4", reply), AddressList(expected), reply)

    def test_garbage_is_named(self) -> None:
        """What is no answer at all is told apart from not found, in printable words."""
        for reply in (
            b"",
            b"HTTP/1.1 400 Bad Request\r\n",
            b"\x1b[2J\xff" * 9,
            b"0.0.0.0 ",
            b"::1 ",
            b" ",
            b"\0" * 101,
        ):
            outcome = parse_reply("film.mp4", reply)
            assert isinstance(outcome, Garbage), reply
            self.assertTrue(outcome.why.isprintable(), outcome)

    def test_short_replies_are_understood(self) -> None:
        """A reply need not be 100 bytes."""
        self.assertEqual(parse_reply("x", b"10.0.0.1"), AddressList(at("10.0.0.1")))
        self.assertEqual(parse_reply("x", b"\0"), Unknown())

    @given(st.text(max_size=120), st.binary(max_size=120))
    @example("10.0.0.1 ", b"10.0.0.1 ")
    def test_F37_any_bytes_are_an_outcome(self, name: str, reply: bytes) -> None:
        """No bytes make the parser raise, and nothing undialable comes out."""
        outcome = parse_reply(name, reply)
        if isinstance(outcome, AddressList):
            self.assertTrue(outcome.addresses)
            self.assertTrue(all(peer.is_ipv4 and peer.is_dialable for peer in outcome.addresses))
