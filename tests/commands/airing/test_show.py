"""How a broadcast ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.airing.show import LiveShow
from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.links import Link
from p2pstream.limits import LIMITS
from p2pstream.settings import LiveSettings
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents


class EndTests(SynchronousTestCase):
    """On a clock that is stepped."""

    def end(self, viewers: int, received: int = 1) -> tuple[HeapClock, HeardEvents, Deferred[None]]:
        """One that so many watch, and that so many bytes were fed into."""
        clock, heard = HeapClock(), HeardEvents()
        output: Any = heard
        show = LiveShow(clock, Link(Address("10.0.0.9", 2045), "show"), None, LiveSettings(), output)
        show._inputs._before = received
        airing: Any = SimpleNamespace(
            broadcast=SimpleNamespace(trouble=None),
            viewers=viewers,
            end=lambda: succeed(FileKey(b"r" * 32, 1000)),
            keep=lambda workers: succeed(True),
        )
        client: Any = SimpleNamespace(node=SimpleNamespace(limits=LIMITS, workers=None))
        return clock, heard, Deferred.fromCoroutine(show._end(airing, client))

    def test_interrupted(self) -> None:
        """That nothing had come in is a line; where something had, how that ends is told."""
        for received, told in ((0, [{"name": "show"}]), (1, [])):
            heard = HeardEvents()
            output: Any = heard
            link = Link(Address("10.0.0.9", 2045), "show")
            show = LiveShow(HeapClock(), link, None, LiveSettings(), output)
            show._inputs._before = received
            waiting = Deferred.fromCoroutine(show._over())
            waiting.cancel()
            self.successResultOf(waiting)
            self.assertEqual(heard.named("live_unsent"), told)

    def test_with_viewers(self) -> None:
        """They have so long for the last of it, and no longer; then it is a film."""
        clock, heard, ended = self.end(3)
        clock.advance(LIMITS.live_linger_s - 0.01)
        self.assertNoResult(ended)
        clock.advance(0.01)
        self.successResultOf(ended)
        self.assertEqual([each["length"] for each in heard.named("live_film")], [1000])

    def test_with_none(self) -> None:
        """Nobody is waited for; of what nothing came into there is nothing to keep."""
        _, heard, ended = self.end(0)
        self.successResultOf(ended)
        self.assertEqual(len(heard.named("live_film")), 1)
        _, heard, ended = self.end(3, received=0)
        self.successResultOf(ended)
        self.assertEqual(heard.named("live_film"), [])
