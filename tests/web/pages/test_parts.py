"""What pages are put together of."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.web.markup import spelled
from p2pstream.web.pages.blank import blank
from p2pstream.web.pages.code import code_picture
from p2pstream.web.pages.ways import command, peer_page
from p2pstream.web.policy import policy
from tests import strategies as profile  # noqa: F401
from tests.web.pages.reading import Page

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


class WayTests(SynchronousTestCase):
    @given(TEXTS)
    def test_F50_any_name(self, name: str) -> None:
        """A shell reads it as one word, and no program as an option."""
        words = shlex.split(command("192.0.2.1", name))
        self.assertEqual([word for word in words if word != "--"], ["p2p-play", "192.0.2.1", name])
        self.assertEqual("--" in words, name.startswith("-"))

    def test_peer_page(self) -> None:
        """The name is one part of the path, whatever is in it."""
        self.assertEqual(peer_page("[::1]:7", "a/b?c"), "http://127.0.0.1:2050/watch/[::1]:7/a%2Fb%3Fc")


class PictureTests(SynchronousTestCase):
    def test_blank(self) -> None:
        """The same for the same name, another for another, and nothing of the name in it."""
        self.assertEqual(blank("a"), blank("a"))
        self.assertNotEqual(blank("a"), blank("b"))
        self.assertNotIn("<script>", blank("<script>"))

    def test_code(self) -> None:
        """Four light modules around it; none where the text is too long."""
        self.assertIn('viewBox="-4 -4 33 33"', code_picture("http://192.0.2.7:2050/") or "")
        self.assertIsNone(code_picture("x" * 332))


class SpelledTests(SynchronousTestCase):
    @given(TEXTS)
    def test_F53_any_name(self, name: str) -> None:
        """It reads as it was, and has nothing in it but places to break."""
        page = Page(spelled(name))
        self.assertEqual(page.names, [name])
        self.assertLessEqual(set(page.elements), {"bdi", "wbr"})

    def test_breaks(self) -> None:
        """Where words end."""
        self.assertEqual(spelled("a.b_c-d.mp4"), "<bdi>a.<wbr>b_<wbr>c-<wbr>d.<wbr>mp4</bdi>")


class PolicyTests(SynchronousTestCase):
    def test_F52_addresses(self) -> None:
        """Peers by their addresses; of IPv6, for which a policy has no word, all that speak HTTP."""
        allowed = policy(scripts=True, peers=["http://192.0.2.1:2050", "http://[2001:db8::7]:2050"])
        self.assertIn("media-src 'self' blob: http://192.0.2.1:2050 http:;", allowed)
        self.assertNotIn("[", allowed)
        self.assertIn("script-src 'self';", allowed)

    def test_least(self) -> None:
        """Nothing but style and pictures of our own."""
        self.assertEqual(
            policy(),
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
            " frame-ancestors 'none'",
        )
