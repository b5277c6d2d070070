"""Addresses, in and out of text."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.addresses import Address
from p2pstream.errors import BadAddress
from p2pstream.limits import LIMITS

GOOD = {
    "10.0.0.1": "10.0.0.1:2045",
    "10.0.0.1:99": "10.0.0.1:99",
    " Central.Example ": "central.example:2045",
    "localhost:1": "localhost:1",
    "::1": "[::1]:2045",
    "[::1]": "[::1]:2045",
    "[2001:DB8::0]:65535": "[2001:db8::]:65535",
    "::ffff:10.0.0.1": "10.0.0.1:2045",
}
BAD = [
    "", ":", "a:", "a:x", "a:0", "a:65536", "a:-1", "a:+1", "a:²", "a:123456", "1.2.3", "10.0.0.256",
    "[10.0.0.1]:5", "[::1]x", "[::1", "a b", "-a", "a..b", "a/b", "a\0", "é", "x" * 300, "1:2:3",
]  # fmt: skip


class AddressTests(SynchronousTestCase):
    """An address is a value."""

    def test_parse(self) -> None:
        """Every usual spelling, and the one that we write."""
        for text, shown in GOOD.items():
            address = Address.parse(text, 2045)
            self.assertEqual(str(address), shown)
            self.assertEqual(Address.parse(shown, 1), address)

    def test_bad(self) -> None:
        """Anything else is refused in one printable line."""
        for text in BAD:
            self.assertTrue(str(self.assertRaises(BadAddress, Address.parse, text, 2045)).isprintable(), text)

    def test_literal(self) -> None:
        """What others sign or send is an IP address and a port, in one spelling and without a zone."""
        for raw in (b"192.0.2.7:2050", b"[2001:db8::7]:2050"):
            self.assertEqual(str(Address.of_literal(raw)), raw.decode())
        for raw in (
            b"",
            b"host:1",
            b"192.0.2.7",
            b"192.0.2.07:1",
            b"[FE80::1]:1",
            b"[fe80::1%eth0]:1",
            b"\xff",
        ):
            with self.assertRaises(BadAddress, msg=repr(raw)):
                Address.of_literal(raw)

    def test_longest(self) -> None:
        """The longest host name with the longest port passes; a character more does not."""
        longest = ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 61)) + ":65535"
        self.assertEqual(len(longest), LIMITS.address_chars)
        self.assertEqual(str(Address.parse(longest, 2045)), longest)
        fault = self.assertRaises(BadAddress, Address.parse, "x" + longest, 2045)
        self.assertIn(f"longer than {LIMITS.address_chars} characters", str(fault))

    @given(st.text(max_size=30))
    def test_F37_any_text(self, text: str) -> None:
        """Any text is an address or a `BadAddress`."""
        with contextlib.suppress(BadAddress):
            Address.parse(text, 2045)

    def test_scope(self) -> None:
        """How far an address reaches decides who is told of it."""
        cases = {
            "127.9.9.9": "loopback", "::1": "loopback", "169.254.1.1": "link-local", "fe80::1": "link-local",
            "192.168.1.7": "private", "fd00::1": "private", "8.8.8.8": "global", "example.org": "name",
        }  # fmt: skip
        for host, scope in cases.items():
            self.assertEqual(Address(host, 1).scope, scope)

    def test_reach(self) -> None:
        """An address means the same on this machine, on this network, or everywhere."""
        cases = {
            "127.9.9.9": 0, "::1": 0, "localhost": 0, "169.254.1.1": 1, "fe80::1": 1, "10.0.0.1": 1,
            "example.org": 1, "8.8.8.8": 2,
        }  # fmt: skip
        for host, reach in cases.items():
            self.assertEqual(Address(host, 1).reach, reach, host)

    def test_dialable(self) -> None:
        """Nobody listens on 0.0.0.0, a multicast group or the broadcast address."""
        for host in ("0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "ff02::1"):
            self.assertFalse(Address(host, 1).is_dialable, host)
        for host in ("127.0.0.1", "10.0.0.1", "example.org", "::1", "64:ff9b::102:304", "fe80::1%eth0"):
            self.assertTrue(Address(host, 1).is_dialable, host)

    def test_cap_key(self) -> None:
        """An IPv6 site counts as one."""
        self.assertEqual(Address("2001:db8::1", 1).cap_key(), Address("2001:db8::ffff", 2).cap_key())
        self.assertNotEqual(Address("2001:db8:0:1::1", 1).cap_key(), Address("2001:db8::1", 1).cap_key())
        self.assertEqual(Address("10.0.0.1", 1).cap_key(), "10.0.0.1")

    def test_local(self) -> None:
        """One machine, or one network: a private /24, or an IPv6 /64."""
        for one, other, local in (
            ("127.0.0.1", "127.9.9.9", True), ("::1", "::1", True), ("127.0.0.1", "10.0.0.1", False),
            ("192.168.1.7", "192.168.1.9", True), ("192.168.1.7", "192.168.2.7", False),
            ("10.0.0.1", "10.0.1.1", False), ("8.8.8.8", "8.8.8.9", False), ("10.0.0.1", "::1", False),
            ("2001:db8:1::7", "2001:db8:1::9", True), ("2001:db8:1::7", "2001:db8:1:1::9", False),
            ("fe80::1", "fe80::2", True), ("seed.example", "seed.example", False),
        ):  # fmt: skip
            self.assertEqual(Address(one, 1).is_local_to(Address(other, 2)), local, (one, other))

    def test_is_ipv4(self) -> None:
        """Only a dotted quad fits the ancestor's list."""
        self.assertTrue(Address("10.0.0.1", 1).is_ipv4)
        self.assertFalse(Address("::1", 1).is_ipv4)
        self.assertFalse(Address("host", 1).is_ipv4)
