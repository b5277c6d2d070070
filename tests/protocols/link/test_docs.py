"""The page about links against the code: what it shows is what is sent."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signing import Identity
from p2pstream.protocols.link.framing import ACCEPTOR_MAGIC, DIALLER_MAGIC
from p2pstream.protocols.link.greeting import Greeting, Terms
from p2pstream.protocols.link.messages import Hello
from p2pstream.protocols.link.talk import OWN
from tests.protocols.shown import PAGES, shown_frames

NATIVE = frozenset({"native"})
DIALLER = Terms(Identity(bytes(range(32))), b"\x11" * 32, port=2050, agent="p2p-peer", most_units=256)
ACCEPTOR = Terms(Identity(bytes(range(32, 64))), b"\x22" * 32, most_units=256)


def greeted(secret: bytes | None = None) -> tuple[Greeting, Greeting]:
    """The dialler of the page and its acceptor, each of which has heard the other's HELLO."""
    made = [
        Greeting(replace(terms, secret=secret), NATIVE, terms is DIALLER, 0.0)
        for terms in (DIALLER, ACCEPTOR)
    ]
    for one, other in (made, made[::-1]):
        one.hear(Hello.unpack(other.said), other.said)
    return made[0], made[1]


class LinkPageTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Read the page."""
        self.shown = {example.title: example for example in shown_frames("link.rst")}

    def body(self, title: str) -> bytes:
        """What the page shows behind a frame's head."""
        return self.shown[title].frame.body

    def test_every_message_is_shown(self) -> None:
        """All types of the link, and no other."""
        self.assertEqual({example.frame.type for example in self.shown.values()}, set(OWN))

    def test_each_is_a_whole_frame_that_the_code_reads_and_writes(self) -> None:
        """The length is right, the channel is 0, and the message is written as it was read."""
        for title, example in self.shown.items():
            kind = OWN[example.frame.type]
            self.assertEqual(example.length, len(example.frame.body), title)
            self.assertEqual(example.frame.channel, 0, title)
            self.assertEqual(kind.unpack(example.frame.body).pack(), example.frame.body, title)
            self.assertTrue(title.startswith(kind.__name__.upper()), title)

    def test_greeting(self) -> None:
        """The two ends of the page say just this, and each believes the other."""
        dialler, acceptor = greeted()
        self.assertEqual(dialler.said, self.body("HELLO of the dialler"))
        self.assertEqual(acceptor.said, self.body("HELLO of the acceptor"))
        self.assertEqual(dialler.auth().pack(), self.body("AUTH of the dialler"))
        self.assertTrue(acceptor.check(dialler.auth()).authenticated)

    def test_greeting_in_a_closed_group(self) -> None:
        """The secret of the page gives the proof of the page."""
        dialler, acceptor = greeted(b"tonight, in the garden")
        self.assertEqual(acceptor.auth().pack(), self.body("AUTH of the acceptor, in a closed group"))
        self.assertTrue(dialler.check(acceptor.auth()).authenticated)

    def test_magic(self) -> None:
        """Both ends' first bytes."""
        page = (PAGES / "link.rst").read_text("utf-8")
        self.assertIn(f"dialler   {DIALLER_MAGIC.hex(' ')}", page)
        self.assertIn(f"acceptor  {ACCEPTOR_MAGIC.hex(' ')}", page)
