"""What one look at a folder sees, and what it leaves alone."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from p2pstream.data.disk import Stamp
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.folders.scan import scan
from tests.real.processes import ROOT, obeying_permissions


class FolderTests(SynchronousTestCase):
    def setUp(self) -> None:
        """An empty folder."""
        self.folder = Path(self.mktemp()).resolve()
        self.folder.mkdir(parents=True)

    def put(self, path: str, content: bytes = b"film") -> Path:
        """A file in the folder."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def refused(self, limits: Limits = LIMITS) -> dict[str, str]:
        """What may not be shared, and why."""
        return scan(str(self.folder), limits).refused


class ScanTests(FolderTests):
    def test_files_and_folders(self) -> None:
        """Files are found at any depth, those higher up first, with their stamps."""
        for path in ("b/x", "a/y", "z", "b/c/w"):
            self.put(path)
        seen = scan(str(self.folder))
        self.assertEqual(list(seen.files), ["z", "a/y", "b/x", "b/c/w"])
        self.assertEqual(seen.folders, ["", "a", "b", "b/c"])
        self.assertEqual(seen.files["z"], Stamp.of(os.stat(self.folder / "z")))
        status = os.stat(self.folder)
        self.assertEqual(seen.root, (status.st_dev, status.st_ino))

    def test_F55_hidden_and_temporary(self) -> None:
        """Hidden files, hidden folders and unfinished downloads are left alone, in silence."""
        for path in (".film", ".git/film", "film.part", "film~", "FILM.TMP", "film.crdownload"):
            self.put(path)
        seen = scan(str(self.folder))
        self.assertEqual((seen.files, seen.refused), ({}, {}))

    def test_F55_names(self) -> None:
        """A file whose name no stream may have is refused with the reason, printably."""
        for name in ("a\nb", "a\x1b[2Jb", "a\u202eb", "back\\slash", "dot.", os.fsdecode(b"\xff\xfe")):
            self.put(name)
        seen = scan(str(self.folder))
        self.assertEqual(seen.files, {})
        self.assertEqual(len(seen.refused), 6)
        for why in seen.refused.values():
            self.assertIn("cannot be a name", why)
            self.assertTrue(why.isprintable(), why)

    def test_F55_twins(self) -> None:
        """Names that look alike are different names, each as it stands on the disk."""
        twins = ["caf\u00e9", "cafe\u0301", "CAF\u00c9", "a\u2215b", "a\uff0fb", "CON", "con"]
        for name in twins:
            self.put(name)
        self.assertEqual(set(scan(str(self.folder)).files), set(twins))

    def test_F56_links(self) -> None:
        """Symbolic links are refused, whether they lead out of the folder, into it, or nowhere."""
        self.put("film")
        (self.folder / "out").symlink_to("/etc/passwd")
        (self.folder / "in").symlink_to("film")
        (self.folder / "etc").symlink_to("/etc")
        (self.folder / "loop").symlink_to("loop")
        seen = scan(str(self.folder))
        self.assertEqual(list(seen.files), ["film"])
        self.assertEqual(set(seen.refused), {"out", "in", "etc", "loop"})
        self.assertEqual(set(seen.refused.values()), {"it is a symbolic link; share the folder it points to"})

    def test_F56_special_files(self) -> None:
        """A FIFO and a socket are refused without being opened."""
        os.mkfifo(self.folder / "fifo")
        here = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, here)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket")
        self.assertEqual(self.refused(), {"fifo": "it is no regular file", "socket": "it is no regular file"})

    def test_F56_hard_link(self) -> None:
        """A hard link is a file like others: whoever made it was allowed to read what it names."""
        (self.folder / "link").hardlink_to(self.put("film"))
        self.assertEqual(list(scan(str(self.folder)).files), ["film", "link"])

    def test_F56_device(self) -> None:
        """A device is refused without being opened."""
        try:
            os.mknod(self.folder / "device", stat.S_IFCHR | 0o666, os.makedev(1, 5))
        except PermissionError:
            raise SkipTest("only root can make a device") from None
        self.assertEqual(self.refused(), {"device": "it is no regular file"})

    def test_F07_no_permission(self) -> None:
        """What may not be read is refused: a file by itself, a folder with all it holds."""
        self.put("film").chmod(0)
        self.put("folder/film")
        (self.folder / "folder").chmod(0)
        self.addCleanup((self.folder / "folder").chmod, 0o700)
        code = "import sys; from p2pstream.peer.folders.scan import scan; seen = scan(sys.argv[1]); "
        code += "print(len(seen.files), seen.refused)"
        seen = subprocess.run(
            obeying_permissions([sys.executable, "-c", code, str(self.folder)]),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        self.assertEqual(
            seen.stdout.strip(),
            "0 {'film': 'there is no permission to read it', 'folder': 'permission denied'}",
        )

    def test_F07_no_folder(self) -> None:
        """A folder that is not there, or is none, is an error of its own."""
        self.assertRaises(FileNotFoundError, scan, str(self.folder / "none"))
        self.assertRaises(NotADirectoryError, scan, str(self.put("film")))


class BoundTests(FolderTests):
    def test_depth(self) -> None:
        """Folders are entered down to the limit, and refused below it."""
        self.put("a/b/film")
        self.put("a/b/c/film")
        seen = scan(str(self.folder), replace(LIMITS, share_depth=2))
        self.assertEqual(list(seen.files), ["a/b/film"])
        self.assertEqual(seen.refused, {"a/b/c": "it lies more than 2 folders deep"})

    def test_files(self) -> None:
        """As many files as the limit are taken; the others are refused."""
        for number in range(4):
            self.put(f"{number}")
        seen = scan(str(self.folder), replace(LIMITS, share_files=3))
        self.assertEqual(list(seen.files), ["0", "1", "2"])
        self.assertEqual(seen.refused, {"3": "one share holds at most 3 files"})

    def test_entries(self) -> None:
        """No more entries than the limit are looked at, whatever they are."""
        for number in range(9):
            self.put(f".{number}")
        self.assertEqual(self.refused(replace(LIMITS, share_entries=9)), {})
        self.assertEqual(
            self.refused(replace(LIMITS, share_entries=8)), {".": "only 8 files and folders are looked at"}
        )
