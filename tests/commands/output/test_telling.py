"""What is told while something is fetched."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.output.output import Output
from p2pstream.commands.output.telling import FetchTelling
from p2pstream.content.views import Awaited, Need, StreamSnapshot
from p2pstream.testing.node import HeardEvents

AWAY = Awaited(Need.SOURCE)


class BroadcastTests(SynchronousTestCase):
    """A broadcast that is watched, with a window or without."""

    def setUp(self) -> None:
        """It runs."""
        self.clock, self.heard = Clock(), HeardEvents()
        self.now = StreamSnapshot("show", verified=True, live=True)
        self.telling = FetchTelling(self.clock, Output([self.heard], None))
        self.telling.begin(self, kept=False, cache=0)
        self.addCleanup(self.telling.stop)

    def snapshot(self) -> StreamSnapshot:
        """How it stands."""
        return self.now

    def stands(self, awaited: Awaited | None, length: int | None = None) -> None:
        """So it is for a second."""
        self.now = StreamSnapshot("show", length, awaited=awaited, verified=True, live=True)
        self.clock.pump([0.25] * 4)

    def test_the_source_is_away(self) -> None:
        """That it is, and that it is back: once each; each sample says what is waited for."""
        self.stands(None)
        self.stands(AWAY)
        self.assertEqual(self.heard.named("source_away"), [{"name": "show"}])
        self.assertEqual(self.heard.named("progress")[-1]["waiting_for"], "waiting for the source")
        # Whoever is cut off from all others, too, heard nothing of it.
        self.stands(Awaited(Need.PEERS))
        self.stands(AWAY)
        self.assertEqual((len(self.heard.named("source_away")), self.heard.named("source_back")), (1, []))
        self.stands(None)
        self.assertEqual(self.heard.named("source_back"), [{"name": "show"}])
        self.stands(AWAY)
        self.stands(Awaited(Need.HEAD))
        self.assertEqual([len(self.heard.named(f"source_{each}")) for each in ("away", "back")], [2, 2])

    def test_how_far_behind(self) -> None:
        """Each sample says how long ago what is here was captured, in milliseconds at the finest."""
        self.stands(None)
        self.assertIsNone(self.heard.named("progress")[-1]["behind_s"])
        self.now = StreamSnapshot("show", live=True, behind_s=0.31415)
        self.clock.advance(0.25)
        self.assertEqual(self.heard.named("progress")[-1]["behind_s"], 0.314)

    def test_it_is_over(self) -> None:
        """What ends does not go on."""
        self.stands(AWAY)
        self.stands(None, 5)
        self.assertEqual(self.heard.named("source_back"), [])
