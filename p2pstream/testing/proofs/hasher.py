"""What all that hash runs of units must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.content.hashes.hash_nodes import unit_hashes
from p2pstream.content.units import HASH_BYTES, UNIT
from p2pstream.interfaces import IHasher
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.patterns import pattern

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["HasherContract"]


class HasherContract(_Case):
    """The contract of `IHasher`; for trial's ``TestCase``."""

    async def make_hasher(self) -> Any:
        """One that is ready; the test case closes it."""
        raise NotImplementedError

    def filled(self, hasher: Any, seed: int, length: int) -> memoryview:
        """A run that it lent, with bytes of that seed's."""
        run: memoryview = hasher.lend(length)
        self.assertEqual(len(run), length)
        run[:] = pattern(seed, seed + length)
        return run

    async def test_provides_hasher(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(IHasher, await self.make_hasher()))

    async def test_hashes(self) -> None:
        """Of one unit, of many, of a short last one, and of a stream so small that its tree is lower."""
        hasher = await self.make_hasher()
        for length, layer in ((UNIT, 2), (16 * UNIT, 2), (3 * UNIT + 1, 2), (1, 0), (20_000, 1), (65_535, 2)):
            run = self.filled(hasher, length, length)
            self.assertEqual(
                await hasher.unit_hashes(run, layer, bytes), unit_hashes(run, layer), (length, layer)
            )
            hasher.give_back(run)

    async def test_many_at_once(self) -> None:
        """Each gets its own."""
        hasher = await self.make_hasher()
        runs = [self.filled(hasher, seed, (1 + seed % 3) * UNIT) for seed in range(12)]
        asked = [hasher.unit_hashes(run, 2, bytes) for run in runs]
        for run, hashes in zip(runs, asked, strict=True):
            self.assertEqual(await hashes, unit_hashes(run, 2))

    async def test_lent_again(self) -> None:
        """What is given back serves the next; what is out is nobody else's."""
        hasher = await self.make_hasher()
        first, second = hasher.lend(UNIT), hasher.lend(2 * UNIT)
        first[:], second[:] = pattern(1, UNIT + 1), pattern(2, 2 * UNIT + 2)
        self.assertEqual(first, pattern(1, UNIT + 1))
        hasher.give_back(first)
        third = self.filled(hasher, 3, UNIT)
        self.assertEqual(second, pattern(2, 2 * UNIT + 2))
        self.assertEqual(await hasher.unit_hashes(third, 2, bytes), unit_hashes(pattern(3, UNIT + 3), 2))

    async def test_more_than_a_run(self) -> None:
        """Longer than any run that it lends again: memory for once."""
        hasher = await self.make_hasher()
        run = self.filled(hasher, 5, LIMITS.native_run_units * UNIT + UNIT)
        self.assertEqual(await hasher.unit_hashes(run, 2, bytes), unit_hashes(run, 2))
        hasher.give_back(run)

    async def test_foreign_memory(self) -> None:
        """A part of what was lent, and what never was."""
        hasher = await self.make_hasher()
        run = self.filled(hasher, 6, 4 * UNIT)
        for part in (run[UNIT:], memoryview(pattern(0, 2 * UNIT))):
            self.assertEqual(await hasher.unit_hashes(part, 2, bytes), unit_hashes(part, 2))

    async def test_use(self) -> None:
        """Whoever asked gets what it returns, or raises, and nobody else."""
        hasher = await self.make_hasher()
        run = self.filled(hasher, 7, UNIT)
        asked = hasher.unit_hashes(run, 2, lambda hashes: hashes[HASH_BYTES])
        await self.assertFailure(asked, IndexError)
        self.assertEqual(await hasher.unit_hashes(run, 2, bytes), unit_hashes(run, 2))

    async def test_cancelled(self) -> None:
        """A result that is not wanted disturbs no other."""
        hasher = await self.make_hasher()
        runs = [self.filled(hasher, seed, 4 * UNIT) for seed in (8, 9)]
        dropped, kept = [hasher.unit_hashes(run, 2, bytes) for run in runs]
        dropped.addErrback(lambda _: None).cancel()
        self.assertEqual(await kept, unit_hashes(runs[1], 2))
