"""Links, in and out of text."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.content.links import Link, central_text, parse_centrals, short_text
from p2pstream.content.namespaces import own_name
from p2pstream.content.signing import Identity
from p2pstream.errors import BadKey, UsageError

IN_SPACE = own_name(Identity(b"p" * 32).id, "a film.mp4")


class LinkTests(SynchronousTestCase):
    """p2pstream://central/name."""

    def test_round_trip(self) -> None:
        """Any name survives the way through a link."""
        for central in ("127.0.0.1:2045", "central.example:99", "[::1]:2045", "[::1]:7"):
            for name in ("film.mp4", "Amélie – 1.mkv", "100%.mp4", "a?b#c.ts", IN_SPACE):
                link = Link(Address.parse(central, 1), name)
                self.assertEqual(Link.parse(str(link)), link)

    def test_spelling(self) -> None:
        """The standard port stays unsaid; a name may stand there unencoded."""
        self.assertEqual(str(Link(Address("127.0.0.1", 2045), "a b")), "p2pstream://127.0.0.1/a%20b")
        self.assertEqual(Link.parse("P2PSTREAM://h/ü").name, "ü")

    def test_namespace(self) -> None:
        """A name in a publisher's namespace, its slash written so or so, is kept without that."""
        for written in (IN_SPACE, IN_SPACE.replace("/", "%2F"), IN_SPACE.replace("~", "%7e")):
            link = Link.parse(f"p2pstream://h/{written}")
            self.assertEqual((link.name, link.called), (IN_SPACE, "a film.mp4"))
        self.assertEqual(Link.parse("p2pstream://h/film.mp4").called, "film.mp4")
        self.assertEqual(Link(Address("h", 1), KeyTests.key.text).called, KeyTests.key.text)

    def test_short_text(self) -> None:
        """The standard port stays unsaid, and what is said can be read."""
        for text, port in (("127.0.0.1", 2045), ("[::1]", 2045), ("central.example:99", 99)):
            (central,) = parse_centrals(text)
            self.assertEqual((short_text(central), central.port), (text, port))

    def test_central_alone(self) -> None:
        """A link that names no stream says which central; no other text is changed."""
        for text, central in (
            ("p2pstream://192.0.2.1/", "192.0.2.1"),
            ("P2PStream://h:7,[::1]", "h:7,[::1]"),
            ("p2pstream://h/film.mp4", "p2pstream://h/film.mp4"),
            ("p2pstream:///", "p2pstream:///"),
            ("http://h/", "http://h/"),
            ("h:7", "h:7"),
        ):
            self.assertEqual(central_text(text), central)

    def test_bad(self) -> None:
        """What is no link is refused in one line."""
        for text in ("http://h/n", "p2pstream://", "p2pstream://h", "p2pstream://h/", "p2pstream:///n",
                     "p2pstream://h/..%2Fx", "p2pstream://h/%ff", "p2pstream://h/a\x1b", "p2pstream://h/a/b",
                     "p2pstream://h/~a/b", "p2pstream://h/" + IN_SPACE.replace("a film", "../a"),
                     "p2pstream://h/" + IN_SPACE + "/x",
                     "p2pstream://h/" + IN_SPACE[:54]):  # fmt: skip
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
