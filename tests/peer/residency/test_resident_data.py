"""Bytes that another process of this user has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from twisted.trial.unittest import SynchronousTestCase, TestCase
from zope.interface.verify import verifyObject

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.data.memory import BufferData
from p2pstream.interfaces import IArriving, ICursor
from p2pstream.peer.residency.resident_data import ResidentData
from p2pstream.protocols.resident.messages import Departed, Message, UnitsNow, Where
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.bytes.data import SMALL, DataContract
from p2pstream.testing.proofs.proven import film_of, proven_film

LIMITS = replace(SMALL, resident_held_bytes=100)
FILM = proven_film(3 * UNIT + 5)


class Elsewhere:
    """A process that has ``content`` and gives as much of it as the test wants."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.key = film_of(content).key
        #: Up to where it gives any.
        self.most = len(content)
        self.said: list[Message] = []
        self.poured: list[tuple[int, int | None]] = []
        #: Who waits for another way.
        self.others: list[Deferred[IArriving]] = []
        self.data = ResidentData(self.key, self.pour, self.said.append, self.instead, LIMITS)

    def pour(self, consumer: IConsumer, start: int, stop: int | None) -> Deferred[None]:
        """As a connection."""
        self.poured.append((start, stop))
        last = min(self.most, len(self.content) if stop is None else stop)
        if last <= start:
            return succeed(None)
        reading: Any = BufferData(self.content, LIMITS).read_to(consumer, start, last)
        return reading.addCallback(lambda _: None)

    def instead(self) -> Deferred[IArriving]:
        """Where the rest comes from."""
        self.others.append(Deferred())
        return self.others[-1]


class ResidentDataContractTests(DataContract, TestCase):
    async def make_data(self, content: bytes) -> Any:
        """All of it there."""
        return Elsewhere(content).data


class OwnData(BufferData):
    """As much of `IArriving` as goes on."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content, LIMITS)
        self.have = Ranges([(0, len(content))])
        self.cursors: list[Any] = []
        self.observers: list[Any] = []

    def observe(self, changed: Any) -> Any:
        """Noted."""
        self.observers.append(changed)
        return lambda: None

    def cursor(self, position: int, kind: str) -> Any:
        """Noted."""
        made = OwnCursor(position, kind)
        self.cursors.append(made)
        return made


class OwnCursor:
    """One reader."""

    def __init__(self, position: int, kind: str) -> None:
        self.position = position
        self.kind = kind
        self.open = True

    def move(self, position: int) -> None:
        """It is there now."""
        self.position = position

    def close(self) -> None:
        """It is gone."""
        self.open = False


class ResidentDataTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A film elsewhere."""
        self.there = Elsewhere(FILM.content)
        self.data = self.there.data

    def test_arriving(self) -> None:
        """It has what data have that arrive; what is here is what was told, and those who look are told."""
        self.assertTrue(verifyObject(IArriving, self.data))
        told: list[Any] = []
        end = self.data.observe(lambda: told.append(self.data.have))
        self.data.changed(UnitsNow(came=((0, 1), (3, 4))))
        self.assertEqual(list(told[-1]), [(0, UNIT), (3 * UNIT, 3 * UNIT + 5)])
        self.assertFalse(self.data.complete)
        self.data.changed(UnitsNow(came=((1, 3),), went=((0, 1),)))
        self.assertEqual(list(told[-1]), [(UNIT, 3 * UNIT + 5)])
        end()
        self.data.changed(UnitsNow(came=((0, 1),)))
        self.assertEqual(len(told), 2)
        self.assertTrue(self.data.complete)

    def test_units_that_do_not_exist(self) -> None:
        """They are not here."""
        self.data.changed(UnitsNow(came=((0, 99),)))
        self.assertEqual(list(self.data.have), [])

    def test_what_is_poured(self) -> None:
        """Who reads to the end is told apart from who wants a part: the one is a viewer there."""
        for stop in (None, UNIT):
            self.successResultOf(self.data.read_to(CollectingConsumer(), 7, stop))
        self.assertEqual(self.there.poured, [(7, None), (7, UNIT)])

    def test_cursors(self) -> None:
        """Readers are told there, each move once, and that they left."""
        cursor = self.data.cursor(5, "play")
        self.assertTrue(verifyObject(ICursor, cursor))
        for position in (5, 9, 9):
            cursor.move(position)
        for _ in range(2):
            cursor.close()
        cursor.move(11)
        self.assertEqual(self.there.said, [Where(0, "play", 5), Where(0, "play", 9), Departed(0)])
        self.assertRaises(ValueError, self.data.cursor, 0, "look")

    def test_goes_on(self) -> None:
        """Where bytes end too early a reader gets the rest from elsewhere, and notices nothing."""
        self.there.most = UNIT + 3
        consumers = CollectingConsumer(), CollectingConsumer()
        readings = self.data.read_to(consumers[0]), self.data.read_to(consumers[1], 2 * UNIT, 3 * UNIT)
        self.assertEqual(len(self.there.others), 2)
        own = OwnData(FILM.content)
        self.data.go_on(own)
        for other in self.there.others:
            other.callback(own)
        self.assertEqual(self.successResultOf(readings[0]), len(FILM.content))
        self.assertTrue(bytes(consumers[0].collected) == FILM.content)
        self.assertEqual(consumers[0].calls.count("register"), 1)
        self.successResultOf(readings[1])
        self.assertTrue(bytes(consumers[1].collected) == FILM.content[2 * UNIT : 3 * UNIT])
        # Who comes now asks nobody else.
        self.successResultOf(self.data.read_to(CollectingConsumer()))
        self.assertEqual(len(self.there.poured), 2)

    def test_readers_go_on(self) -> None:
        """Where readers are is known there, too; nothing more is told where they were."""
        early, gone = self.data.cursor(5, "play"), self.data.cursor(6, "read")
        gone.close()
        own = OwnData(FILM.content)
        self.data.go_on(own)
        late = self.data.cursor(8, "read")
        early.move(7)
        self.assertEqual([(each.kind, each.position) for each in own.cursors], [("play", 7), ("read", 8)])
        for each in (early, late):
            each.close()
        self.assertEqual([each.open for each in own.cursors], [False, False])
        self.assertEqual(len(self.there.said), 3)

    def test_nothing_instead(self) -> None:
        """Where there is nothing else either, readers are told why."""
        self.there.most = 0
        reading = self.data.read_to(CollectingConsumer())
        self.there.others[0].errback(ZeroDivisionError())
        self.failureResultOf(reading, ZeroDivisionError)

    def test_given_up(self) -> None:
        """A reader that gives up waits for nothing any more."""
        self.there.most = 0
        reading = self.data.read_to(CollectingConsumer())
        reading.cancel()
        self.failureResultOf(reading)
        self.assertTrue(self.there.others[0].called)
