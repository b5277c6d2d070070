"""A stream in the store: filled and proven on one side, read on the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IConsumer
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.hashes.hash_pages import valid_page
from p2pstream.content.hashes.leaf_pages import leaf_page, page_units
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges, check_range
from p2pstream.content.units import UNIT
from p2pstream.data.arriving import Arriving
from p2pstream.data.disk import DiskFile, telling
from p2pstream.data.fillers import Fillers
from p2pstream.data.observers import Observers
from p2pstream.data.reading import read
from p2pstream.data.store.followed import FollowedSupply
from p2pstream.data.store.keeping import KeptUnits
from p2pstream.data.store.window import KeptWindow
from p2pstream.errors import Gone, ReadStopped, SessionError, Unproven
from p2pstream.interfaces import IStoredStream, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["State", "StoredStream"]

_log = Logger()


class State(Enum):
    """Whether it may be filled and read.

    *Released*: its file is the user's now; readers read on, and others may still have it.
    *Changed*: and the user changed it; readers read on.
    """

    OPEN = auto()
    RELEASED = auto()
    CHANGED = auto()
    CLOSED = auto()


FOLLOWING = {
    State.OPEN: {State.RELEASED, State.CLOSED},
    State.RELEASED: {State.CHANGED, State.CLOSED},
    State.CHANGED: {State.CLOSED},
    State.CLOSED: set[State](),
}


@implementer(IStoredStream)
class StoredStream(Arriving):
    """Made by a store, once for all who open it; each of those has a `held.HeldStream`, which closes it.

    Readers get bytes that were proven in this process.  What an earlier one proved is
    hashed before it is first read; until then `spans` does not give it, and a unit that
    fails is missing from then on.

    :param done: told when one more of its users is done with it.
    :param window: which of its units there is room for; left out, for all.
    """

    seekable = True

    def __init__(
        self,
        keeping: KeptUnits,
        workers: IWorkers,
        done: Callable[[StoredStream], None],
        limits: Limits,
        window: Callable[[StoredStream], KeptWindow] | None = None,
    ) -> None:
        super().__init__()
        self.keeping = keeping
        self.hasher = keeping.hasher
        self.key: FileKey = keeping.key
        self.length: int | None = self.key.length
        #: How many hold it.
        self.users = 0
        self._workers = workers
        self._done = done
        self._window = window
        self._limits = limits
        self._state = State.OPEN
        self._watchers = Observers()
        self._fillers = Fillers(self._fail)
        self._have = (Ranges(), Ranges())
        keeping.changed = self._changed

    @property
    def units(self) -> Ranges:
        return self.keeping.stock.here if self._is_given else Ranges()

    @property
    def wanted(self) -> Ranges:
        window = KeptWindow.whole(self.key.units) if self._window is None else self._window(self)
        return window.wanted.without(self.keeping.stock.settling)

    @property
    def have(self) -> Ranges:
        here = self.keeping.stock.here
        if self._have[0] is not here:
            self._have = (here, Ranges(self.key.span(*run) for run in here))
        return self._have[1]

    @property
    def complete(self) -> bool:
        return self.keeping.stock.here.covers(0, self.key.units)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        return self._watchers.add(changed)

    def fill(self) -> Callable[[Failure | None], None]:
        stock = self.keeping.stock
        self.keeping.hasher.expect(self.key.length - stock.size(stock.here))
        return self._fillers.begin()

    def put_hashes(self, layer: int, first: int, nodes: bytes, uncles: bytes) -> bool:
        taken = self._state is State.OPEN and self.keeping.nodes.add(layer, first, nodes, uncles)
        if taken and self.keeping.stock.doubtful:
            settling = Deferred.fromCoroutine(
                self.keeping.settle(self.keeping.nodes.provable(layer, first, nodes))
            )
            settling.addErrback(_unsettled)
        return taken

    def needs(
        self, first: int, count: int, most: int = LIMITS.first_page_hashes
    ) -> tuple[int, int, int, int] | None:
        return self.keeping.nodes.tree.needs(first, count, most)

    def put_units(self, first: int, run: memoryview) -> Deferred[Sequence[bool]]:
        if self._state is not State.OPEN:
            return fail(SessionError("units were put into a stream that is closed"))
        # Cancelling drops the result; a worker that has begun cannot be called back.
        done: Deferred[Any] = Deferred()
        Deferred.fromCoroutine(self.keeping.put(first, run)).addBoth(done.callback)
        return done

    def hashes(self, layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        return Deferred.fromCoroutine(self._hashes(layer, first, count, uncles))

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        check_range(start, stop, self.length)
        if stop is not None:
            return read(self, consumer, start, stop, self._limits)
        followed = FollowedSupply(self, self.cursor(start, "read"))
        reading = read(followed, consumer, start, self.length, self._limits)
        return reading.addBoth(followed.end)

    def spans(self, start: int, stop: int) -> Sequence[tuple[int, int, int]]:
        """As `IFileSpans` says."""
        check_range(start, stop, self.length)
        there = self._ready_to(start, stop)
        if there == start or not self._is_given:
            return []
        spans = []
        for file, begin, end in self.keeping.files.parts(start, there):
            descriptor = file.fileno()
            if descriptor is None:
                break
            spans.append((descriptor, begin, end - begin))
        return spans

    def hold(self, start: int, stop: int) -> Callable[[], None]:
        return self.keeping.reads.hold(start // UNIT, -(-stop // UNIT))

    def check(self) -> None:
        """Raise `errors.Gone` where another has what is here, and something else is there now.

        That is another process, or the user to whom it was released.
        """
        try:
            self.keeping.files.check()
        except Gone:
            if self._state is State.RELEASED:
                self.end(State.CHANGED)
            raise

    def close(self) -> None:
        self.users -= 1
        self._done(self)

    def end(self, state: State) -> bool:
        """Take nothing more; changed or closed, it gives others nothing either.  For the store alone.

        :returns: False if that was so already.
        """
        if state not in FOLLOWING[self._state]:
            return False
        self._state = state
        if state is State.CLOSED:
            self._fail(Failure(ReadStopped("the stream was closed")))
        self._watchers.notify()
        return True

    def at_hand(self, start: int, stop: int) -> bytes | None:
        """As `reading.Supply` says."""
        there = self._ready_to(start, stop)
        if there == start or self._state is State.CLOSED:
            return None
        file, _, there = self.keeping.files.parts(start, there)[0]
        if not isinstance(file, DiskFile):
            return None
        with telling("read", "the store"):
            return file.at_hand(start, there - start)

    def later(self, start: int, stop: int) -> Deferred[bytes]:
        """As `reading.Supply` says."""
        return Deferred.fromCoroutine(self._read(start, stop))

    async def _read(self, start: int, stop: int) -> bytes:
        unit, stock = start // UNIT, self.keeping.stock
        while self._state is not State.CLOSED:
            if not stock.has(unit):
                if self._fillers.fault is not None:
                    self._fillers.fault.raiseException()
                await self._wait(start)
                continue
            await self.keeping.check(unit, min(-(-stop // UNIT), stock.here.first_missing(unit)))
            # One that leaves is still read by who asked for it before it was gone.
            there = min(stop, stock.checked.first_missing(unit) * UNIT)
            if there > start and not self._is_closed:
                return await self.keeping.read(start, there - start)
        raise ReadStopped("the stream was closed")

    @property
    def _is_given(self) -> bool:
        """Whether others may have what is here."""
        return self._state in (State.OPEN, State.RELEASED)

    @property
    def _is_closed(self) -> bool:
        return self._state is State.CLOSED

    async def _hashes(self, layer: int, first: int, count: int, uncles: int) -> tuple[bytes, bytes]:
        key, page_of = self.key, self.keeping.nodes.tree.page
        if not self._is_given or not valid_page(key, layer, first, count, uncles):
            raise Unproven("there is no such page of hashes")
        if layer >= key.unit_layer:
            return page_of(layer, first, count, uncles)
        low, high = page_units(key, layer, first, count)
        if not self.keeping.stock.here.covers(low, high):
            raise Unproven("the bytes of these leaves are not here")
        await self.keeping.check(low, high)
        if not self.keeping.stock.checked.covers(low, high):
            raise Unproven("the bytes of these leaves were damaged")
        start, stop = key.span(low, high)
        content = await self.keeping.read(start, stop - start)
        page: tuple[bytes, bytes] = await self._workers.run(
            leaf_page, key, content, page_of, layer, first, count, uncles
        )
        return page

    def _ready_to(self, start: int, stop: int) -> int:
        """Up to where bytes may be handed out at once."""
        ready = self.keeping.stock.ready
        return max(start, min(stop, ready.first_missing(start // UNIT) * UNIT))

    def _settles(self, position: int) -> bool:
        return self._is_closed or self.keeping.stock.has(position // UNIT)

    def _changed(self) -> None:
        self._wake()
        self._watchers.notify()
        self._tell()


def _unsettled(failure: Failure) -> None:
    _log.warn("{why}; what is there may be fetched again", why=failure.getErrorMessage())
