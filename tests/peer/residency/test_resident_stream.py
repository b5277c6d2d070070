"""A film by way of the user's own running peer, and what happens when that goes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred, fail

from p2pstream.content.listed import CLASSIC, NATIVE, ListedPeer
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.errors import NoSource, NotFound
from p2pstream.limits import LIMITS
from p2pstream.peer.residency.resident_stream import ResidentStream
from p2pstream.peer.streams import OpenStream
from p2pstream.protocols.resident.messages import fingerprint
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.proofs.units import FilmStream
from tests.peer.resident import ResidentCase
from tests.peer.viewing import LINK, OTHER, SEED, listed


class NotThereTests(ResidentCase):
    def test_final(self) -> None:
        """What is said of centrals and sources is so for everybody: it is not tried again alone."""
        self.central.answer = []
        self.failureResultOf(self.opening_until_over(), NotFound)
        self.central.answer = [listed(self.film)]
        self.failureResultOf(self.opening_until_over(), NoSource)
        self.assertEqual(self.alone, [])
        self.assertEqual(self.peer.factory._lines, set())

    def opening_until_over(self) -> Deferred[OpenStream]:
        """Ask, and see what comes of it."""
        opening = self.opening()
        self.clock.run_until(lambda: opening.called, 60.0)
        self.clock.advance(0.1)
        return opening

    def test_nobody_listens(self) -> None:
        """Then it is fetched alone, without a word."""
        self.peer.endpoint._answer = None
        stream = self.opened()
        self.assertEqual(self.alone, [LINK])
        self.assertEqual(self.heard.named("resident_declined"), [])
        self.assertNotIsInstance(stream, ResidentStream)

    def test_nobody_answers(self) -> None:
        """A peer that is stopped keeps nobody waiting for long."""
        self.peer.endpoint._answer = lambda: _deaf()
        opening = self.opening()
        self.clock.advance(LIMITS.resident_answer_s - 0.01)
        self.assertNoResult(opening)
        self.clock.advance(0.01)
        self.addCleanup(self.successResultOf(opening).close)
        self.assertEqual(self.alone, [LINK])

    def test_a_copy_of_what_it_shares(self) -> None:
        """That is had from it as from anybody; and so is what has just left its folder."""
        path = str(self.folder / "film.mp4")
        self.peer.shared.films[self.film.key] = FilmStream(self.film, Ranges([(0, 3)]))
        for into in (path, None):
            self.opened(into=into)
        self.assertEqual(self.alone, [LINK, LINK])
        self.assertIn("shares that film itself", str(self.heard.named("resident_declined")[0]["reason"]))

    def test_what_nothing_proves(self) -> None:
        """That is never kept where others may have it from."""
        self.central.answer = [listed(None, ListedPeer(OTHER, flags=CLASSIC))]
        self.opened()
        self.assertEqual(self.alone, [LINK])

    def test_another_version(self) -> None:
        """Who speaks another language is left alone."""
        self.opened(version=2)
        self.assertEqual(self.alone, [LINK])

    def test_another_group(self) -> None:
        """A closed group's films stay in it: nobody fetches for who does not know its secret."""
        self.opened(group=fingerprint(b"a" * 16))
        self.assertEqual(self.alone, [LINK])

    def test_room_for_so_many(self) -> None:
        """There is a bound on connections: at it one may still come, past it nobody."""
        self.peer.factory._limits = replace(LIMITS, resident_lines=2)
        for _ in range(2):
            self.assertIsNotNone(self.peer.factory.buildProtocol(None))
        self.assertIsNone(self.peer.factory.buildProtocol(None))


