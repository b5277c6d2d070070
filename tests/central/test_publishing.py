"""Many records at once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from twisted.internet.defer import CancelledError

from p2pstream.errors import BadRecord
from p2pstream.limits import LIMITS
from p2pstream.protocols.central import messages as say
from tests.central.rooms import KEYS, CentralCase, record

MOST = LIMITS.central_turn_publishes


class PublishTests(CentralCase):
    def publish_at_once(self, *records: bytes) -> list[Any]:
        """What will be answered to each."""
        visitor = self.visit(1)
        asked: list[Any] = [self.desk.ask(visitor, say.Publish(2, raw)) for raw in records]
        return asked

    def test_F42_records_in_turns(self) -> None:
        """However many come at once, a few are looked at, and others are answered before the rest."""
        looked_at: list[Any] = []
        for each in self.publish_at_once(*[b"no record"] * (2 * MOST + 1)):
            each.addErrback(looked_at.append)
        counts = [len(looked_at)]
        self.assertIsInstance(self.desk.ask(self.visit(2), say.Peers(4, 9, KEYS[0].encode())), say.Peered)
        for _ in range(10):
            self.clock._step(self.clock._instant)
            counts.append(len(looked_at))
        self.assertEqual((counts[0], counts[-1]), (MOST, 2 * MOST + 1))
        self.assertEqual(max(after - before for before, after in pairwise(counts)), MOST)

    def test_left_before_its_turn(self) -> None:
        """Nobody looks at the record of one who is gone."""
        asked = self.publish_at_once(*[b""] * MOST, record("film.mp4"))
        for each in asked:
            each.addErrback(lambda failure: failure.trap(BadRecord, CancelledError))
        asked[-1].cancel()
        self.clock.advance(0)
        self.assertNotIn("film.mp4", self.node.names)
