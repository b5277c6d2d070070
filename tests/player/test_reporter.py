"""What the overlay is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.views import Awaited, Need, PlayerState, SourceSnapshot, StreamSnapshot
from p2pstream.player.control.hands import Hands
from p2pstream.player.control.remote import Remote
from p2pstream.player.reporter import Reporter
from p2pstream.player.scene.showing import Showing


class FakeView:
    """A stream that stands as the test says."""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields

    def snapshot(self) -> StreamSnapshot:
        """As it stands."""
        return StreamSnapshot("film", **self.fields)


class FakePlayback:
    """A film of 100 seconds, 10 of which were played; nothing is waited for."""

    def __init__(self, likely_length: int | None = None) -> None:
        self.state = PlayerState("playing", 10.0, 100.0)
        self.buffering = None
        self.paused = False
        self.meter = SimpleNamespace(likely_length=likely_length)


class FakeCanvas:
    """A picture is to be seen."""

    heading, blank = "film", False


def idle_hands() -> Hands:
    """Nobody touches anything."""
    tape: Any = SimpleNamespace()
    return Hands(Remote(tape, tape, lambda: None), tape)


class ReporterTests(SynchronousTestCase):
    def showing(
        self, likely_length: int | None = None, state: PlayerState | None = None, **fields: Any
    ) -> Showing:
        """What is shown of such a stream."""
        reporter: Any = Reporter("film", FakeView(**fields))
        playback = FakePlayback(likely_length)
        playback.state = state or playback.state
        return reporter.showing(playback, idle_hands(), FakeCanvas())

    def test_what_is_awaited(self) -> None:
        """In words; where the player halted by itself, how much film it has and wants."""
        self.assertEqual(self.showing().detail, "")
        self.assertEqual(self.showing(awaited=Awaited(Need.PEERS)).detail, "finding peers")
        halted = PlayerState("buffering", 10.0, 100.0, gathered_s=1.25, enough_s=4.0)
        self.assertEqual(self.showing(state=halted).detail, "buffering 1.2 of 4.0 seconds")

    def test_parts(self) -> None:
        """The parts that are here, as parts of the whole."""
        showing = self.showing(length=200, have=Ranges([(0, 50), (100, 150)]))
        self.assertEqual(showing.buffered, ((0.0, 0.25), (0.5, 0.75)))

    def test_unknown_length(self) -> None:
        """What nobody knows the length of is shown as far as can be judged, and never beyond the end."""
        have = Ranges([(0, 500)])
        self.assertEqual(self.showing(have=have).buffered, ())
        self.assertEqual(self.showing(1000, have=have).buffered, ((0.0, 0.5),))
        self.assertEqual(self.showing(400, have=have).buffered, ((0.0, 1.0),))
        self.assertEqual(self.showing(400).buffered, ())

    def test_known_length_counts_more(self) -> None:
        """What was judged is forgotten when it is known."""
        self.assertEqual(self.showing(9999, length=1000, have=Ranges([(0, 500)])).buffered, ((0.0, 0.5),))

    def test_rate(self) -> None:
        """The rate of the last seconds is told while there is something to come."""
        sources = (SourceSnapshot("a:1", 500, "sending"), SourceSnapshot("b:1", 500, "sending"))
        showing = self.showing(length=1000, have=Ranges([(0, 500)]), rate=7.0, sources=sources)
        self.assertEqual((showing.byte_rate, showing.source), (7.0, "a:1 and 1 more"))
        self.assertEqual(self.showing(rate=7.0, have=Ranges([(0, 500)])).byte_rate, 7.0)

    def test_rate_of_nothing(self) -> None:
        """When all is here, nothing comes any more."""
        showing = self.showing(length=1000, have=Ranges([(0, 1000)]), rate=7.0)
        self.assertEqual(showing.byte_rate, 0.0)
