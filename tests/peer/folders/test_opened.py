"""A shared file in a reader's hands keeps the contract of all data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase, TestCase

from p2pstream.data.disk import Stamp
from p2pstream.data.file import READ, FileData
from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.folders.opened import OpenedFile, unless_cancelled
from p2pstream.testing.bytes.data import SMALL, OpenedContract
from p2pstream.testing.bytes.spans import RevocableContract, SpansContract, VersionedContract
from p2pstream.testing.workers import InlineWorkers


class OpenedFileTests(OpenedContract, SpansContract, TestCase):
    async def make_data(self, content: bytes) -> Any:
        """A file with this content, opened from a share."""
        path = Path(self.mktemp())
        path.write_bytes(content)
        self.closed: list[OpenedFile] = []
        offer = Offer.of(0, "film", Stamp.of(path.stat()))
        opened = OpenedFile(offer, FileData(path, READ, InlineWorkers(), SMALL), self.closed.append)
        self.addCleanup(opened.close)
        return opened

    async def make_spans(self, content: bytes) -> Any:
        """See `SpansContract`."""
        return await self.make_data(content)

    async def test_closed_is_told_once(self) -> None:
        """Whoever lent it hears when it is given back."""
        opened = await self.make_data(b"abc")
        opened.close()
        opened.close()
        self.assertEqual(self.closed, [opened])


class StatesTests(RevocableContract, VersionedContract, SynchronousTestCase):
    """It is one state of a file, and may be taken back."""

    def open(self, path: Path) -> OpenedFile:
        """The file as it is now."""
        offer = Offer.of(0, "film", Stamp.of(path.stat()))
        opened = OpenedFile(offer, FileData(path, READ, InlineWorkers(), SMALL), lambda _: None)
        self.addCleanup(opened.close)
        return opened

    def make_revocable(self) -> OpenedFile:
        """See `RevocableContract`."""
        path = Path(self.mktemp())
        path.write_bytes(b"abc")
        return self.open(path)

    def revoke(self, data: OpenedFile) -> None:
        """See `RevocableContract`."""
        data.withdraw()

    def make_versions(self) -> list[OpenedFile]:
        """See `VersionedContract`."""
        opened = self.make_revocable()
        stamp = opened.offer.stamp
        others = [stamp._replace(**{part: 1}) for part in stamp._fields]
        return [self.opened(each) for each in (stamp, stamp, *others)]

    def opened(self, stamp: Stamp) -> OpenedFile:
        """A file in that state."""
        return OpenedFile(Offer.of(0, "film", stamp), self.make_revocable()._data, lambda _: None)

    def test_version(self) -> None:
        """It tells nothing else of the file."""
        self.assertRegex(self.make_revocable().version, r"^[0-9a-f]{32}$")


class UnlessCancelledTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Work in a thread."""
        self.work: Deferred[str] = Deferred()
        self.dropped: list[str] = []
        self.wanted = unless_cancelled(self.work, self.dropped.append)

    def test_result(self) -> None:
        """Without a cancel the result arrives."""
        self.work.callback("file")
        self.assertEqual((self.successResultOf(self.wanted), self.dropped), ("file", []))

    def test_failure(self) -> None:
        """So does a failure."""
        self.work.errback(OSError())
        self.failureResultOf(self.wanted, OSError)

    def test_dropped(self) -> None:
        """A result that comes after a cancel is dropped, the work not interrupted."""
        self.wanted.cancel()
        self.failureResultOf(self.wanted)
        self.work.callback("file")
        self.assertEqual(self.dropped, ["file"])

    def test_failed_later(self) -> None:
        """A failure after a cancel interests nobody."""
        self.wanted.cancel()
        self.failureResultOf(self.wanted)
        self.work.errback(OSError())
        self.assertEqual(self.dropped, [])
