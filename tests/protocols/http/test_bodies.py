"""Streams on their way to clients that are slow, leave, or cannot be given what they were promised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.data.memory import BufferData
from p2pstream.errors import Gone
from p2pstream.interfaces import IData, IRevocable
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.spans import RevocableContract
from p2pstream.transport.turns.uplink import LimitedUplink
from p2pstream.web.resource import WebResource
from tests.protocols.http.browser import FILM, Browser, SiteCase, request

ASK = request(b"/share/film.mp4")


@implementer(IData, IRevocable)
class Fickle:
    """A film that changes when `change` is called, or ends before its length."""

    seekable = True

    def __init__(self, content: bytes = FILM, length: int = len(FILM)) -> None:
        self.length: int | None = length
        self._data = BufferData(content)
        self._revoked: list[Deferred[Exception]] = []
        self._gone: Gone | None = None
        self.closed = 0

    def change(self) -> None:
        """It is not what it was."""
        self._gone = Gone("film.mp4 changed")
        for each in self._revoked:
            each.callback(self._gone)

    def when_revoked(self) -> Deferred[Exception]:
        """See `IRevocable`."""
        if self._gone is not None:
            return succeed(self._gone)
        self._revoked.append(Deferred(lambda each: self._revoked.remove(each)))
        return self._revoked[-1]

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData.read_to`."""
        here = self._data.length or 0
        reading = self._data.read_to(consumer, min(start, here), min(here, stop or here))
        return reading.addCallback(self._check, (stop or here) - start)

    def _check(self, count: int, promised: int) -> int:
        if count < promised:
            raise Gone("film.mp4 is shorter than it was")
        return count

    def close(self) -> None:
        """Given back."""
        self.closed += 1


class FickleTests(RevocableContract, SynchronousTestCase):
    """What the tests below have is taken back as a shared file is."""

    def make_revocable(self) -> Fickle:
        """See `RevocableContract`."""
        return Fickle()

    def revoke(self, data: Fickle) -> None:
        """See `RevocableContract`."""
        data.change()


class SlowTests(SiteCase):
    def read(self, browser: Browser, every: float, until: Callable[[], Any]) -> None:
        """Take what is on the wire from time to time."""
        while not until():
            browser.transport.resumeProducing()
            self.clock.advance(0)
            browser.transport.pauseProducing()
            self.clock.advance(every)

    def test_F41_never_reads(self) -> None:
        """It costs little, and not for long."""
        browser = self.dial(capacity=1000)
        browser.transport.pauseProducing()
        browser.transport.write(ASK)
        self.clock.advance(1)
        self.assertLess(self.link.server.buffered, 3 * LIMITS.http_step_bytes)
        self.clock.advance(LIMITS.stall_s - 2)
        self.assertEqual(browser.lost, "")
        self.clock.advance(2)
        self.assertEqual(browser.lost, "ConnectionLost")
        (failed,) = self.node.heard.named("transfer_failed")
        self.assertEqual(failed["reason"], "not a byte moved for 30 s")
        self.assert_clean()

    def test_F41_never_reads_the_end(self) -> None:
        """The same when all is written and only the close remains."""
        for target in (b"/", b"/share/tale.mp3"):
            browser = self.dial(capacity=10)
            browser.transport.pauseProducing()
            browser.transport.write(request(target, Connection=b"close"))
            self.clock.advance(LIMITS.stall_s - 1)
            self.assertEqual(browser.lost, "")
            self.clock.advance(2)
            self.assertEqual(browser.lost, "ConnectionLost")
        self.assert_clean()

    def test_slow_and_steady(self) -> None:
        """Who reads gets all of it, however long it takes altogether."""
        browser = self.dial(capacity=20_000, delay=0.01)
        browser.transport.write(request(b"/share/film.mp4", Connection=b"close"))
        self.read(browser, 2.0, lambda: browser.lost)
        self.assertGreater(self.clock.seconds(), LIMITS.stall_s)
        self.assertEqual((browser.responses()[0].body, browser.lost), (FILM, "ConnectionDone"))
        self.assert_clean()

    def test_leaving(self) -> None:
        """The stream is given back at once, wherever it was."""
        for moment in (0.0, 0.005, 0.1):
            browser = self.dial(capacity=1000, delay=0.01)
            browser.transport.write(ASK)
            self.clock.advance(moment)
            browser.transport.abortConnection()
            self.clock.advance(0.1)
            self.assertEqual(self.node.lent, 0)
        self.assertEqual(self.node.heard.named("transfer_failed")[-1]["reason"], "the client left")
        self.assertEqual(self.node.heard.named("transfer_ended"), [])
        self.assert_clean()


