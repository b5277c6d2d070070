"""Drawings for films without a picture."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.web.pages import blank as module
from p2pstream.web.pages.blank import blank


class BlankTests(SynchronousTestCase):
    """An evening."""

    def setUp(self) -> None:
        """None was drawn yet."""
        module._evening.cache_clear()

    def test_its_own(self) -> None:
        """The same for the same name, whatever it is made of; another for another."""
        self.assertEqual(blank("a\ud800"), blank("a\ud800"))
        self.assertNotEqual(blank("a"), blank("b"))
        self.assertTrue(blank("a", "/p.jpg").startswith(blank("a")))

    def test_drawn_once(self) -> None:
        """As many as are on two pages are kept, and with one more the oldest is drawn anew."""
        drawn = module._evening.cache_info
        for number in range(LIMITS.page_blanks):
            blank(str(number))
        blank("0")
        self.assertEqual((drawn().misses, drawn().hits), (LIMITS.page_blanks, 1))
        blank("one more")
        blank("0")
        self.assertEqual(drawn().hits, 2)
        blank("1")
        self.assertEqual((drawn().misses, drawn().currsize), (LIMITS.page_blanks + 2, LIMITS.page_blanks))
