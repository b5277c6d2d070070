"""The mapping file, well written and badly."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.mappings.mapping import BadLine, parse
from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS
from tests.strategies import is_harmless


def told(content: str | bytes) -> dict[str, list[str]]:
    """Names and addresses as text."""
    content = content.encode() if isinstance(content, str) else content
    return {name: [str(each) for each in peers] for name, peers in parse(content).addresses.items()}


def faults(content: bytes) -> list[str]:
    """The bad lines as people read them."""
    return [line.why for line in parse(content).bad]


class GoodLineTests(SynchronousTestCase):
    def test_as_the_ancestor_wrote_it(self) -> None:
        """One name and one address a line; a name may come again, and its order is kept."""
        self.assertEqual(
            told("b.mp4 10.0.0.9\na.mp4 10.0.0.2\nb.mp4 10.0.0.1\n"),
            {"b.mp4": ["10.0.0.9:2050", "10.0.0.1:2050"], "a.mp4": ["10.0.0.2:2050"]},
        )

    def test_several_addresses_and_ports(self) -> None:
        """A line may name several addresses, with and without a port, IPv6 as well."""
        self.assertEqual(
            told("a 10.0.0.1 10.0.0.2:9\t[2001:db8::7]:2051 2001:db8::8"),
            {"a": ["10.0.0.1:2050", "10.0.0.2:9", "[2001:db8::7]:2051", "[2001:db8::8]:2050"]},
        )

    def test_each_address_once(self) -> None:
        """An address that comes twice counts where it came first."""
        self.assertEqual(
            told("a 10.0.0.2 10.0.0.1\na 10.0.0.2:2050"), {"a": ["10.0.0.2:2050", "10.0.0.1:2050"]}
        )

    def test_quotes(self) -> None:
        """Quotes of either kind hold a name with blanks, the other kind, or a leading #."""
        lines = ['"my film.mp4"', "'say \"no\".mp4'", "'#1.mp4'", "it's.mp4"]
        self.assertEqual(
            list(told("".join(f"{line} 10.0.0.1\n" for line in lines))),
            ["my film.mp4", 'say "no".mp4', "#1.mp4", "it's.mp4"],
        )

    def test_comments_and_blanks(self) -> None:
        """Comments, empty lines, CR LF, tabs, indents and a byte order mark are no content."""
        self.assertEqual(
            told(b"\xef\xbb\xbf# films\r\n\r\n \t a.mp4\t10.0.0.1 \t# mine\r\n  # end\n"),
            {"a.mp4": ["10.0.0.1:2050"]},
        )

    def test_number_sign_inside_a_name(self) -> None:
        """Only a # that begins a word begins a comment."""
        self.assertEqual(list(told("take#2.mp4 10.0.0.1")), ["take#2.mp4"])


