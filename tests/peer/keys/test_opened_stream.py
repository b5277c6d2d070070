"""A shared file in the hands of whoever asked for its key keeps the contract of all streams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import TestCase

from p2pstream.content.units import UNIT
from p2pstream.data.disk import Stamp
from p2pstream.data.file import READ, FileData
from p2pstream.data.shared_stream import SharedStream
from p2pstream.errors import Gone
from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.folders.opened import OpenedFile
from p2pstream.peer.keys.opened_stream import OpenedStream
from p2pstream.testing.bytes.spans import RevocableContract
from p2pstream.testing.proofs.proven import ProvenFilm, proven_film
from p2pstream.testing.proofs.streams import StreamContract
from p2pstream.testing.workers import InlineWorkers


class OpenedStreamTests(StreamContract, RevocableContract, TestCase):
    def make_revocable(self) -> Any:
        """See `RevocableContract`."""
        return self.opened(proven_film(UNIT))

    def revoke(self, data: Any) -> None:
        """See `RevocableContract`."""
        data.withdraw()

    async def make_stream(self, film: ProvenFilm) -> Any:
        """See `StreamContract`."""
        return self.opened(film)

    def opened(self, film: ProvenFilm) -> OpenedStream:
        """A file with this content, opened from a share."""
        self.path = Path(self.mktemp())
        self.path.write_bytes(film.content)
        self.closed: list[OpenedFile] = []
        workers = InlineWorkers()
        stream = SharedStream(FileData(self.path, READ, workers), film.tree, workers)
        offer = Offer.of(0, "film", Stamp.of(self.path.stat()))
        opened = OpenedStream(offer, stream, self.closed.append)
        self.addCleanup(opened.close)
        return opened

    async def test_F08_withdrawn(self) -> None:
        """Once it is shared no more nothing of it is here, and all who want to know are told."""
        stream = await self.make_stream(proven_film(3 * UNIT))
        told: list[str] = []
        stream.watch(lambda: told.append("units"))
        stream.when_revoked().addCallback(lambda gone: told.append(type(gone).__name__))
        stream.withdraw()
        self.assertEqual(sorted(told), ["Gone", "units"])
        self.assertFalse(stream.units)
        self.assertRaises(Gone, stream.check)

    async def test_F08_changed(self) -> None:
        """A look at the file is enough to find out that it is another one."""
        stream = await self.make_stream(proven_film(3 * UNIT))
        told: list[None] = []
        stream.watch(lambda: told.append(None))
        with self.path.open("ab") as file:
            file.write(b"more")
        self.assertRaises(Gone, stream.check)
        self.assertEqual((bool(stream.units), told), (False, [None]))
