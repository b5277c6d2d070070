"""The fakes keep the contracts that they are for."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase, TestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.errors import Gone
from p2pstream.testing.proofs.proven import ProvenFilm, proven_film
from p2pstream.testing.proofs.streams import StreamContract
from p2pstream.testing.proofs.unit_sources import UnitSourceContract
from p2pstream.testing.proofs.units import FakeUnitSource, FilmStream, HeardUnits


class FilmStreamTests(StreamContract, TestCase):
    """A film in memory."""

    async def make_stream(self, film: ProvenFilm) -> FilmStream:
        """That one."""
        return FilmStream(film)

    async def test_changes(self) -> None:
        """Who watches is told, until it ends that; a film may be gone."""
        stream, told = FilmStream(proven_film(UNIT)), list[Ranges]()
        end = stream.watch(lambda: told.append(stream.units))
        stream.has(Ranges())
        end()
        stream.has(Ranges([(0, 1)]))
        self.assertEqual((told, stream.watched), ([Ranges()], 0))
        stream.gone = True
        self.assertRaises(Gone, stream.check)


class FakeUnitSourceTests(UnitSourceContract, SynchronousTestCase):
    """A peer that is none."""

    def make_source(self, units: Ranges | None = None) -> Any:
        """That one."""
        self.source = FakeUnitSource(self.film, units)
        return self.source

    def move(self) -> None:
        """Answer everything."""
        while self.source.step():
            pass

    def test_what_the_test_says(self) -> None:
        """It spoils, loses units, and breaks."""
        source, listener = FakeUnitSource(self.film), HeardUnits(self.film)
        source.listen(listener)
        source.spoil = lambda run: run.__setitem__(0, run[0] ^ 1)
        source.ask(0, 3)
        source.step()
        self.assertNotEqual(listener.content[0], bytes(self.film.units(0, 1)))
        source.has(Ranges([(0, 2)]))
        source.refuse(1, 8)
        source.step()
        self.assertEqual((listener.codes, listener.changes), ([8, 14], 1))
        source.lose()
        source.lose()
        assert listener.reason is not None