@implementer(IData)
class Growing:
    """A film that is still going on."""

    seekable = False

    def __init__(self) -> None:
        self.length: int | None = None
        self._data = BufferData(FILM)
        self._rest: Deferred[int] | None = None

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData.read_to`; the end comes when the test says so."""
        if stop is not None:
            return self._data.read_to(consumer, start, stop)
        self._data.read_to(consumer, start, 1000)
        self._rest = Deferred()
        return self._rest

    def end(self) -> None:
        """That was all."""
        assert self._rest is not None
        self._rest.callback(1000)


class GrowingTests(SiteCase):
    def test_no_length_yet(self) -> None:
        """It is sent in chunks for as long as it goes on, and nobody loses patience with that."""
        film = Growing()
        self.serve(shared={"film.mp4": film})
        browser = self.ask(ASK)
        self.clock.advance(10 * LIMITS.stall_s)
        head, _, chunks = browser.raw.partition(b"\r\n\r\n")
        self.assertIn(b"Transfer-Encoding: chunked", head)
        self.assertEqual((chunks, browser.lost), (b"3e8\r\n" + FILM[:1000] + b"\r\n", ""))
        film.end()
        self.clock.advance(0)
        self.assertTrue(browser.raw.endswith(b"\r\n0\r\n\r\n"))
        browser.transport.abortConnection()
        self.clock.advance(1)
        self.assert_clean()


class LimitedTests(SiteCase):
    def limit(self, rate: int) -> None:
        """No more than so many bytes a second, here as elsewhere."""
        self.node.uplink = LimitedUplink(self.clock, rate, local=True)

    def test_the_bound(self) -> None:
        """Several clients share it, and each gets all of it."""
        self.limit(100_000)
        browsers = [self.ask(request(b"/share/film.mp4", Connection=b"close")) for _ in range(2)]
        self.clock.advance(5)
        self.assertApproximates(sum(len(browser.raw) for browser in browsers) / 500_000, 1, 0.2)
        self.clock.advance(10)
        self.assertEqual([browser.responses()[0].body for browser in browsers], [FILM, FILM])
        self.assertEqual(self.node.uplink.sent, 2 * len(FILM))
        self.assert_clean()

    def test_waiting_is_no_stall(self) -> None:
        """Whoever waits for a turn for longer than a stall takes is not given up."""
        self.limit(LIMITS.uplink_least)
        browsers = [self.ask(ASK) for _ in range(12)]
        self.clock.advance(12 * LIMITS.http_step_bytes / LIMITS.uplink_least + LIMITS.stall_s)
        self.assertTrue(all(len(browser.raw) > LIMITS.http_step_bytes for browser in browsers))
        self.assertEqual(self.node.heard.named("transfer_failed"), [])
        for browser in browsers:
            browser.transport.abortConnection()
        self.clock.advance(LIMITS.http_step_bytes / LIMITS.uplink_least + 1)
        self.assert_clean()
        self.assertFalse(self.node.uplink.waitlist._rounds)


class OwnPlayer(WebResource):
    """What a gateway does for a player of the user's."""

    async def answer(self, request: Any) -> None:
        """All of a film."""
        request.is_for_own_player()
        await request.serve("film.mp4", BufferData(FILM))


class OwnPlayerTests(SiteCase):
    def test_in_no_limit(self) -> None:
        """What the user's own player takes is no upload: it waits for nobody, and counts as nothing."""
        self.node.uplink = LimitedUplink(self.clock, LIMITS.uplink_least, local=True)
        self.node.resources[b"own"] = OwnPlayer()
        browser = self.ask(request(b"/own") + request(b"/share/film.mp4"))
        self.clock.advance(1)
        self.assertEqual([got.body for got in browser.responses()], [FILM])
        self.assertLess(self.node.uplink.sent, len(FILM) // 2)
        self.clock.advance(len(FILM) / LIMITS.uplink_least + 5)
        self.assertEqual([got.body for got in browser.responses()], [FILM, FILM])
        self.assertEqual(self.node.uplink.sent, len(FILM))


class BrokenTests(SiteCase):
    def share(self, film: Fickle) -> None:
        """Have this film opened by whoever asks for it."""

        def opened(_: str) -> Any:
            done: Deferred[Any] = Deferred()
            done.callback(film)
            return done

        self.node.open = opened  # type: ignore[method-assign]

    def test_F08_shorter_than_promised(self) -> None:
        """It ends in a reset, never as if that were all."""
        film = Fickle(FILM[:100_000])
        self.share(film)
        browser = self.ask(ASK)
        self.clock.advance(1)
        self.assertEqual((browser.responses(), browser.lost), ([], "ConnectionLost"))
        self.assertEqual(
            self.node.heard.named("transfer_failed")[0]["reason"], "film.mp4 is shorter than it was"
        )
        self.assertEqual(film.closed, 1)
        self.assert_clean()

    def test_F08_taken_back(self) -> None:
        """Also while the client takes nothing, and nothing is read."""
        film = Fickle()
        self.share(film)
        browser = self.dial(capacity=1000)
        browser.transport.pauseProducing()
        browser.transport.write(ASK)
        self.clock.advance(1)
        film.change()
        self.clock.advance(1)
        self.assertEqual((browser.lost, film.closed), ("ConnectionLost", 1))
        self.assertEqual(self.node.heard.named("transfer_failed")[0]["reason"], "film.mp4 changed")
        self.assert_clean()

    def test_F08_changed_before(self) -> None:
        """As long as nothing was promised it can be said in words."""
        film = Fickle(b"")
        self.share(film)
        (got,) = self.ask(ASK).responses()
        self.assertEqual((got.status, got.body), (503, b"film.mp4 is shorter than it was\n"))
        self.assertEqual(film.closed, 1)
