"""What of a folder's names is synced, and when."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.state.names import Folder, FreshNames

STORE: Folder = ("store",)


class FreshNamesTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Nothing was made yet."""
        self.names = FreshNames()

    def settled(self, folder: Folder) -> list[Folder]:
        """What is synced for that."""
        synced: list[Folder] = []
        self.names.settle(folder, synced.append)
        return synced

    def test_once(self) -> None:
        """All on the way, whoever made it; and no more until something is made."""
        self.assertEqual(self.settled(STORE), [(), STORE])
        self.assertEqual(self.settled(STORE), [])
        self.names.made(STORE)
        self.assertEqual(self.settled(()), [])
        self.assertEqual(self.settled(STORE), [STORE])

    def test_made_meanwhile(self) -> None:
        """What was made while others were synced is synced next."""
        self.names.settle(STORE, self.names.made)
        self.assertEqual(self.settled(STORE), [(), STORE])

    def test_refused(self) -> None:
        """What could not be synced is tried again."""

        def refuse(folder: Folder) -> None:
            raise OSError("the disk refuses")

        self.assertRaises(OSError, self.names.settle, STORE, refuse)
        self.assertEqual(self.settled(STORE), [(), STORE])
