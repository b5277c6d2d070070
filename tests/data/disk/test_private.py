"""The mark of folders in which keys lie, and who minds it."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.disk import KEYS_HERE, is_private, open_folder, private_above
from p2pstream.data.state import StateFolder
from p2pstream.errors import BadShare
from p2pstream.peer.folders.scan import scan


class PrivateTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A folder with a film, and below it the private folder of a peer that keeps a key."""
        self.films = Path(self.mktemp()).resolve()
        self.films.mkdir(parents=True)
        (self.films / "film.mp4").write_bytes(b"film")
        self.kept = self.films / "kept"
        state = StateFolder(self.kept)
        self.addCleanup(state.close)
        state.replace("peer/identity", b"a key")

    def test_mark(self) -> None:
        """A private folder says so itself, and of all that lies in it; what is around it is free."""
        self.assertTrue(is_private(str(self.kept)))
        self.assertFalse(is_private(str(self.kept / "peer")))
        for path in (self.kept, self.kept / "peer", self.kept / "peer" / "identity"):
            self.assertEqual(private_above(str(path)), str(self.kept))
        self.assertIsNone(private_above(str(self.films)))

    def test_stays(self) -> None:
        """Whoever opens it again finds it marked, and no mark among the names in it."""
        again = StateFolder(self.kept)
        self.addCleanup(again.close)
        self.assertEqual(list(again.names()), ["peer"])
        self.assertTrue(is_private(str(self.kept)))

    def test_not_looked_into(self) -> None:
        """Whoever shares the folder around it shares the films alone, and is told why."""
        seen = scan(str(self.films))
        self.assertEqual((list(seen.files), seen.refused), (["film.mp4"], {"kept": KEYS_HERE}))

    def test_not_shared(self) -> None:
        """Neither it nor a folder in it can be shared, nor by a link to either."""
        link = self.films.parent / f"{self.films.name}-link"
        link.symlink_to(self.kept / "peer")
        for path in (self.kept, self.kept / "peer", link):
            fault = self.assertRaises(BadShare, open_folder, str(path))
            self.assertEqual(str(fault), f"cannot share {path}: {KEYS_HERE}")
        for path in (self.kept, self.kept / "peer"):
            self.assertEqual(self.assertRaises(OSError, scan, str(path)).strerror, KEYS_HERE)

    def test_cannot_be_marked(self) -> None:
        """One that cannot be written is used all the same, as it was."""
        (self.kept / ".p2pstream-private").unlink()
        (self.kept / ".p2pstream-private").symlink_to(os.devnull)
        again = StateFolder(self.kept)
        self.addCleanup(again.close)
        self.assertEqual(again.read("peer/identity", 9), b"a key")
