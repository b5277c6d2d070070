"""Whoever sends a central much at once is heard piece by piece."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from p2pstream.limits import LIMITS
from p2pstream.protocols.central import messages as say
from p2pstream.protocols.link.framing import frame_head
from tests.protocols.central.centrals import CentralTestCase

PIECE, MOST = LIMITS.central_piece_bytes, LIMITS.central_turn_pieces


def search(number: int) -> bytes:
    """A whole frame."""
    frame = say.frame(say.Search(number, 1))
    return frame_head(frame.type, frame.channel, len(frame.body)) + frame.body


FRAME = len(search(1))


class PacedTests(CentralTestCase):
    def setUp(self) -> None:
        """A central that has nothing to say, and some who are linked to it."""
        super().setUp()
        self.central(lambda guest, request: say.Rows(request.request, ()))
        for _ in range(4):
            self.line()
        self.guests: list[Any] = list(self.scripted.guests)

    def read(self, guest: Any, count: int) -> None:
        """So many searches come in one read."""
        guest._link.dataReceived(b"".join(map(search, range(1, count + 1))))

    def asked(self) -> int:
        """How many have been passed on."""
        return len(self.scripted.asked)

    def test_F44_floods_take_turns(self) -> None:
        """However many flood: in a turn little of it is heard, and who asks one thing is heard at once."""
        counts = []
        for guest in self.guests[:3]:
            self.read(guest, 150)
        counts.append(self.asked())
        self.read(self.guests[3], 1)
        self.assertEqual(self.asked(), counts[0] + 1)
        for _ in range(200):
            self.clock._step(self.clock._instant)
            counts.append(self.asked())
        self.assertEqual(counts[-1], 3 * 150 + 1)
        most = MOST * PIECE // FRAME + MOST
        self.assertLessEqual(max(after - before for before, after in pairwise([0, *counts])), most)

    def test_bound(self) -> None:
        """A piece is heard even where others wait; with a byte more it waits, too."""
        for guest in self.guests[:2]:
            self.read(guest, 150)
        requests = b"".join(map(search, range(1, 150)))
        for guest, length, heard in (
            (self.guests[2], PIECE, PIECE // FRAME),
            (self.guests[3], PIECE + 1, 0),
        ):
            before = self.asked()
            guest._link.dataReceived(requests[:length])
            self.assertEqual(self.asked() - before, heard)

    def test_nothing_is_read_meanwhile(self) -> None:
        """Who waits is not read from, until all is heard or the link ends."""
        for reads in (150, 2000):
            guest = self.guests.pop()
            self.read(guest, reads)
            self.assertTrue(guest._link._held)
            self.clock.advance(0)
            self.assertEqual(guest._link._held, b"")