class BadLineTests(SynchronousTestCase):
    def test_by_number(self) -> None:
        """A bad line is named by number and skipped; the others count."""
        mapping = parse(b"a 10.0.0.1\nb\n\nc 10.0.0.3")
        self.assertEqual(list(mapping.addresses), ["a", "c"])
        self.assertEqual(mapping.bad, (BadLine(2, "there is no address behind “b”"),))

    def test_each_fault(self) -> None:
        """Every kind of bad line says in words what is wrong with it."""
        for line, words in [
            (b"a # 10.0.0.1", "there is no address behind “a”"),
            (b"a 10.0.0", "“10.0.0” is no address"),
            (b"a 10.0.0.1#2", "“10.0.0.1#2” is no address"),
            (b"a 10.0.0.1:99999", "“10.0.0.1:99999” is no address"),
            (b"a peer.example", "“peer.example” is a host name; write its IP address"),
            (b"a 0.0.0.0", "“0.0.0.0” is no single peer's address"),
            (b"a 224.0.0.1", "no single peer's address"),
            (b'"a 10.0.0.1', "do not close around a name"),
            (b'"a"b 10.0.0.1', "do not close around a name"),
            (b'"" 10.0.0.1', "no name is given"),
            (b"../a 10.0.0.1", "it contains “/”"),
            (b"\xff 10.0.0.1", "“\\xff 10.0.0.1” is not UTF-8"),
            (b"a" * 201 + b" 10.0.0.1", "it has 201 bytes"),
            (b"a" * 5000, "longer than 4096 bytes"),
        ]:
            self.assertEqual(told(line), {})
            self.assertIn(words, faults(line)[0])

    def test_F57_no_escape_reaches_the_terminal(self) -> None:
        """A fault quotes escapes, bidi marks and NULs in printable form only."""
        for line in (
            b"\x1b]52;c;x\x07 10.0.0.1",
            "a\u202eb 10.0.0.1".encode(),
            b"a \x1b[2J",
            b"a\0b 10.0.0.1",
        ):
            (fault,) = faults(line)
            self.assertTrue(fault.isprintable(), fault)

    def test_a_line_counts_whole_or_not_at_all(self) -> None:
        """One bad address voids its line, so that a slip is noticed."""
        self.assertEqual(told("a 10.0.0.1 10.0.0.x"), {})

    def test_many_faults(self) -> None:
        """The first faults are told one by one, all are counted."""
        mapping = parse(b"x\n" * 5000)
        self.assertEqual(len(mapping.bad), LIMITS.mapping_told)
        self.assertEqual(mapping.bad_count, 5000)


class LimitTests(SynchronousTestCase):
    def test_names(self) -> None:
        """As many names as the limit are taken, and lines of those still are after it."""
        limits = replace(LIMITS, mapping_names=2)
        mapping = parse(b"a 10.0.0.1\nb 10.0.0.1\nc 10.0.0.1\na 10.0.0.2", limits)
        self.assertEqual({name: len(known) for name, known in mapping.addresses.items()}, {"a": 2, "b": 1})
        self.assertEqual(mapping.bad, (BadLine(3, "there are 2 names before it, and no more are taken"),))

    def test_addresses(self) -> None:
        """A line that brings a name over the limit of addresses is skipped."""
        limits = replace(LIMITS, mapping_addresses=2)
        mapping = parse(b"a 10.0.0.1\na 10.0.0.2 10.0.0.1\na 10.0.0.3", limits)
        self.assertEqual(mapping.addresses["a"], (Address("10.0.0.1", 2050), Address("10.0.0.2", 2050)))
        self.assertEqual(mapping.bad, (BadLine(3, "a has more than 2 addresses"),))

    def test_line(self) -> None:
        """A line of just the limit's length is read."""
        line = b"a 10.0.0.1 #"
        limits = replace(LIMITS, mapping_line_bytes=len(line))
        self.assertEqual(parse(line, limits).bad_count, 0)
        self.assertEqual(parse(line + b"x", limits).bad_count, 1)


class PropertyTests(SynchronousTestCase):
    @given(st.binary(max_size=300))
    def test_any_bytes(self, content: bytes) -> None:
        """Whatever the file holds, it is read, and what is told can be printed."""
        mapping = parse(content)
        self.assertTrue(all(mapping.addresses.values()))
        self.assertTrue(all(is_harmless(line.why) for line in mapping.bad))

    @given(
        st.dictionaries(
            st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 '#_-]{0,20}[a-z]", fullmatch=True),
            st.lists(
                st.builds(Address, st.ip_addresses().map(str), st.integers(1, 65535)),
                min_size=1,
                max_size=4,
                unique=True,
            ).filter(lambda peers: all(peer.is_dialable for peer in peers)),
        )
    )
    def test_round_trip(self, table: dict[str, list[Address]]) -> None:
        """What is written by the rules is read back the same."""
        lines = [f'"{name}" {" ".join(map(str, peers))}' for name, peers in table.items()]
        mapping = parse("\n".join(lines).encode())
        self.assertEqual({name: list(peers) for name, peers in mapping.addresses.items()}, table)
        self.assertEqual(mapping.bad, ())
