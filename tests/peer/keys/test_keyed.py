"""Keys of what is shared."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import FileKey
from p2pstream.peer.keys.keyed import Keyed
from tests.peer.keys.test_pending import offer

KEY, OTHER = FileKey(b"\1" * 32, 5), FileKey(b"\2" * 32, 5)


class KeyedTests(SynchronousTestCase):
    def test_one_film_two_names(self) -> None:
        """A key is there until the last file that has it goes."""
        keyed = Keyed()
        keyed.put(offer("a"), KEY)
        keyed.put(offer("b"), KEY)
        keyed.put(offer("c"), OTHER)
        self.assertEqual(keyed.keys(), (KEY, OTHER))
        self.assertEqual(keyed.offers(KEY), (offer("a"), offer("b")))
        self.assertEqual(keyed.drop(offer("a")), KEY)
        self.assertIn(KEY, keyed)
        self.assertEqual(keyed.drop(offer("b")), KEY)
        self.assertNotIn(KEY, keyed)
        self.assertIsNone(keyed.drop(offer("b")))
        self.assertEqual((len(keyed), list(keyed)), (1, [(offer("c"), OTHER)]))

    def test_another_key(self) -> None:
        """A file has one key at a time."""
        keyed = Keyed()
        keyed.put(offer("a"), KEY)
        keyed.put(offer("a"), OTHER)
        self.assertEqual((keyed.key(offer("a")), keyed.keys()), (OTHER, (OTHER,)))
