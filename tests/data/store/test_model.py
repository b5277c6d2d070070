"""The store against a model: puts, evictions, crashes, power cuts and reads, in any order."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401 - the profile
from p2pstream.content.units import UNIT
from p2pstream.data.store import Store
from p2pstream.errors import ReadStopped, StorageError, Unproven
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.state.power import PowerCutDisk
from p2pstream.testing.workers import InlineWorkers
from tests.data.store.stores import FEW

FILM = proven_film(11 * UNIT + 999)
COUNT = FILM.key.units
QUOTA = 8 * UNIT
NUMBERS = st.integers(0, COUNT - 1)


class StoreMachine(RuleBasedStateMachine):
    """The model: which units may be here, which must be, and what each of them is."""

    @initialize()
    def begin(self) -> None:
        """An empty disk, and a first process."""
        self.disk = PowerCutDisk()
        self.clock = HeapClock()
        self.known: set[int] = set()
        self.durable: set[int] = set()
        self.readers: list[tuple[int, int, CollectingConsumer]] = []
        self.start()

    def start(self) -> None:
        """A process opens the stream; what it finds was here before, and what was durable is."""
        self.store = Store(self.disk, InlineWorkers(), self.clock, QUOTA, FEW)
        opened: list[Any] = []
        self.store.open(FILM.key).addBoth(opened.append)
        (self.stream,) = opened
        here = self.numbers()
        assert here <= self.known, (here, self.known)
        assert self.durable <= here, (self.durable, here)
        self.cursor: Any = None

    def numbers(self) -> set[int]:
        """The units that are here."""
        return {number for start, stop in self.stream.units for number in range(start, stop)}

    @rule(number=NUMBERS)
    def prove(self, number: int) -> None:
        """The page that proves a unit comes."""
        page = self.stream.needs(number, 1, 4)
        if page is not None:
            assert self.stream.put_hashes(page[0], page[1], *FILM.tree.page(*page))

    @rule(first=NUMBERS, count=st.integers(1, 4), bad=st.none() | st.integers(0, 3))
    def put(self, first: int, count: int, bad: int | None) -> None:
        """A run comes, perhaps with one unit that is a lie."""
        stop = min(first + count, COUNT)
        run = bytearray(FILM.units(first, stop))
        if bad is not None and bad < stop - first:
            run[bad * UNIT] ^= 1
        told: list[Any] = []
        self.stream.put_units(first, memoryview(run)).addBoth(told.append)
        if isinstance(told[0], Failure):
            assert told[0].check(Unproven, StorageError), told[0]
        else:
            assert told[0] == [number != bad for number in range(stop - first)]
        self.known |= self.numbers()
        # Others may have had to go for these.
        self.durable &= self.numbers()

    @rule(position=st.integers(0, len(FILM.content)))
    def watch(self, position: int) -> None:
        """A player is somewhere."""
        if self.cursor is None:
            self.cursor = self.stream.cursor(position, "play")
        self.cursor.move(position)

    @rule(start=st.integers(0, len(FILM.content)), size=st.integers(0, 3 * UNIT))
    def read(self, start: int, size: int) -> None:
        """A reader, who may have to wait."""
        stop = min(start + size, len(FILM.content))
        consumer = CollectingConsumer()
        self.stream.read_to(consumer, start, stop).addErrback(lambda failure: failure.trap(ReadStopped))
        self.readers.append((start, stop, consumer))

    @rule(first=NUMBERS)
    def leaves(self, first: int) -> None:
        """Somebody asks for leaves."""
        told: list[Any] = []
        first = 4 * first if 4 * first + 4 <= FILM.key.leaves else 0
        self.stream.hashes(0, first, 4, 1).addBoth(told.append)
        assert isinstance(told[0], Failure) or told[0] == FILM.tree.page(0, first, 4, 1)

    @rule()
    def checkpoint(self) -> None:
        """Time passes."""
        self.clock.advance(FEW.store_checkpoint_s)
        self.durable = self.numbers()

    @rule()
    def close(self) -> None:
        """The process ends in good order, and another starts."""
        self.durable = self.numbers()
        self.store.close()
        self.start()

    @rule()
    def kill(self) -> None:
        """The process is killed, and another starts: nothing that was written is lost."""
        here = self.numbers()
        self.end_abruptly()
        self.start()
        assert self.numbers() >= here, (here, self.numbers())

    @rule(seed=st.integers(0, 1000))
    def cut(self, seed: int) -> None:
        """The power goes, and comes back."""
        self.disk = self.disk.after_the_cut(Random(seed))
        self.end_abruptly()
        self.start()

    @precondition(lambda self: self.numbers())
    @rule(choice=st.data())
    def rot(self, choice: st.DataObject) -> None:
        """A bit of a unit changes on the disk while no process looks."""
        self.close()
        number = choice.draw(st.sampled_from(sorted(self.numbers())))
        (path,) = (path for path in self.disk.files if path.endswith(".data"))
        self.disk.files[path].content[number * UNIT + 5] = FILM.content[number * UNIT + 5] ^ 1
        self.end_abruptly()
        self.durable.discard(number)
        self.start()
        told: list[Any] = []
        consumer = CollectingConsumer()
        self.stream.read_to(consumer, number * UNIT, number * UNIT + 10).addBoth(told.append).cancel()
        assert number not in self.numbers() and not consumer.collected

    def end_abruptly(self) -> None:
        """The process is gone: its timers, its locks."""
        for call in self.clock.getDelayedCalls():
            call.cancel()
        for node in self.disk.files.values():
            node.holder = None
        self.readers.clear()

    @invariant()
    def readers_get_the_film(self) -> None:
        """Whatever a reader was given is the film."""
        for start, stop, consumer in self.readers:
            end = start + len(consumer.collected)
            assert end <= stop and bytes(consumer.collected) == FILM.content[start:end]

    @invariant()
    def the_quota_holds(self) -> None:
        """No more is kept than may be, and the count is right."""
        assert self.store._quota.used == self.stream.stored.keeping.size <= QUOTA

    def teardown(self) -> None:
        """No timer is left."""
        self.end_abruptly()


class StoreModelTests(SynchronousTestCase):
    """The model and the real thing agree."""

    def test_model(self) -> None:
        """Whatever comes, in whatever order."""
        run_state_machine_as_test(StoreMachine, settings=settings(stateful_step_count=25, max_examples=40))
