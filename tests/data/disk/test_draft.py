"""Files on their way to a final name."""

from __future__ import annotations

import errno
import os
import stat
import sys

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.disk import Draft, open_draft, permit, publish, scratch_file, withdraw
from p2pstream.data.disk.troubles import storage_error
from p2pstream.data.memory import MemoryFile
from p2pstream.errors import StorageError
from p2pstream.testing.bytes.sinks import FileContract


class DraftTests(FileContract, SynchronousTestCase):
    """A draft is a file; it becomes visible whole or not at all."""

    def setUp(self) -> None:
        """A folder of its own."""
        self.folder = os.path.abspath(self.mktemp())
        os.mkdir(self.folder)
        self.path = os.path.join(self.folder, "film")

    def make_file(self) -> Draft:
        """A draft."""
        draft = open_draft(self.path)
        assert isinstance(draft, Draft)
        self.addCleanup(draft.close)
        return draft

    def test_publish(self) -> None:
        """It takes its name; what was open stays readable; twice is harmless."""
        draft = self.make_file()
        draft.pwrite(0, b"film")
        draft.publish()
        draft.publish()
        draft.withdraw()
        self.assertEqual(os.listdir(self.folder), ["film"])
        self.assertEqual(draft.pread(0, 10), b"film")

    def test_permit(self) -> None:
        """What another program of ours made is as open to others as what we make; what went is said."""
        for path in (self.path, f"{self.path}.other"):
            with open(path, "wb"):
                pass
        os.chmod(self.path, 0o600)
        for _ in range(2):
            permit(self.path)
            self.assertEqual(os.stat(self.path).st_mode, os.stat(f"{self.path}.other").st_mode)
        os.unlink(self.path)
        self.assertRaises(StorageError, permit, self.path)

    def test_withdraw(self) -> None:
        """It leaves no trace; twice is harmless, and so is publishing what was withdrawn."""
        draft = self.make_file()
        draft.withdraw()
        draft.withdraw()
        draft.publish()
        self.assertEqual(os.listdir(self.folder), [])

    def test_several(self) -> None:
        """Drafts of one name do not meet; the last to be published wins."""
        drafts = [self.make_file() for _ in range(3)]
        for number, draft in enumerate(drafts):
            draft.pwrite(0, b"%d" % number)
        for draft in reversed(drafts):
            draft.publish()
        with open(self.path, "rb") as film:
            self.assertEqual(film.read(), b"0")

    def test_somebody_was_faster(self) -> None:
        """What may not be replaced is not, whenever it came; nothing else is left."""
        draft = open_draft(self.path, replace=False)
        self.addCleanup(draft.close)
        draft.pwrite(0, b"film")
        with open(self.path, "wb") as other:
            other.write(b"precious")
        fault = self.assertRaises(StorageError, publish, draft)
        self.assertEqual(str(fault), f"cannot write {self.path}: there is a file of that name by now")
        withdraw(draft)
        self.assertEqual(os.listdir(self.folder), ["film"])
        with open(self.path, "rb") as film:
            self.assertEqual(film.read(), b"precious")

    def test_nobody_was_faster(self) -> None:
        """What may not replace anything takes a name that is free."""
        draft = open_draft(self.path, replace=False)
        self.addCleanup(draft.close)
        draft.pwrite(0, b"film")
        publish(draft)
        self.assertEqual(os.listdir(self.folder), ["film"])
        self.assertEqual(os.path.getsize(self.path), 4)

    def test_place_taken_by_a_folder(self) -> None:
        """A film that cannot get its name leaves nothing behind."""
        draft = self.make_file()
        os.mkdir(self.path)
        self.assertRaises(StorageError, publish, draft)
        withdraw(draft)
        self.assertEqual(os.listdir(self.folder), ["film"])

    def test_folder_moved(self) -> None:
        """A folder that is moved takes its drafts along."""
        draft = self.make_file()
        os.rename(self.folder, self.folder + "2")
        draft.publish()
        self.assertEqual(os.listdir(self.folder + "2"), ["film"])

    def test_link(self) -> None:
        """Through a link, the file it names is written, and the link stays."""
        os.symlink("film", f"{self.folder}/link")
        draft = open_draft(f"{self.folder}/link")
        self.addCleanup(draft.close)
        draft.pwrite(0, b"film")
        publish(draft)
        self.assertTrue(os.path.islink(f"{self.folder}/link"))
        self.assertEqual(os.path.getsize(self.path), 4)

    def test_no_descriptor_is_lost(self) -> None:
        """Neither a refusal nor a closed draft keeps one."""
        before = len(os.listdir("/proc/self/fd"))
        self.assertRaises(StorageError, open_draft, f"{self.folder}/no/film")
        self.assertRaises(StorageError, open_draft, "/proc/film")
        open_draft(self.path).close()
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_others(self) -> None:
        """Files without a final name are published and withdrawn by doing nothing."""
        for file in (MemoryFile(), scratch_file(self.folder)):
            file.pwrite(0, b"film")
            publish(file)
            self.assertEqual(file.pread(0, 9), b"film")
            withdraw(file)
            self.assertEqual(file.pread(0, 9), b"film")
            file.close()
        self.assertEqual(os.listdir(self.folder), [])


class HiddenDraftTests(DraftTests):
    """The same where a file cannot be named later."""

    def setUp(self) -> None:
        """Take the portable road."""
        super().setUp()
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": "1"})

    def test_hidden(self) -> None:
        """It is beside its final name meanwhile, closed to others."""
        self.make_file()
        (name,) = os.listdir(self.folder)
        self.assertTrue(name.startswith(".p2pstream-") and name.endswith(".part"), name)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.folder, name)).st_mode), 0o600)


class NamelessDraftTests(SynchronousTestCase):
    """Where a file can be named later."""

    def test_nothing_is_seen(self) -> None:
        """So that nothing is left of it, however this process ends."""
        folder = os.path.abspath(self.mktemp())
        os.mkdir(folder)
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": ""})
        draft = open_draft(os.path.join(folder, "film"))
        self.addCleanup(draft.close)
        if sys.platform == "linux":
            self.assertEqual(os.listdir(folder), [])
        publish(draft)
        self.assertEqual(os.listdir(folder), ["film"])


class ScratchTests(SynchronousTestCase):
    """Files that never get a name."""

    def test_private(self) -> None:
        """Nobody else may read it."""
        for portable in "01":
            self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": portable})
            file = scratch_file()
            self.addCleanup(file.close)
            self.assertEqual(stat.S_IMODE(os.fstat(file.fileno() or 0).st_mode), 0o600)
            self.assertEqual(os.fstat(file.fileno() or 0).st_nlink, 0)

    def test_missing_folder(self) -> None:
        """The folder is named."""
        fault = self.assertRaises(StorageError, scratch_file, "no/such")
        self.assertEqual(
            str(fault), "cannot write a temporary file in no/such: there is no such file or folder"
        )


class TroubleTests(SynchronousTestCase):
    """What the system refuses, in words."""

    def test_need(self) -> None:
        """How much room is needed is told when the disk is full, and only then."""
        full, other = OSError(errno.ENOSPC, ""), OSError(errno.EACCES, "")
        self.assertEqual(
            str(storage_error("write", "film", full, 1_500_000)),
            "cannot write film: disk full (need at least 1.5 MB)",
        )
        self.assertEqual(str(storage_error("write", "film", full)), "cannot write film: disk full")
        self.assertEqual(
            str(storage_error("write", "film", other, 5)), "cannot write film: permission denied"
        )
