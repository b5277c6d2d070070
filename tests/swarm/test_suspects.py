"""Who lied about a stream, and is asked once more when nobody else is left."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.swarm.bans import Bans
from p2pstream.swarm.suspects import Suspects

LIAR, OTHER = Address("10.0.0.1", 2050), Address("10.0.0.2", 2050)


class SuspectsTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Two downloads of one process."""
        self.now, bans = 0.0, Bans()
        self.film, self.tale = (Suspects(bans, key, lambda: self.now) for key in ("film", "tale"))

    def test_convicted(self) -> None:
        """It is left alone for this stream; others are asked, and it is for another stream."""
        self.film.convict(LIAR)
        self.assertIn("lying", self.film.why_not(LIAR))
        self.assertEqual((self.film.why_not(OTHER), self.tale.why_not(LIAR)), ("", ""))

    def test_let_in_once(self) -> None:
        """Whoever lied once may try again, and not twice for one lie."""
        self.film.convict(LIAR)
        self.assertEqual(self.film.let_in(), [LIAR])
        self.assertEqual(self.film.why_not(LIAR), "")
        self.assertEqual(self.film.let_in(), [])

    def test_twice(self) -> None:
        """Who lies again then is not let in any more, by no download."""
        self.film.convict(LIAR)
        self.film.let_in()
        self.film.convict(LIAR)
        self.assertEqual(self.film.let_in(), [])
        self.assertIn("more than once", self.tale.why_not(LIAR))
