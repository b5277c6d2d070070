"""A shared file in a reader's hands keeps the contract of all data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase, TestCase
from zope.interface.verify import verifyObject

from p2pstream.data.disk import Stamp
from p2pstream.data.file import READ, FileData
from p2pstream.errors import Gone
from p2pstream.interfaces import IVersioned
from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.folders.opened import OpenedFile, unless_cancelled
from p2pstream.testing.data import SMALL, OpenedContract
from p2pstream.testing.workers import InlineWorkers


class OpenedFileTests(OpenedContract, TestCase):
    async def make_data(self, content: bytes) -> Any:
        """A file with this content, opened from a share."""
        path = Path(self.mktemp())
        path.write_bytes(content)
        self.closed: list[OpenedFile] = []
        offer = Offer.of(0, "film", Stamp.of(path.stat()))
        opened = OpenedFile(offer, FileData(path, READ, InlineWorkers(), SMALL), self.closed.append)
        self.addCleanup(opened.close)
        return opened

    async def test_closed_is_told_once(self) -> None:
        """Whoever lent it hears when it is given back."""
        opened = await self.make_data(b"abc")
        opened.close()
        opened.close()
        self.assertEqual(self.closed, [opened])

    async def test_F08_revoked(self) -> None:
        """Whoever waits hears why at once, and whoever asks later too."""
        opened = await self.make_data(b"abc")
        early = opened.when_revoked()
        self.assertNoResult(early)
        opened.withdraw()
        self.assertIsInstance(self.successResultOf(early), Gone)
        self.assertIsInstance(self.successResultOf(opened.when_revoked()), Gone)

    async def test_version(self) -> None:
        """It tells this state of the file from others, and nothing else of it."""
        opened = await self.make_data(b"abc")
        self.assertTrue(verifyObject(IVersioned, opened))
        stamp = opened.offer.stamp
        changed = [stamp._replace(**{part: 1}).digest for part in stamp._fields]
        self.assertEqual(len({opened.version, *changed}), 6)
        self.assertRegex(opened.version, r"^[0-9a-f]{32}$")


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
