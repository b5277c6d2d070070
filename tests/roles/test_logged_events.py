"""Events in the log."""

from __future__ import annotations

from dataclasses import replace

from twisted.internet.task import Clock
from twisted.logger import ILogObserver, LogEvent, formatEvent, globalLogPublisher
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.limits import LIMITS
from p2pstream.roles.logged_events import LoggedEvents
from p2pstream.testing.people.events import EventsContract


@implementer(ILogObserver)
class Lines(list[str]):
    """The log of one program, as people read it."""

    def __call__(self, event: LogEvent) -> None:
        """Keep a line."""
        if event["log_namespace"] == "p2p-peer":
            self.append(formatEvent(event))


class LoggedEventsTests(EventsContract, SynchronousTestCase):
    def setUp(self) -> None:
        """A log that is read."""
        self.clock = Clock()
        self.lines = Lines()
        self.events = LoggedEvents("p2p-peer", self.clock.seconds, replace(LIMITS, told_burst=3))
        globalLogPublisher.addObserver(self.lines)
        self.addCleanup(globalLogPublisher.removeObserver, self.lines)

    def make_events(self) -> LoggedEvents:
        """Those in the log."""
        return self.events

    def test_one_line(self) -> None:
        """An event is one line, its sentence."""
        self.events.happened("withdrawn", name="film", reason="it went")
        self.assertEqual(self.lines, ["no longer sharing “film”: it went"])

    def test_F57_hostile_names(self) -> None:
        """What strangers named cannot start a line, act on a terminal, or fill a template in."""
        self.events.happened("withdrawn", name="a\nb\x1b[2J\u202e{told}", reason="x")
        self.assertEqual(self.lines, ["no longer sharing “a\\nb\\x1b[2J\\u202e{told}”: x"])

    def test_F12_too_many(self) -> None:
        """Of one kind a few are told at once, then one a second, and how many were left out."""
        for number in range(10):
            self.events.happened("withdrawn", name=f"{number}", reason="x")
        self.assertEqual(len(self.lines), 3)
        self.clock.advance(1)
        for number in range(10, 20):
            self.events.happened("withdrawn", name=f"{number}", reason="x")
        self.assertEqual(self.lines[3:], ["no longer sharing “10”: x (7 more of these were left out)"])

    def test_F05_what_lasts(self) -> None:
        """Of what goes on for as long as a disk is full, one is told a minute, and how many there were."""
        for _ in range(7 * 60):
            self.events.happened("names_not_kept", reason="disk full")
            self.clock.advance(LIMITS.told_lasting_s / 60)
        told = "a signed name cannot be kept: disk full"
        self.assertEqual(self.lines, [told, *[f"{told} (59 more of these were left out)"] * 6])

    def test_kinds_apart(self) -> None:
        """One kind that comes too often does not silence another."""
        for _ in range(10):
            self.events.happened("withdrawn", name="film", reason="x")
        self.events.happened("stopped", role="p2p-peer")
        self.assertEqual(self.lines[-1], "p2p-peer stopped")

    def test_after_a_rest(self) -> None:
        """After some quiet a few may be told at once again."""
        for _ in range(4):
            self.events.happened("withdrawn", name="film", reason="x")
        self.clock.advance(60)
        for _ in range(10):
            self.events.happened("withdrawn", name="film", reason="x")
        self.assertEqual(len(self.lines), 6)

    def test_never_raises(self) -> None:
        """An event that no list knows is logged as the bug it is, and nothing is raised."""
        self.events.happened("unheard_of")
        self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)
