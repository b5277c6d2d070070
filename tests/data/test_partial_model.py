"""`PartialData` against a model: random fillers and readers, in any order."""

from __future__ import annotations

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
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.memory import MemoryFile
from p2pstream.data.partial import PartialData
from p2pstream.errors import PeersDisagree, RangeError, ReadStopped, SessionError, SourceLost
from p2pstream.testing.bytes.consumers import CollectingConsumer, CountingProducer
from p2pstream.testing.bytes.data import CONTENT, SMALL
from p2pstream.testing.workers import HeldWorkers

LENGTH = 300
FILM = CONTENT[:LENGTH]
POSITIONS = st.integers(0, LENGTH)


class Reader:
    """One reading, and what became of it."""

    def __init__(self, data: PartialData, start: int, stop: int | None) -> None:
        self.start = start
        self.stop = stop
        self.consumer = CollectingConsumer()
        self.outcome: Any = None
        self.reading: Deferred[int] = data.read_to(self.consumer, start, stop)
        self.reading.addBoth(self.ended)

    def ended(self, outcome: Any) -> None:
        """Keep it."""
        self.outcome = outcome


class PartialMachine(RuleBasedStateMachine):
    """The model: which bytes were written, what the film is, who reads."""

    @initialize()
    def begin(self) -> None:
        """Nothing is there."""
        self.workers = HeldWorkers()
        self.data = PartialData(MemoryFile(), self.workers, SMALL)
        self.readers: list[Reader] = []
        self.written: set[int] = set()
        self.ended: str = ""

    @rule(start=POSITIONS, size=st.integers(0, 120))
    def put(self, start: int, size: int) -> None:
        """Bytes of the film anywhere."""
        if not self.ended:
            chunk = FILM[start : start + size]
            done = self.data.put(start, chunk)
            done.addCallback(lambda _: self.written.update(range(start, start + len(chunk))))
            done.addErrback(lambda failure: failure.trap(SourceLost, SessionError))

    @rule(start=st.integers(0, LENGTH - 1))
    def put_a_lie(self, start: int) -> None:
        """A byte that is not the film's, where the film's is: it is refused."""
        if start in self.written and not self.ended:
            told: list[Any] = []
            self.data.put(start, bytes([FILM[start] ^ 1])).addBoth(told.append)
            self.workers.flush()
            assert told[0].check(PeersDisagree) and told[0].value.offset == start

    @rule(size=st.integers(0, LENGTH), piece=st.integers(1, 90))
    def send(self, size: int, piece: int) -> None:
        """A source sends from 0 on, and leaves."""
        if self.ended:
            return
        producer = CountingProducer()
        self.data.registerProducer(producer, True)
        for at in range(0, size, piece):
            self.data.write(FILM[at : min(size, at + piece)])
            while producer.paused:
                self.workers.step()
        self.data.unregisterProducer()
        settled = self.data.settled()
        settled.addCallback(lambda _: self.written.update(range(size)))
        settled.addErrback(lambda failure: failure.trap(SourceLost))

    @rule(start=POSITIONS, size=st.none() | st.integers(0, 200))
    def read(self, start: int, size: int | None) -> None:
        """A reader of any range, also of one that will never be."""
        if self.ended != "finished":
            self.readers.append(Reader(self.data, start, None if size is None else start + size))

    @precondition(lambda self: self.readers)
    @rule(choice=st.data())
    def disturb(self, choice: st.DataObject) -> None:
        """A reader pauses, resumes, stops or cancels."""
        reader = choice.draw(st.sampled_from(self.readers))
        producer: Any = reader.consumer.producer
        what = choice.draw(st.sampled_from(["pause", "resume", "stop", "cancel"]))
        if what == "cancel":
            reader.reading.cancel()
        elif producer is not None:
            getattr(producer, f"{what}Producing")()

    @rule(count=st.integers(1, 5))
    def work(self, count: int) -> None:
        """The disk does something."""
        for _ in range(min(count, len(self.workers))):
            self.workers.step()

    @precondition(lambda self: not self.ended)
    @rule()
    def finish(self) -> None:
        """The whole film is sent, and ended."""
        self.send(LENGTH, 50)
        told: list[Any] = []
        self.data.finish().addBoth(told.append)
        self.workers.flush()
        assert told == [None], told
        self.ended = "finished"

    @precondition(lambda self: not self.ended)
    @rule()
    def abort(self) -> None:
        """It is given up."""
        self.data.abort(Failure(SourceLost()))
        self.workers.flush()
        self.ended = "aborted"

    @invariant()
    def readers_get_the_film(self) -> None:
        """What a reader has is the film, from where it asked, and no more than was written."""
        for reader in self.readers:
            count = len(reader.consumer.collected)
            assert bytes(reader.consumer.collected) == FILM[reader.start : reader.start + count]
            assert reader.stop is None or reader.start + count <= reader.stop
            assert self.data.have.covers(reader.start, reader.start + count)
            self.check_outcome(reader, count)

    @invariant()
    def have_is_what_was_written(self) -> None:
        """Everything that was said to be written is there."""
        assert all(self.data.have.covers(at, at + 1) for at in self.written)

    def check_outcome(self, reader: Reader, count: int) -> None:
        """A reading that ended did so for a reason that holds."""
        if reader.outcome is None:
            return
        assert reader.consumer.producer is None
        if not isinstance(reader.outcome, Failure):
            stop = self.data.length if reader.stop is None else reader.stop
            assert reader.outcome == count and stop == reader.start + count
        elif reader.outcome.check(RangeError):
            assert self.ended == "finished" and max(reader.start, reader.stop or 0) > LENGTH
        elif reader.outcome.check(SourceLost):
            assert self.ended == "aborted"
        else:
            assert reader.outcome.check(ReadStopped), reader.outcome

    def teardown(self) -> None:
        """In the end nobody who may read on is left waiting."""
        if not self.ended:
            self.finish()
        for reader in self.readers:
            if reader.consumer.producer is not None:
                reader.consumer.producer.resumeProducing()
        self.workers.flush()
        self.readers_get_the_film()
        assert all(reader.outcome is not None for reader in self.readers)


class PartialModelTests(SynchronousTestCase):
    """The model and the real thing agree."""

    def test_model(self) -> None:
        """Whatever fillers, readers and the disk do, in whatever order."""
        run_state_machine_as_test(PartialMachine, settings=settings(stateful_step_count=40))
