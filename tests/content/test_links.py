"""Links, in and out of text."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.content.links import Link, parse_centrals, short_text
from p2pstream.content.signing import Identity
from p2pstream.errors import BadKey, UsageError


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


class KeyTests(SynchronousTestCase):
    """A key in the place of a name."""

    key = FileKey(bytes(range(1, 33)), 258)
    central = Address("127.0.0.1", 2045)

    def test_key(self) -> None:
        """It is told from a name, in a link too."""
        link = Link(self.central, self.key.text)
        self.assertEqual(link.key, self.key)
        self.assertEqual(Link.parse(str(link)), link)
        self.assertEqual(Link.parse(f"p2pstream://127.0.0.1/{self.key}").key, self.key)

    def test_name(self) -> None:
        """What only resembles one is a name."""
        for name in ("film.mp4", "p2ps", "P2PS:f", "a p2ps:f-", self.key.text[5:]):
            self.assertIsNone(Link(self.central, name).key)

    def test_bad(self) -> None:
        """A slip in a key is no name to be looked for, and one of a broadcast no file."""
        live = LiveKey(Identity(b"x" * 32).id).text
        for text, said in (
            ("p2ps:", "keys look like"),
            (self.key.text[:-4], "keys look like"),
            (self.key.text.replace("-258", "-0258"), "keys look like"),
            (f"p2ps:f-{'a' * 52}-7", "do not go together"),
            (live, "only files are fetched by their key"),
        ):
            fault = str(self.assertRaises(BadKey, Link, self.central, text))
            self.assertIn(f"“{text}”", fault)
            self.assertIn(said, fault)
            self.assertNotIn("\n", fault)
            self.assertIn(fault, str(self.assertRaises(UsageError, Link.parse, f"p2pstream://h/{text}")))
