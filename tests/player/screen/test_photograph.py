from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.screen.photograph import Photograph
from p2pstream.player.screen.png import png

PIXELS = bytes(range(2 * 3 * 4))


class PhotographTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A window of two by three, all of it film."""
        self.photograph = Photograph(PIXELS, 2, 3, (0, 0, 2, 3))

    def test_saved(self) -> None:
        """It is there as PNG, in the place of what was."""
        path = Path(self.mktemp())
        path.write_bytes(b"x" * 5000)
        self.photograph.save(path)
        self.assertEqual(path.read_bytes(), png(PIXELS, 2, 3))

    def test_no_room(self) -> None:
        """What the disk says is said."""
        self.assertRaises(OSError, self.photograph.save, "/dev/full")
        self.assertRaises(OSError, self.photograph.save, Path(self.mktemp()) / "no" / "folder.png")
