"""A broadcast that a test airs by hand, and what all must do that broadcasts are read from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.content.hls import Segments
from p2pstream.content.keys import LiveKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.signing import Identity
from p2pstream.data.memory import BufferData
from p2pstream.errors import Gone
from p2pstream.interfaces import IBroadcastData, ICursor, ILiveData, IWatched
from p2pstream.testing.bytes.consumers import CollectingConsumer

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["BroadcastDataContract", "FakeWatched", "LiveDataContract", "WatchedContract"]


@implementer(ILiveData, IWatched)
class FakeWatched:
    """So many bytes a second, all here, with a place to begin at in each; the test is the clock.

    Reads end at the edge of now: for tests of whoever reads, not of waiting.

    :ivar now_s: what the source's clock says, in seconds; what was captured is here at once.
    """

    rate = 1000
    seekable = True
    complete = False
    length: int | None = None

    def __init__(self, now_s: int = 100, delay_s: float = 4.0) -> None:
        self.now_s: float = now_s
        self.delay_s = delay_s
        self.key = LiveKey(Identity(bytes(32)).id)
        self.segments = Segments()
        self.start = 0
        self.breaks: Sequence[int] = ()
        self.quiet = 0.0
        self.tuned: Deferred[int] = Deferred()
        self.reads: list[int] = []

    @property
    def edge(self) -> int:
        """See `IWatched`."""
        return int(self.now_s * self.rate)

    @property
    def newest_ms(self) -> int | None:
        """See `IWatched`."""
        return int(self.now_s * 1000)

    @property
    def raps(self) -> Sequence[tuple[int, int]]:
        """See `IWatched`."""
        first = -(-self.start // self.rate)
        return [(second * self.rate, second * 1000) for second in range(first, int(self.now_s))]

    @property
    def have(self) -> Ranges:
        """See `IWatched`."""
        return Ranges([(self.start, self.edge)])

    def settled(self, start: int, stop: int) -> bool:
        """See `ILiveData`."""
        return stop <= self.edge

    def when_tuned(self) -> Deferred[int]:
        """See `IWatched`."""
        return self.tuned

    def ago(self, captured_ms: float) -> float | None:
        """See `IWatched`."""
        return self.now_s - captured_ms / 1000

    def quiet_s(self) -> float:
        """See `IWatched`."""
        return self.quiet

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `IWatched`."""
        return lambda: None

    def cursor(self, position: int, kind: str) -> ICursor:
        """See `IWatched`."""
        return _Cursor()

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IWatched`."""
        self.reads.append(start)
        if 0 <= start < self.start:
            return fail(Gone(f"byte {start} is older than all that is kept"))
        return BufferData(bytes(self.edge)).read_to(consumer, start, stop)


@implementer(ICursor)
class _Cursor:
    """Of a reader that nobody follows."""

    def move(self, position: int) -> None:
        """See `ICursor`."""

    def close(self) -> None:
        """See `ICursor`."""


class BroadcastDataContract(_Case):
    """The contract of `IBroadcastData`."""

    def make_broadcast_data(self) -> Any:
        """One of which some seconds are here, the newest of them too, and which goes on."""
        raise NotImplementedError

    def test_provides_broadcast_data(self) -> None:
        """The provider has all that the interface promises; nobody knows when it ends."""
        data = self.make_broadcast_data()
        self.assertTrue(verifyObject(IBroadcastData, data))
        self.assertEqual((data.length, data.complete), (None, False))

    def test_places(self) -> None:
        """Those at which one may begin lie in order between start and edge, and so do their times."""
        data = self.make_broadcast_data()
        raps = list(data.raps)
        self.assertTrue(raps)
        self.assertEqual(raps, sorted(raps))
        self.assertLessEqual(raps[-1][0], data.edge)
        self.assertLessEqual(raps[-1][1], data.newest_ms)
        self.assertLessEqual(data.start, raps[0][0])
        self.assertEqual(list(data.breaks), sorted(data.breaks))

    def test_what_is_here(self) -> None:
        """Is read at once, and lies between start and edge."""
        data, consumer = self.make_broadcast_data(), CollectingConsumer()
        *_, (start, stop) = data.have
        self.assertLessEqual(data.start, start)
        self.assertLessEqual(stop, data.edge)
        self.assertEqual(self.successResultOf(data.read_to(consumer, start, stop)), stop - start)
        self.assertEqual(len(consumer.collected), stop - start)

    def test_no_range(self) -> None:
        """What no range can be is refused at once."""
        data = self.make_broadcast_data()
        for start, stop in ((-1, None), (3, 2)):
            self.assertRaises(ValueError, data.read_to, CollectingConsumer(), start, stop)


class LiveDataContract(BroadcastDataContract):
    """The contract of `ILiveData`."""

    def test_provides_live_data(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(ILiveData, self.make_broadcast_data()))

    def test_settled(self) -> None:
        """What is here is; what is still to come is not."""
        data = self.make_broadcast_data()
        *_, (start, stop) = data.have
        self.assertTrue(data.settled(start, stop))
        self.assertFalse(data.settled(start, data.edge + 1))

    def test_forgotten(self) -> None:
        """A read from before start fails; the segments from before it are not told of."""
        data = self.make_broadcast_data()
        self.forget(data)
        self.assertGreater(data.start, 0)
        self.failureResultOf(data.read_to(CollectingConsumer(), data.start - 1), Gone)
        for segment in data.segments.row(data.settled):
            self.assertGreaterEqual(segment.start, data.start)

    def forget(self, data: Any) -> None:
        """Have its oldest byte be another than 0."""
        raise NotImplementedError


class WatchedContract(BroadcastDataContract):
    """The contract of `IWatched`."""

    def make_watched(self) -> Any:
        """One that was joined, some seconds of which are here."""
        raise NotImplementedError

    def make_broadcast_data(self) -> Any:
        """See `BroadcastDataContract`."""
        return self.make_watched()

    def test_provides_watched(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(IWatched, self.make_watched()))

    def test_joined(self) -> None:
        """It is known where to begin, and from there it can be read."""
        watched, consumer = self.make_watched(), CollectingConsumer()
        position = self.successResultOf(watched.when_tuned())
        self.assertLess(position, watched.edge)
        reading = watched.read_to(consumer, position, position + 100)
        self.assertEqual(self.successResultOf(reading), 100)
        self.assertEqual(len(consumer.collected), 100)

    def test_age(self) -> None:
        """What was captured earlier is longer ago by as much."""
        watched = self.make_watched()
        newest = watched.newest_ms
        ages = [watched.ago(newest - before) for before in (0, 1000, 5000)]
        self.assertEqual([round(age - ages[0], 3) for age in ages], [0.0, 1.0, 5.0])
        self.assertGreaterEqual(watched.quiet_s(), 0.0)
