"""Where a film that is kept goes."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands import get, play
from p2pstream.commands.ending import Ending
from p2pstream.commands.fetching.destination import Destination, check_picture, destination
from p2pstream.content.namespaces import own_name
from p2pstream.content.signing import Identity
from p2pstream.errors import StorageError, UsageError


class DestinationTests(SynchronousTestCase):
    """Folders, files, and files that are there already."""

    def setUp(self) -> None:
        """Make an empty folder."""
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()

    def fault(self, out: str | None, name: str = "film.mp4") -> str:
        """What is said of this destination."""
        return str(self.assertRaises(StorageError, destination, out, name))

    def test_here(self) -> None:
        """Left out, it is the film's name in the current folder."""
        self.assertEqual(destination(None, "film.mp4"), Destination("film.mp4", replace=False))

    def test_folder(self) -> None:
        """In a folder it keeps its name."""
        path = str(self.folder / "film.mp4")
        self.assertEqual(destination(str(self.folder), "film.mp4"), Destination(path, replace=False))

    def test_namespace(self) -> None:
        """What is kept of a name in a namespace has the name alone, and no folder of the publisher."""
        name = own_name(Identity(b"p" * 32).id, "film.mp4")
        path = self.folder / "film.mp4"
        path.touch()
        for understand, words in ((get._understand, ()), (play._understand, ("--player=none",))):
            argv = ["-o", str(self.folder), *words, "127.0.0.1", name]
            fault = self.assertRaises(StorageError, understand, Ending("get", False), argv)
            self.assertIn(f"{path} is there already", str(fault))

    def test_file(self) -> None:
        """A file is taken by its word, there or not."""
        path = self.folder / "mine.mp4"
        self.assertEqual(destination(str(path), "film.mp4"), Destination(str(path), replace=True))
        path.touch()
        self.assertEqual(destination(str(path), "film.mp4"), Destination(str(path), replace=True))

    def test_chance_is_no_permission(self) -> None:
        """A file that nobody named is not replaced, nor is a dangling link."""
        (self.folder / "film.mp4").touch()
        message = self.fault(str(self.folder))
        self.assertEqual(
            message, f"{self.folder}/film.mp4 is there already; remove it, or write -o and another name"
        )
        os.symlink("nowhere", self.folder / "link.mp4")
        self.assertIn("is there already", self.fault(str(self.folder), "link.mp4"))

    def test_no_such_folder(self) -> None:
        """A slash at the end means a folder, and it must be there."""
        self.assertEqual(self.fault("/dev/null/"), "there is no folder /dev/null/; make it first")

    def test_stdout(self) -> None:
        """Whoever means stdout is told how that is written."""
        self.assertIn("p2p-play -O", str(self.assertRaises(UsageError, destination, "-", "film.mp4")))
        self.assertEqual(destination("./-", "film.mp4").path, "./-")


class PictureTests(SynchronousTestCase):
    """Where a picture of the window can go."""

    def test_fits(self) -> None:
        """Into a folder that is there, over a picture too."""
        Path("old.png").touch()
        for path in ("new.png", "old.png", f"{os.getcwd()}/new.png"):
            check_picture(path)

    def test_refused(self) -> None:
        """Nobody waits for the first frame to read that there is no such folder."""
        os.mkdir("folder")
        for path, why in (
            ("/dev/null/x.png", "there is no folder /dev/null"),
            ("/nosuch/x.png", "there is no folder /nosuch"),
            ("folder", "there is a folder of that name"),
        ):
            fault = self.assertRaises(StorageError, check_picture, path)
            self.assertEqual(str(fault), f"cannot write {path}: {why}")
