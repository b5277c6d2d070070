"""The peer's end: what a program may say, and how much of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.protocol import Protocol
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.content.views import StreamSnapshot
from p2pstream.data.cursors import Cursors
from p2pstream.errors import StorageError
from p2pstream.interfaces import IArriving
from p2pstream.limits import LIMITS
from p2pstream.protocols.resident.messages import (
    Alive,
    Begun,
    Fetch,
    GivenUp,
    Halt,
    Message,
    Pour,
    Stand,
    UnitsNow,
    Where,
    Whole,
    decode,
    encode,
)
from p2pstream.protocols.resident.serving import ResidentFactory
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream
from p2pstream.testing.wires.endpoints import MemoryEndpoint

FEW = replace(LIMITS, resident_readers=2, resident_line_bytes=200)


@implementer(IArriving)
class Arriving(FilmStream):
    """A film that comes as the test says."""

    complete = False

    def __init__(self) -> None:
        super().__init__(proven_film(3 * UNIT), Ranges())
        self.cursors = Cursors()
        self.have = Ranges()

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Nobody does."""
        return lambda: None

    def cursor(self, position: int, kind: str) -> Any:
        """One reader more."""
        return self.cursors.add(position, kind)


class Used:
    """A stream that is fetched."""

    def __init__(self) -> None:
        self.data = Arriving()
        self.view: Any = self
        self.done: Deferred[None] = Deferred()
        self.stopped = self.closed = 0
        self.rate = 0.0

    def snapshot(self) -> StreamSnapshot:
        """How it stands."""
        return StreamSnapshot("film", rate=self.rate)

    def stop(self) -> Deferred[None]:
        """Counted."""
        self.stopped += 1
        return succeed(None)

    def close(self) -> Deferred[None]:
        """Counted."""
        self.closed += 1
        return succeed(None)


class Program(Protocol):
    """A program that wants something."""

    def __init__(self) -> None:
        self.raw = b""
        self.gone = False

    def dataReceived(self, data: bytes) -> None:
        """Kept."""
        self.raw += data

    def connectionLost(self, reason: Any = None) -> None:
        """Noted."""
        self.gone = True

    @property
    def heard(self) -> list[Message]:
        """What it was told."""
        return [decode(line) for line in self.raw.split(b"\n")[:-1]]

    def say(self, *messages: Message) -> None:
        """All at once."""
        assert self.transport is not None, "it is connected"
        self.transport.write(b"".join(encode(each) + b"\n" for each in messages))


class ServingTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A peer that fetches one film for whoever asks."""
        self.clock, self.used, self.asked = HeapClock(), Used(), list[Fetch]()
        self.answer: Deferred[Any] | None = None
        self.trusted = True
        self.factory = ResidentFactory(self.open, lambda: 0, self.clock, lambda _: self.trusted, FEW)
        self.endpoint = MemoryEndpoint(self.clock, lambda: self.factory.buildProtocol(None))  # type: ignore[arg-type,return-value]

    def open(self, wanted: Fetch, events: Any) -> Deferred[Any]:
        """As `Downloads`."""
        self.asked.append(wanted)
        return self.answer or succeed(self.used)

    def program(self, *messages: Message) -> Program:
        """One that has said this."""
        made = Program()
        self.endpoint.dial(made)
        self.clock.advance(0.001)
        made.say(*messages)
        self.clock.advance(0.001)
        return made

    def test_begins(self) -> None:
        """What it is, and what is here of it, comes first."""
        self.used.data.units = Ranges([(0, 2)])
        program = self.program(Fetch("p2pstream://c/film"))
        begun, units = program.heard
        self.assertIsInstance(begun, Begun)
        self.assertEqual(units, UnitsNow(((0, 2),)))

    def test_what_comes_is_told_together(self) -> None:
        """Units that come one by one are told as often as somebody could notice."""
        program = self.program(Fetch("p2pstream://c/film"))
        before = len(program.heard)
        for units in ([(0, 1)], [(0, 2)], [(1, 3)]):
            self.used.data.has(Ranges(units))
        self.clock.advance(FEW.resident_batch_s + 0.001)
        self.assertEqual(program.heard[before:], [UnitsNow(((1, 3),))])
        self.used.data.has(Ranges([(0, 3)]))
        self.used.done.callback(None)
        self.clock.advance(0.001)
        self.assertEqual(program.heard[-2:], [UnitsNow(((0, 1),)), Whole()])

    def test_many_spans(self) -> None:
        """However many there are, no line is too long."""
        self.used.data.units = Ranges((2 * n, 2 * n + 1) for n in range(1100))
        program = self.program(Fetch("p2pstream://c/film"))
        told = [each for each in program.heard if isinstance(each, UnitsNow)]
        self.assertEqual([len(each.came) for each in told], [500, 500, 100])
        longest = encode(
            UnitsNow(tuple((2**31 + n, 2**31 + n + 1) for n in range(500)), ((2**31, 2**32),) * 500)
        )
        self.assertLess(len(longest), LIMITS.resident_line_bytes)

    def test_stand(self) -> None:
        """How it stands is told when that changes; else that somebody is there."""
        program = self.program(Fetch("p2pstream://c/film"))
        before = len(program.heard)
        self.clock.advance(4 * FEW.resident_tell_s)
        self.used.rate = 5.0
        self.clock.advance(FEW.resident_tell_s)
        self.assertEqual(program.heard[before:], [Alive(), Stand(5.0)])

    def test_alive_while_it_is_looked_up(self) -> None:
        """So while nothing is known yet; and nothing may be said then."""
        self.answer = Deferred()
        program = self.program(Fetch("p2pstream://c/film"))
        self.clock.advance(1.0)
        self.assertEqual(program.heard, [Alive()])
        program.say(Halt())
        self.clock.advance(0.01)
        self.assertTrue(program.gone)
        self.assertTrue(self.answer.called)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_given_up(self) -> None:
        """What kept it from coming is told by its name, be it a bug of ours."""
        self.answer = fail(StorageError("full"))
        self.assertEqual(self.program(Fetch("x")).heard, [GivenUp("StorageError", "full")])
        self.answer = fail(ZeroDivisionError("0"))
        (told,) = self.program(Fetch("x")).heard
        self.assertIn("ZeroDivisionError", repr(told))
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_readers(self) -> None:
        """As many as there may be, and not one more; none beyond the end."""
        cursors = self.used.data.cursors
        program = self.program(
            Fetch("x"), Where(0, "read", 0), Where(1, "play", 3 * UNIT), Where(0, "read", 9)
        )
        self.assertEqual([(each.kind, each.position) for each in cursors], [("read", 9), ("play", 3 * UNIT)])
        program.say(Where(2, "read", 0))
        self.clock.advance(0.01)
        self.assertEqual((program.gone, list(cursors), self.used.closed), (True, [], 1))
        program = self.program(Fetch("x"), Where(0, "read", 3 * UNIT + 1))
        self.assertTrue(program.gone)

    def test_a_program_that_is_stopped(self) -> None:
        """What it does not take is not heaped up; it is told how things are when it goes on."""
        program = self.program(Fetch("x"))
        before = program.heard
        transport: Any = program.transport
        transport.pauseProducing()
        (line,) = self.factory._lines
        for number in range(20_000):
            self.used.rate = float(number)
            self.clock.advance(FEW.resident_tell_s)
            self.used.data.has(Ranges([(number % 2, 3)]))
        self.assertLess(line.transport.buffered, 70_000)
        transport.resumeProducing()
        self.clock.advance(1.0)
        self.assertFalse(program.gone)
        units = [each for each in program.heard[len(before) :] if isinstance(each, UnitsNow)]
        here = Ranges()
        for each in units:
            for span in each.came:
                here = here.add(*span)
            for span in each.went:
                here = here.remove(*span)
        self.assertEqual(here, self.used.data.units)
        self.assertIn(Stand(19_999.0), program.heard)

    def test_halt(self) -> None:
        """It is passed on."""
        self.program(Fetch("x"), Halt())
        self.assertEqual(self.used.stopped, 1)

    def test_lines(self) -> None:
        """One may be as long as it may be, and no longer; none may be anything else."""
        room = FEW.resident_line_bytes - len(encode(Fetch("")))
        self.assertFalse(self.program(Fetch("x" * room)).gone)
        self.assertTrue(self.program(Fetch("x" * (room + 1))).gone)
        for first in (
            Halt(),
            Alive(),
            Whole(),
            Where(0, "read", 0),
            Pour("no such token", 0),
            Fetch("x", version=2),
        ):
            self.assertTrue(self.program(first).gone, first)
        self.assertTrue(self.program(Fetch("x"), Whole()).gone)
        self.assertEqual(len(self.asked), 2)

    def test_strangers(self) -> None:
        """Whoever is not of this user is not heard."""
        self.trusted = False
        self.assertTrue(self.program(Fetch("x")).gone)
        self.assertEqual(self.asked, [])

    def test_pour(self) -> None:
        """Bytes and nothing else, and then the end; nothing where there are none."""
        program = self.program(Fetch("x"))
        token = next(each.token for each in program.heard if isinstance(each, Begun))
        content = self.used.data.film.content
        for start, stop in ((5, None), (5, UNIT), (7, 7)):
            poured = self.program(Pour(token, start, stop))
            self.clock.advance(1.0)
            self.assertTrue(poured.raw == content[start:stop])
            self.assertTrue(poured.gone)
        for start, stop in ((4 * UNIT, None), (5, 4), (0, 4 * UNIT)):
            self.assertTrue(self.program(Pour(token, start, stop)).gone)
        program.transport.abortConnection()  # type: ignore[union-attr]
        self.clock.advance(0.01)
        self.assertTrue(self.program(Pour(token, 0)).gone)
