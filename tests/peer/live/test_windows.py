"""Where the windows of broadcasts lie."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.state import StateFolder
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS
from p2pstream.peer.live.windows import take_window

TWO = replace(LIMITS, live_watched=2)


class WindowTests(SynchronousTestCase):
    """Each process has one of its own."""

    def setUp(self) -> None:
        """A private folder."""
        self.disk = StateFolder(self.mktemp())
        self.addCleanup(self.disk.close)

    def test_one_each(self) -> None:
        """As many as there may be, and not one more; one that is left can be taken again."""
        first, second = take_window(self.disk, TWO), take_window(self.disk, TWO)
        first.disk.open("live/one").close()
        second.disk.open("live/two").close()
        self.assertIn("2 broadcasts", str(self.assertRaises(StorageError, take_window, self.disk, TWO)))
        self.assertEqual((first.disk.names("live"), second.disk.names("live")), (["one"], ["two"]))
        first.leave()
        take_window(self.disk, TWO).leave()
        second.leave()
        self.assertEqual(self.disk.names("watched"), [])

    def test_of_one_that_was_killed(self) -> None:
        """What it left goes when somebody watches again."""
        gone = take_window(self.disk)
        gone.disk.open("live/key/1/data").pwrite(0, b"much")
        gone._lock.close()
        place = take_window(self.disk)
        self.assertEqual((place.disk.names("live"), self.disk.names("watched")), ([], ["0-lock"]))
        place.leave()
