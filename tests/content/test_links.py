"""Links, in and out of text."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.links import Link, parse_centrals, short_text
from p2pstream.errors import UsageError


class LinkTests(SynchronousTestCase):
    """p2pstream://central/name."""

    def test_round_trip(self) -> None:
        """Any name survives the way through a link."""
        for central in ("127.0.0.1:2045", "central.example:99", "[::1]:2045", "[::1]:7"):
            for name in ("film.mp4", "Amélie – 1.mkv", "100%.mp4", "a?b#c.ts"):
                link = Link(Address.parse(central, 1), name)
                self.assertEqual(Link.parse(str(link)), link)

    def test_spelling(self) -> None:
        """The standard port stays unsaid; a name may stand there unencoded."""
        self.assertEqual(str(Link(Address("127.0.0.1", 2045), "a b")), "p2pstream://127.0.0.1/a%20b")
        self.assertEqual(Link.parse("P2PSTREAM://h/ü").name, "ü")

    def test_short_text(self) -> None:
        """The standard port stays unsaid, and what is said can be read."""
        for text, port in (("127.0.0.1", 2045), ("[::1]", 2045), ("central.example:99", 99)):
            (central,) = parse_centrals(text)
            self.assertEqual((short_text(central), central.port), (text, port))

    def test_bad(self) -> None:
        """What is no link is refused in one line."""
        for text in ("http://h/n", "p2pstream://", "p2pstream://h", "p2pstream://h/", "p2pstream:///n",
                     "p2pstream://h/..%2Fx", "p2pstream://h/%ff", "p2pstream://h/a\x1b"):  # fmt: skip
            self.assertTrue(str(self.assertRaises(UsageError, Link.parse, text)).isprintable(), text)
