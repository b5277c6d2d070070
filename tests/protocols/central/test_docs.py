"""The page about centrals against the code: what it shows is what is sent."""

from __future__ import annotations

from datetime import UTC, datetime

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signed.records import read_record
from p2pstream.content.signed.tickets import Ticket
from p2pstream.protocols.central.messages import (
    CEILINGS,
    MESSAGES,
    Publish,
    Resolved,
    Ticketed,
    decode,
    frame,
)
from p2pstream.protocols.link.family import Frame
from tests.protocols.shown import shown_frames

NOON = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp() * 1000)


class CentralPageTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Read the page."""
        self.shown = shown_frames("central.rst")

    def test_every_message_is_shown(self) -> None:
        """All types of the family, each once, under its name."""
        names = [MESSAGES[example.frame.type].__name__.upper() for example in self.shown]
        self.assertEqual([example.title for example in self.shown], names)
        self.assertEqual(sorted(example.frame.type for example in self.shown), sorted(MESSAGES))

    def test_each_is_a_whole_frame_that_the_code_reads_and_writes(self) -> None:
        """The length is right and allowed, and the message is written as it was read."""
        for example in self.shown:
            self.assertEqual(example.length, len(example.frame.body), example.title)
            self.assertLessEqual(example.length, CEILINGS[example.frame.type], example.title)
            self.assertEqual(frame(decode(example.frame)), example.frame, example.title)

    def test_the_record_holds(self) -> None:
        """What is published was signed at noon, is of that name, and is what RESOLVED tells."""
        said = {example.title: decode(example.frame) for example in self.shown}
        published, resolved = said["PUBLISH"], said["RESOLVED"]
        assert isinstance(published, Publish)
        assert isinstance(resolved, Resolved)
        self.assertEqual(read_record(published.record, NOON, "film.mp4").t, NOON)
        self.assertEqual(resolved.rows[0].said, published.record)

    def test_the_ticket_holds(self) -> None:
        """It was signed at noon, by the central that it names."""
        (ticketed,) = (said for said in map(decode, self.frames()) if isinstance(said, Ticketed))
        ticket = Ticket.decode(ticketed.ticket)
        ticket.check()
        self.assertTrue(ticket.counts(ticket.key, {ticket.central}, NOON))

    def frames(self) -> list[Frame]:
        """All that are shown."""
        return [example.frame for example in self.shown]
