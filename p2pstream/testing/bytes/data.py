"""What every provider of the byte seams must do: contracts for trial's ``TestCase``.

Inherit one beside ``twisted.trial.unittest.TestCase`` and say how a provider is made::

    class MyDataTests(DataContract, TestCase):
        async def make_data(self, content: bytes) -> IData: ...
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from zope.interface.verify import verifyObject

from p2pstream.errors import P2PStreamError, ReadStopped
from p2pstream.interfaces import IData, IOpened
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.consumers import (
    CollectingConsumer,
    PausingConsumer,
    RefusingConsumer,
    RestlessConsumer,
    StoppingConsumer,
)

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["CONTENT", "SMALL", "DataContract", "OpenedContract"]

#: Several chunks of the tests' small limits, and no two parts alike.
CONTENT = b"".join(number.to_bytes(2, "big") for number in range(500))

#: Bounds that a few hundred bytes reach.
SMALL = replace(LIMITS, chunk_bytes=64, span_bytes=256, receive_bytes=32, unwritten_bytes=128)


class DataContract(_Case):
    """The contract of `IData.read_to`.

    A provider that has bounds is made with `SMALL` ones, or nothing is shown about chunks.
    """

    chunk_bytes = SMALL.chunk_bytes

    async def make_data(self, content: bytes) -> Any:
        """An `IData` of ``content``, all of it there."""
        raise NotImplementedError

    async def test_provides_data(self) -> None:
        """The provider has all that the interface promises."""
        data = await self.make_data(CONTENT)
        self.assertTrue(verifyObject(IData, data))
        self.assertEqual(data.length, len(CONTENT))

    async def test_push_producer(self) -> None:
        """What registers is what Twisted calls a push producer."""
        consumer = PausingConsumer()
        reading = (await self.make_data(CONTENT)).read_to(consumer)
        self.assertTrue(verifyObject(IPushProducer, consumer.producer))
        reading.cancel()
        await self.assertFailure(reading, ReadStopped)

    async def test_whole(self) -> None:
        """Without a range, everything is delivered, and counted."""
        consumer = CollectingConsumer()
        count = await (await self.make_data(CONTENT)).read_to(consumer)
        self.assertEqual((bytes(consumer.collected), count), (CONTENT, len(CONTENT)))

    async def test_nothing(self) -> None:
        """No bytes at all are a stream too."""
        consumer = CollectingConsumer()
        self.assertEqual(await (await self.make_data(b"")).read_to(consumer), 0)
        self.assertEqual(consumer.calls, ["register", "unregister"])

    async def test_ranges(self) -> None:
        """Any range within the length is delivered exactly, at any edge of a chunk."""
        data = await self.make_data(CONTENT)
        edges = (0, 1, self.chunk_bytes - 1, self.chunk_bytes, self.chunk_bytes + 1, len(CONTENT))
        for start in edges:
            for stop in (stop for stop in (*edges, None) if stop is None or stop >= start):
                consumer = CollectingConsumer()
                await data.read_to(consumer, start, stop)
                self.assertEqual(bytes(consumer.collected), CONTENT[start:stop], (start, stop))

    async def test_bad_ranges(self) -> None:
        """A range that cannot be is refused at once, before anything is registered."""
        data = await self.make_data(CONTENT)
        for start, stop in ((-1, None), (2, 1), (0, len(CONTENT) + 1), (len(CONTENT) + 1, None)):
            consumer = CollectingConsumer()
            with self.assertRaises(ValueError, msg=(start, stop)):
                data.read_to(consumer, start, stop)
            self.assertEqual(consumer.calls, [])

    async def test_order_of_calls(self) -> None:
        """Register, write as often as needed, unregister once, and only then fire."""
        consumer = CollectingConsumer()
        reading = (await self.make_data(CONTENT)).read_to(consumer)
        reading.addCallback(lambda _: consumer.calls.append("fired"))
        await reading
        self.assertEqual(consumer.calls[0], "register")
        self.assertEqual(consumer.calls[-2:], ["unregister", "fired"])
        self.assertEqual(set(consumer.calls[1:-2]), {"write"})
        self.assertGreaterEqual(consumer.calls.count("write"), len(CONTENT) // self.chunk_bytes)

    async def test_pause_after_each_write(self) -> None:
        """A paused consumer is given nothing; each resume gives it one chunk."""
        consumer = PausingConsumer()
        reading = (await self.make_data(CONTENT)).read_to(consumer)
        await consumer.drip()
        self.assertEqual(await reading, len(CONTENT))
        self.assertEqual(bytes(consumer.collected), CONTENT)

    async def test_pause_inside_register(self) -> None:
        """A consumer that starts paused is given nothing before it resumes."""
        consumer = PausingConsumer(from_the_start=True)
        reading = (await self.make_data(CONTENT)).read_to(consumer)
        self.assertEqual(consumer.calls, ["register"])
        consumer.resume()
        await consumer.drip()
        await reading
        self.assertEqual(bytes(consumer.collected), CONTENT)

    async def test_restless(self) -> None:
        """Pausing and resuming inside every call neither loses, repeats nor nests a write."""
        consumer = RestlessConsumer()
        await (await self.make_data(CONTENT)).read_to(consumer)
        self.assertEqual(bytes(consumer.collected), CONTENT)

    async def test_stop(self) -> None:
        """Stopping inside ``registerProducer`` or ``write`` ends it there, unregistered once."""
        data = await self.make_data(CONTENT)
        for writes in range(3):
            consumer = StoppingConsumer(writes)
            await self.assertFailure(data.read_to(consumer), ReadStopped)
            self.assertEqual(consumer.calls, ["register", *["write"] * writes, "unregister"])

    async def test_stop_while_paused(self) -> None:
        """A paused reading can be stopped."""
        consumer = PausingConsumer()
        reading = (await self.make_data(CONTENT)).read_to(consumer)
        await consumer.reached(1)
        assert consumer.producer is not None
        consumer.producer.stopProducing()
        await self.assertFailure(reading, ReadStopped)
        self.assertEqual(consumer.calls, ["register", "write", "unregister"])

    async def test_cancel(self) -> None:
        """Cancelling is stopping."""
        consumer = PausingConsumer()
        reading = (await self.make_data(CONTENT)).read_to(consumer)
        await consumer.reached(1)
        reading.cancel()
        await self.assertFailure(reading, ReadStopped)
        self.assertEqual(consumer.calls, ["register", "write", "unregister"])

    async def test_cancel_inside_write(self) -> None:
        """Cancelling inside ``write`` ends it there too."""
        consumer = PausingConsumer()
        readings: list[Deferred[int]] = []
        data = await self.make_data(CONTENT)
        readings.append(data.read_to(consumer))
        await consumer.reached(1)
        consumer.wrote = lambda producer: readings[0].cancel()  # type: ignore[method-assign]
        consumer.resume()
        await self.assertFailure(readings[0], ReadStopped)
        self.assertEqual(consumer.calls, ["register", "write", "write", "unregister"])

    async def test_after_the_end(self) -> None:
        """Pausing, resuming and stopping after the end are harmless."""
        consumer = PausingConsumer()
        reading = (await self.make_data(CONTENT)).read_to(consumer)
        producer: Any = consumer.producer
        await consumer.drip()
        await reading
        for call in (producer.pauseProducing, producer.resumeProducing, producer.stopProducing) * 2:
            call()
        self.assertEqual(consumer.calls[-1], "unregister")

    async def test_several_at_once(self) -> None:
        """Readers do not disturb each other."""
        data = await self.make_data(CONTENT)
        slow, quick = PausingConsumer(), CollectingConsumer()
        reading = data.read_to(slow, 10)
        await data.read_to(quick)
        await slow.drip()
        await reading
        self.assertEqual((bytes(slow.collected), bytes(quick.collected)), (CONTENT[10:], CONTENT))

    async def test_consumer_that_raises(self) -> None:
        """An error in ``write`` ends the reading with that error."""
        consumer = CollectingConsumer()

        def wrote(producer: IPushProducer) -> None:
            raise ZeroDivisionError

        consumer.wrote = wrote  # type: ignore[method-assign]
        await self.assertFailure((await self.make_data(CONTENT)).read_to(consumer), ZeroDivisionError)
        self.assertEqual(consumer.calls, ["register", "write", "unregister"])

    async def test_consumer_that_is_taken(self) -> None:
        """Where another producer is registered, it is left alone."""
        consumer = RefusingConsumer()
        await self.assertFailure((await self.make_data(CONTENT)).read_to(consumer), RuntimeError)
        self.assertEqual(consumer.calls, [])


class OpenedContract(DataContract):
    """The contract of `IOpened`; ``make_data`` opens one."""

    async def test_provides_opened(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(IOpened, await self.make_data(CONTENT)))

    async def test_closed_after_reading(self) -> None:
        """The reader gives it back when it has all it wants; twice is harmless."""
        opened = await self.make_data(CONTENT)
        self.assertEqual(await opened.read_to(CollectingConsumer()), len(CONTENT))
        opened.close()
        opened.close()

    async def test_closed_while_it_is_read(self) -> None:
        """A reader that gives it back in the middle gets nothing but a beginning."""
        opened, consumer = await self.make_data(CONTENT), PausingConsumer()
        reading = opened.read_to(consumer)
        opened.close()
        consumer.resume()
        reading.cancel()
        reading.addErrback(lambda failure: failure.trap(P2PStreamError))
        await reading
        self.assertEqual(bytes(consumer.collected), CONTENT[: len(consumer.collected)])