class GoneTests(ResidentCase):
    def setUp(self) -> None:
        """A part of the film is here."""
        super().setUp()
        self.central.more = (ListedPeer(SEED, flags=NATIVE),)
        self.stream = self.opened()
        self.reader = CollectingConsumer()
        self.reading = self.stream.data.read_to(self.reader)
        self.addCleanup(lambda: self.reading.addErrback(lambda failure: None))
        self.clock.advance(0.3)
        for peer in 3 * self.speech.peers:
            peer.step(1)
        self.clock.advance(0.3)
        self.before = len(self.reader.collected)
        self.assertGreater(self.before, 0)
        self.assertLess(self.before, len(self.film.content))

    def check_rest(self) -> None:
        """The rest came without it, in order, and nothing was fetched twice."""
        self.send(lambda: self.stream.done.called and self.reading.called)
        self.successResultOf(self.stream.done)
        self.successResultOf(self.reading)
        self.assertTrue(bytes(self.reader.collected) == self.film.content)
        self.assertEqual(sum(peer.sent for peer in self.speech.peers), self.film.key.units)
        self.assertEqual(len(self.heard.named("resident_lost")), 1)
        self.assertEqual([link.key for link in self.alone], [self.film.key])
        self.assertEqual(self.stream.view.snapshot().name, LINK.name)
        self.close(self.stream)

    def test_stopped_in_good_order(self) -> None:
        """The player goes on where it was."""
        cursor = self.stream.data.cursor(3, "play")
        self.successResultOf(self.peer.stop())
        self.clock.advance(0.1)
        cursor.move(UNIT)
        self.check_rest()

    def test_silent(self) -> None:
        """So when it stops without hanging up: it says a word each second, or it is gone."""
        self.clock.advance(2 * LIMITS.resident_quiet_s)
        self.assertEqual(self.heard.named("resident_lost"), [])
        self.stream._line.heard, self.stream._line.lineReceived = _unheard, _unheard
        self.clock.advance(LIMITS.resident_quiet_s - 0.5)
        self.assertEqual(self.heard.named("resident_lost"), [])
        self.clock.advance(1.5)
        self.assertEqual(len(self.heard.named("resident_lost")), 1)

    def test_stopped_ourselves(self) -> None:
        """Who was stopped for longer than that hears first what was said meanwhile."""
        transport = self.stream._line.transport
        transport.pauseProducing()
        self.stream._quiet.set(None)
        self.clock.advance(3 * LIMITS.resident_quiet_s)
        self.stream._quiet.set(self.clock.seconds())
        transport.resumeProducing()
        self.clock.advance(2 * LIMITS.resident_quiet_s)
        self.assertEqual(self.heard.named("resident_lost"), [])

    def test_nothing_instead(self) -> None:
        """Where it cannot be fetched alone either, readers and whoever waits are told why."""
        self.stream._alone = lambda link: fail(NoSource("nobody"))
        self.stream._line.transport.abortConnection()
        self.clock.advance(0.1)
        self.failureResultOf(self.stream.done, NoSource)
        self.failureResultOf(self.reading, NoSource)

    def test_closed_meanwhile(self) -> None:
        """Who closes while another way is sought leaves nothing open."""
        waiting: Deferred[Any] = Deferred()
        self.stream._alone = lambda link: waiting
        self.stream._line.transport.abortConnection()
        self.clock.advance(0.1)
        self.close(self.stream)
        self.assertTrue(waiting.called)
        self.failureResultOf(self.reading)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_after_the_end(self) -> None:
        """A film that was whole is so, and is read on; that is asked of nobody."""
        self.send(lambda: self.stream.done.called and self.reading.called)
        self.successResultOf(self.stream.done)
        self.successResultOf(self.peer.stop())
        self.clock.advance(0.1)
        again = CollectingConsumer()
        reading = self.stream.data.read_to(again, 2 * UNIT)
        self.clock.run_until(lambda: reading.called, 5.0)
        self.assertTrue(bytes(again.collected) == self.film.content[2 * UNIT :])
        self.assertEqual(len(self.speech.peers), 1)


def _unheard(message: Any) -> None:
    """Nothing is heard."""


def _deaf() -> Any:
    from twisted.internet.protocol import Protocol

    return Protocol()
