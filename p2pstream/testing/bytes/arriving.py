"""What data that is still arriving must do beyond being data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.python.failure import Failure
from zope.interface.verify import verifyObject

from p2pstream.errors import RangeError, ReadStopped, SourceLost
from p2pstream.interfaces import IArriving, ICursor
from p2pstream.testing.bytes.consumers import (
    CollectingConsumer,
    CountingProducer,
    PausingConsumer,
    StoppingConsumer,
)
from p2pstream.testing.bytes.data import CONTENT

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["ArrivingContract"]


class ArrivingContract(_Case):
    """The contract of `IArriving`, for a provider that is filled as an `ISink`."""

    async def make_arriving(self) -> Any:
        """An `IArriving` with nothing in it; what is written to it is there at once."""
        raise NotImplementedError

    async def fill(self, data: Any, *parts: bytes) -> None:
        """Write ``parts``, one after another, from byte 0."""
        data.registerProducer(CountingProducer(), True)
        for part in parts:
            data.write(part)
        data.unregisterProducer()
        await data.settled()

    async def test_provides_arriving(self) -> None:
        """The provider has all that the interface promises."""
        data = await self.make_arriving()
        self.assertTrue(verifyObject(IArriving, data))
        self.assertEqual((data.length, data.complete, list(data.have)), (None, False, []))

    async def test_readers_wait(self) -> None:
        """Readers anywhere wait, and get each byte as soon as it is there."""
        data = await self.make_arriving()
        first, later = CollectingConsumer(), CollectingConsumer()
        readings = [data.read_to(first), data.read_to(later, 5, 9)]
        data.registerProducer(CountingProducer(), True)
        for at in range(12):
            data.write(CONTENT[at : at + 1])
            await first.reached(at + 1)
        data.unregisterProducer()
        self.assertEqual(await readings[1], 4)
        self.assertEqual(bytes(later.collected), CONTENT[5:9])
        self.assertFalse(readings[0].called)
        await data.finish()
        self.assertEqual(await readings[0], 12)
        self.assertEqual(bytes(first.collected), CONTENT[:12])

    async def test_length_becomes_known(self) -> None:
        """The end of the stream makes it an ordinary, complete one."""
        data = await self.make_arriving()
        await self.fill(data, CONTENT)
        self.assertEqual((data.length, data.complete), (None, False))
        await data.finish()
        self.assertEqual((data.length, data.complete), (len(CONTENT), True))
        self.assertEqual(list(data.have), [(0, len(CONTENT))])
        self.assertRaises(ValueError, data.read_to, CollectingConsumer(), 0, len(CONTENT) + 1)

    async def test_range_that_never_comes(self) -> None:
        """Ranges that the end shows to be impossible fail then; what exists of them is delivered."""
        data = await self.make_arriving()
        across, beyond, at_end = CollectingConsumer(), CollectingConsumer(), CollectingConsumer()
        readings = [data.read_to(across, 2, 20), data.read_to(beyond, 15), data.read_to(at_end, 10)]
        await self.fill(data, CONTENT[:10])
        await data.finish()
        await self.assertFailure(readings[0], RangeError)
        await self.assertFailure(readings[1], RangeError)
        self.assertEqual(await readings[2], 0)
        self.assertEqual(bytes(across.collected), CONTENT[2:10])
        self.assertEqual(beyond.calls, ["register", "unregister"])
        self.assertEqual(at_end.calls, ["register", "unregister"])

    async def test_failure_reaches_every_waiter(self) -> None:
        """When it will never be whole, all who wait are told why, and those who come later."""
        data = await self.make_arriving()
        readings = [data.read_to(CollectingConsumer(), start) for start in (0, 3, 100)]
        await self.fill(data, CONTENT[:10])
        await data.abort(Failure(SourceLost("the last peer left")))
        for reading in (*readings, data.read_to(CollectingConsumer())):
            await self.assertFailure(reading, SourceLost)

    async def test_cancel_while_waiting(self) -> None:
        """A reader that gives up does not disturb the others."""
        data = await self.make_arriving()
        patient = CollectingConsumer()
        alone = data.read_to(CollectingConsumer())
        alone.cancel()
        await self.assertFailure(alone, ReadStopped)
        readings = [data.read_to(CollectingConsumer()), data.read_to(patient)]
        readings[0].cancel()
        await self.assertFailure(readings[0], ReadStopped)
        await self.fill(data, CONTENT)
        await data.finish()
        await readings[1]
        self.assertEqual(bytes(patient.collected), CONTENT)

    async def test_reader_that_ends_another(self) -> None:
        """A reader that is woken may end another one that is about to be."""
        data = await self.make_arriving()
        readings = [data.read_to(StoppingConsumer(1)), data.read_to(CollectingConsumer())]
        readings[0].addErrback(lambda failure: readings[1].cancel())
        await self.fill(data, CONTENT[:10])
        await readings[0]
        await self.assertFailure(readings[1], ReadStopped)

    async def test_pause_while_waiting(self) -> None:
        """A reader that paused while it waited is given nothing until it resumes."""
        data = await self.make_arriving()
        consumer = PausingConsumer()
        reading = data.read_to(consumer, 0, 3)
        assert consumer.producer is not None
        consumer.producer.pauseProducing()
        await self.fill(data, CONTENT[:3])
        self.assertEqual(bytes(consumer.collected), b"")
        consumer.resume()
        await consumer.drip()
        self.assertEqual(await reading, 3)

    async def test_have_is_a_value(self) -> None:
        """``have`` is a snapshot: one that was taken does not change."""
        data = await self.make_arriving()
        before = data.have
        await self.fill(data, CONTENT)
        self.assertEqual((list(before), list(data.have)), ([], [(0, len(CONTENT))]))

    async def test_observe(self) -> None:
        """Observers hear of new bytes and of the end, until they take it back."""
        data = await self.make_arriving()
        seen: list[tuple[int, int | None]] = []
        end = data.observe(lambda: seen.append((data.have.total, data.length)))
        await self.fill(data, CONTENT[:10])
        self.assertIn((10, None), seen)
        await data.finish()
        self.assertIn((10, 10), seen)
        end()
        end()
        count = len(seen)
        await data.abort(Failure(SourceLost()))
        self.assertEqual(len(seen), count)

    async def test_cursors(self) -> None:
        """Readers announce themselves, move and leave."""
        data = await self.make_arriving()
        for kind in ("read", "play"):
            cursor = data.cursor(10, kind)
            self.assertTrue(verifyObject(ICursor, cursor))
            cursor.move(20)
            cursor.close()
            cursor.close()
