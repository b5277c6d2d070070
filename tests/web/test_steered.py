"""A stream as one response reads it is all that the stream is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase, TestCase

from p2pstream.content.units import UNIT
from p2pstream.data.file import READ, FileData
from p2pstream.testing.bytes.data import SMALL, DataContract
from p2pstream.testing.bytes.spans import HeldSpansContract, SpansContract, VersionedContract
from p2pstream.testing.proofs.proven import film_of, proven_film
from p2pstream.testing.proofs.units import FilmStream
from p2pstream.testing.workers import InlineWorkers
from p2pstream.web.steered import Steered
from tests.transport.held import Held


class FileTests(DataContract, SpansContract, TestCase):
    """Over a file."""

    def over(self, data: Any) -> Any:
        """What is steered."""
        return data

    async def make_data(self, content: bytes) -> Steered:
        """See `DataContract`."""
        path = Path(self.mktemp())
        path.write_bytes(content)
        data = FileData(path, READ, InlineWorkers(), SMALL)
        self.addCleanup(data.close)
        return Steered(self.over(data))

    async def make_spans(self, content: bytes) -> Steered:
        """See `SpansContract`."""
        return await self.make_data(content)


class HeldTests(FileTests, HeldSpansContract):
    """Over one that others may hold."""

    def over(self, data: Any) -> Held:
        """See `FileTests`."""
        self.inner = Held(data)
        return self.inner

    async def give_up(self, data: Any) -> None:
        """See `HeldSpansContract`: it is in a file that stays; what is steered must know what is held."""
        self.assertEqual(self.inner.held, [(10, 200), (0, len(self.content))])
        self.addCleanup(lambda: self.assertEqual(self.inner.held, []))


class MemoryTests(SpansContract, TestCase):
    """Over what lies nowhere."""

    in_file = False

    async def make_spans(self, content: bytes) -> Steered:
        """See `SpansContract`."""
        return Steered(FilmStream(film_of(content)))


class VersionTests(VersionedContract, SynchronousTestCase):
    """Over what has a key."""

    def make_versions(self) -> list[Steered]:
        """See `VersionedContract`."""
        films = [(UNIT, 0), (UNIT, 0), (UNIT, 1), (UNIT + 1, 0)]
        return [Steered(FilmStream(proven_film(length, seed=seed))) for length, seed in films]
