"""A libvlc that stands as the test says and notes what it is told, and a film played on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.views import PlayerState
from p2pstream.player.libvlc.machine import Machine
from p2pstream.player.libvlc.vlc import Stats
from p2pstream.player.playback import GLANCE, Playback
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.workers import HeldWorkers
from tests.player.feeding import FakeReactor, HandData


class FakeLibvlc:
    """See `Libvlc`; `load` and `stop` are done when the test lets its worker work."""

    def __init__(self) -> None:
        self.state = "idle"
        self.seconds = self.duration = 0.0
        self.stats = Stats()
        self.told: list[tuple[Any, ...]] = []

    def load(self, source: Any, start: float, rate: float = 1.0, subtitles: str = "") -> None:
        """Noted; what was counted of another film is forgotten."""
        self.told.append(("load", start, rate, subtitles))
        self.state, self.stats = "opening", Stats()

    def stop(self) -> None:
        """Noted."""
        self.told.append(("stop",))

    def pause(self, paused: bool) -> None:
        """Noted."""
        self.told.append(("pause", paused))

    def seek(self, seconds: float, duration: float) -> None:
        """Noted."""
        self.told.append(("seek", seconds))

    def set_rate(self, rate: float) -> None:
        """Noted."""
        self.told.append(("rate", rate))

    def offer_texts(self, tracks: Any) -> None:
        """Noted."""
        self.told.append(("texts", tracks))


class ClockReactor(FakeReactor, HeapClock):  # type: ignore[misc]
    """Time and calls from threads, both in the test's hands."""

    def __init__(self) -> None:
        FakeReactor.__init__(self)
        HeapClock.__init__(self)


class PlaybackCase(SynchronousTestCase):
    """A film of a million bytes, played by a libvlc that does nothing by itself."""

    def setUp(self) -> None:
        """Everything is ready, and nothing was begun."""
        self.libvlc, self.workers, self.reactor = FakeLibvlc(), HeldWorkers(), ClockReactor()
        self.machine = Machine(self.libvlc, self.workers.run)  # type: ignore[arg-type]
        self.data = HandData()
        self.data.length = 1_000_000
        self.beginnings = 0
        self.take(self.data)

    def take(self, data: HandData) -> None:
        """These are the data of the film."""
        self.playback = Playback(self.machine, data, "film.mp4", self.reactor, when_playing=self.began)

    def began(self) -> None:
        """Counted."""
        self.beginnings += 1

    def begin(self, start: float = 0.0) -> Deferred[PlayerState]:
        """Start it, and let the worker load it."""
        self.playing = self.playback.run(start)
        self.workers.flush()
        return self.playing

    def glance(self, shown: int | None = None, **libvlc: Any) -> PlayerState:
        """Libvlc stands like this now, and so many pictures were seen; look at it."""
        for name, value in libvlc.items():
            setattr(self.libvlc, name, value)
        if shown is not None:
            self.playback.shown(shown)
        self.reactor.advance(GLANCE + 0.01)
        self.playback.glance()
        return self.playback.state

    def count(self, **counts: int) -> None:
        """Libvlc has counted so far."""
        self.libvlc.stats = replace(self.libvlc.stats, **counts)
