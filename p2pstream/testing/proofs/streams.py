"""What every stream with a key must do.

`StreamContract` is for what is all there, `StoredStreamContract` for what is filled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from zope.interface.verify import verifyObject

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import HASH_BYTES, UNIT
from p2pstream.errors import BadProof, NoSource, ReadStopped, Unproven
from p2pstream.interfaces import IArriving, IStoredStream, IStream
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.proofs.proven import LENGTHS, ProvenFilm, pages, prove, proven_film

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["StoredStreamContract", "StreamContract"]


class StreamContract(_Case):
    """The contract of `IStream`, for a provider that has all of it."""

    async def make_stream(self, film: ProvenFilm) -> Any:
        """An `IStream` of that film."""
        raise NotImplementedError

    async def test_provides_stream(self) -> None:
        """The provider has all that the interface promises."""
        film = proven_film(3 * UNIT + 5)
        stream = await self.make_stream(film)
        self.assertTrue(verifyObject(IStream, stream))
        self.assertEqual((stream.key, stream.length, stream.seekable), (film.key, 3 * UNIT + 5, True))
        self.assertEqual(list(stream.units), [(0, 4)])
        stream.check()

    async def test_every_page(self) -> None:
        """Any page of any layer, with any number of uncles, is that of the tree."""
        for length in LENGTHS:
            film = proven_film(length)
            stream = await self.make_stream(film)
            for page in pages(film.key):
                self.assertEqual(await stream.hashes(*page), film.tree.page(*page), (length, page))

    async def test_no_such_page(self) -> None:
        """What is no page of this tree fails, and harms nothing."""
        film = proven_film(5 * UNIT)
        stream = await self.make_stream(film)
        for page in ((9, 0, 1, 0), (2, 1, 2, 0), (2, 0, 3, 0), (2, 8, 1, 0), (2, 0, 8, 1), (-1, 0, 1, 0)):
            await self.assertFailure(stream.hashes(*page), Unproven)
        self.assertEqual(await stream.hashes(2, 0, 8, 0), film.tree.page(2, 0, 8, 0))

    async def test_reads_and_spans(self) -> None:
        """Bytes are those of the film, read or sent from its file."""
        film = proven_film(4 * UNIT + 77)
        stream = await self.make_stream(film)
        consumer = CollectingConsumer()
        self.assertEqual(await stream.read_to(consumer, 100, 3 * UNIT + 1), 3 * UNIT - 99)
        self.assertEqual(bytes(consumer.collected), film.content[100 : 3 * UNIT + 1])
        position = 50
        for _, offset, length in stream.spans(50, 2 * UNIT):
            self.assertEqual(offset, position)
            position += length
        self.assertIn(position, (50, 2 * UNIT))

    async def test_close(self) -> None:
        """Closing twice is harmless, and so is ending a watch twice."""
        stream = await self.make_stream(proven_film(UNIT))
        end = stream.watch(lambda: None)
        for _ in range(2):
            end()
            stream.close()


class StoredStreamContract(_Case):
    """The contract of `IStoredStream`."""

    async def make_stored(self, key: FileKey) -> Any:
        """An `IStoredStream` with nothing in it."""
        raise NotImplementedError

    async def filled(self, film: ProvenFilm, *spans: tuple[int, int]) -> Any:
        """A stream that knows all hashes, and has those units."""
        stream = await self.make_stored(film.key)
        prove(stream, film)
        for first, stop in spans:
            self.assertEqual(await stream.put_units(first, film.units(first, stop)), [True] * (stop - first))
        return stream

    async def test_provides_stored(self) -> None:
        """The provider has all that the interfaces promise."""
        film = proven_film(5 * UNIT)
        stream = await self.make_stored(film.key)
        for interface in (IStoredStream, IStream, IArriving):
            self.assertTrue(verifyObject(interface, stream))
        self.assertEqual((stream.complete, list(stream.units), list(stream.have)), (False, [], []))

    async def test_nothing_without_proof(self) -> None:
        """Units whose hashes are not known are refused, and not kept."""
        film = proven_film(5 * UNIT)
        stream = await self.make_stored(film.key)
        await self.assertFailure(stream.put_units(0, film.units(0, 2)), Unproven)
        self.assertEqual(list(stream.units), [])

    async def test_small_ones_need_no_pages(self) -> None:
        """Of one unit, the key says it all; of none, everything is there."""
        for length in (0, 1, 20_000, UNIT):
            film = proven_film(length)
            stream = await self.make_stored(film.key)
            self.assertIsNone(stream.needs(0, film.key.units))
            if length:
                self.assertEqual(await stream.put_units(0, film.units(0, 1)), [True])
            self.assertTrue(stream.complete)
            consumer = CollectingConsumer()
            await stream.read_to(consumer)
            self.assertEqual(bytes(consumer.collected), film.content)

    async def test_any_order(self) -> None:
        """Units come in any order, in runs of any length; the last is short."""
        film = proven_film(9 * UNIT + 1234)
        stream = await self.filled(film, (8, 10), (0, 1), (3, 8))
        self.assertEqual(list(stream.units), [(0, 1), (3, 10)])
        self.assertEqual(list(stream.have), [(0, UNIT), (3 * UNIT, len(film.content))])
        await stream.put_units(0, film.units(0, 4))
        self.assertTrue(stream.complete)
        consumer = CollectingConsumer()
        await stream.read_to(consumer)
        self.assertEqual(bytes(consumer.collected), film.content)

    async def test_nobody_fills_it_any_more(self) -> None:
        """Who waits is told when the last who fills it gives up, and gets what is here before."""
        film = proven_film(6 * UNIT)
        stream = await self.filled(film, (0, 2))
        ends, given_up = [stream.fill(), stream.fill()], Failure(NoSource("nobody is left"))
        consumer, late = CollectingConsumer(), CollectingConsumer()
        reading = stream.read_to(consumer)
        ends[0](given_up)
        ends[0](given_up)
        self.assertFalse(reading.called)
        ends[1](given_up)
        await self.assertFailure(reading, NoSource)
        await self.assertFailure(stream.read_to(late, UNIT), NoSource)
        self.assertEqual(bytes(consumer.collected), film.content[: 2 * UNIT])
        self.assertEqual(bytes(late.collected), film.content[UNIT : 2 * UNIT])

    async def test_filled_anew(self) -> None:
        """Who waits goes on waiting when one who fills it ends in good order, or begins again."""
        film = proven_film(6 * UNIT)
        stream = await self.filled(film, (0, 2))
        stream.fill()(Failure(NoSource("nobody is left")))
        end = stream.fill()
        consumer = CollectingConsumer()
        reading = stream.read_to(consumer)
        end(None)
        await stream.put_units(2, film.units(2, 6))
        await reading
        self.assertEqual(bytes(consumer.collected), film.content)

    async def test_each_for_itself(self) -> None:
        """Bad units of a run are told and not kept; good ones are."""
        film = proven_film(6 * UNIT)
        stream = await self.filled(film)
        run = bytearray(film.units(1, 6))
        for number in (2, 5):
            run[(number - 1) * UNIT + 77] ^= 1
        self.assertEqual(await stream.put_units(1, memoryview(run)), [True, False, True, True, False])
        self.assertEqual(list(stream.units), [(1, 2), (3, 5)])

    async def test_put_again(self) -> None:
        """What is here already is judged, and stays as it is."""
        film = proven_film(3 * UNIT)
        stream = await self.filled(film, (0, 3))
        self.assertEqual(await stream.put_units(1, film.units(1, 2)), [True])
        self.assertEqual(await stream.put_units(1, memoryview(bytes(UNIT))), [False])
        consumer = CollectingConsumer()
        await stream.read_to(consumer)
        self.assertEqual(bytes(consumer.collected), film.content)

    async def test_no_units(self) -> None:
        """Runs that are no whole units of this stream are a caller's mistake."""
        film = proven_film(3 * UNIT + 5)
        stream = await self.filled(film)
        for first, run in (
            (-1, film.units(0, 1)), (4, film.units(0, 1)), (0, memoryview(b"")), (3, film.units(0, 1)),
            (0, film.units(0, 1)[:-1]), (2, film.units(2, 4)[:-1]),
        ):  # fmt: skip
            await self.assertFailure(stream.put_units(first, run), ValueError)

    async def test_lying_page(self) -> None:
        """A page that disagrees with what is proven is a lie; the honest one is taken after it."""
        film = proven_film(9 * UNIT)
        stream = await self.make_stored(film.key)
        page = stream.needs(0, 1)
        layer, first, count = page[:3]
        nodes, above = film.tree.page(*page)
        with self.assertRaises(BadProof):
            stream.put_hashes(layer, first, bytes(HASH_BYTES) + nodes[HASH_BYTES:], above)
        self.assertEqual(stream.needs(0, 1), page)
        self.assertTrue(stream.put_hashes(layer, first, nodes, above))
        self.assertIsNone(stream.needs(0, min(count, 9)))

    async def test_told(self) -> None:
        """Watchers and observers hear of each arrival, until they take it back."""
        film = proven_film(4 * UNIT)
        stream = await self.filled(film)
        seen: list[int] = []
        ends = [
            stream.watch(lambda: seen.append(stream.units.total)),
            stream.observe(lambda: seen.append(-1)),
        ]
        await stream.put_units(1, film.units(1, 3))
        self.assertEqual(seen, [2, -1])
        for end in ends:
            end()
        await stream.put_units(0, film.units(0, 1))
        self.assertEqual(seen, [2, -1])

    async def test_readers_wait(self) -> None:
        """A reader gets each unit as it comes."""
        film = proven_film(3 * UNIT)
        stream = await self.filled(film, (0, 1))
        consumer = CollectingConsumer()
        reading: Deferred[int] = stream.read_to(consumer, 10)
        await consumer.reached(UNIT - 10)
        self.assertFalse(reading.called)
        for number in (2, 1):
            await stream.put_units(number, film.units(number, number + 1))
        self.assertEqual(await reading, 3 * UNIT - 10)
        self.assertEqual(bytes(consumer.collected), film.content[10:])

    async def test_reader_gives_up(self) -> None:
        """One that stops waiting disturbs nobody."""
        film = proven_film(2 * UNIT)
        stream = await self.filled(film)
        readings = [stream.read_to(CollectingConsumer()) for _ in range(2)]
        readings[0].cancel()
        await self.assertFailure(readings[0], ReadStopped)
        await stream.put_units(0, film.units(0, 2))
        self.assertEqual(await readings[1], 2 * UNIT)

    async def test_close_tells_readers(self) -> None:
        """Who still waits when it is closed is told."""
        stream = await self.filled(proven_film(2 * UNIT))
        reading = stream.read_to(CollectingConsumer())
        stream.close()
        await self.assertFailure(reading, ReadStopped)
        stream.close()

    async def test_units_are_a_value(self) -> None:
        """A snapshot that was taken does not change."""
        film = proven_film(2 * UNIT)
        stream = await self.filled(film)
        before = stream.units
        await stream.put_units(0, film.units(0, 2))
        self.assertEqual((before, stream.units), (Ranges(), Ranges([(0, 2)])))

    async def test_pages_of_what_is_not_here(self) -> None:
        """Hashes that are known are told without the bytes; leaves need them."""
        film = proven_film(5 * UNIT)
        stream = await self.make_stored(film.key)
        await self.assertFailure(stream.hashes(2, 0, 4, 1), Unproven)
        prove(stream, film)
        self.assertEqual(await stream.hashes(2, 0, 4, 1), film.tree.page(2, 0, 4, 1))
        await self.assertFailure(stream.hashes(0, 0, 4, 1), Unproven)

    async def test_hold(self) -> None:
        """Holding bytes is harmless, and so is letting go twice."""
        stream = await self.filled(proven_film(2 * UNIT), (0, 2))
        let_go = stream.hold(5, UNIT + 5)
        let_go()
        let_go()
