"""Going on for others when the work is done."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.ending import Ending
from p2pstream.commands.fetching.seeding import seed
from p2pstream.content.ranges import Ranges
from p2pstream.content.views import StreamSnapshot
from p2pstream.errors import CannotListen
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents


class Whole:
    """An open stream that is here, or not."""

    def __init__(self, verified: bool = True, have: int = 1000) -> None:
        self.view: Any = self
        self.stopped = 0
        self._now = StreamSnapshot("film", have=Ranges([(0, have)]), verified=verified)

    def snapshot(self) -> StreamSnapshot:
        """How it stands."""
        return self._now

    def stop(self) -> Deferred[None]:
        """Counted."""
        self.stopped += 1
        return succeed(None)


class SeedingTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A stream is here, and others know of it."""
        self.clock, self.heard, self.ending = HeapClock(), HeardEvents(), Ending("get", False)
        self.refused: Deferred[Exception] = Deferred()
        self.sent = 5

    def when_refused(self) -> Deferred[Exception]:
        """As `Giver`."""
        return self.refused

    def seeding(self, stream: Any) -> Deferred[None]:
        """It goes on."""
        return Deferred.fromCoroutine(
            seed(stream, self, self, self.clock.seconds, self.heard, self.ending)  # type: ignore[arg-type]
        )

    def test_until_it_is_ended(self) -> None:
        """It fetches no more, says that it goes on, and is done well when somebody ends it."""
        stream = Whole()
        going_on = self.seeding(stream)
        self.assertEqual((stream.stopped, self.heard.heard), (1, [("seeding", {"name": "film"})]))
        self.clock.advance(3600.0)
        self.assertNoResult(going_on)
        self.sent = 70
        self.ending.interrupted(15)
        going_on.cancel()
        self.successResultOf(going_on)
        self.assertEqual(self.heard.named("seeded"), [{"name": "film", "sent": 70, "seconds": 3600.0}])
        self.assertEqual(self.ending.code, 0)

    def test_nothing_to_give(self) -> None:
        """What nothing proves, and what is not here, nobody can have; the command ends, and says so."""
        for stream, reason in (
            (Whole(verified=False), "nothing proves it"),
            (Whole(have=0), "nothing of it is here"),
        ):
            self.successResultOf(self.seeding(stream))
            self.assertEqual(self.heard.named("not_seeding")[-1], {"name": "film", "reason": reason})
        self.assertEqual(self.heard.named("seeding"), [])

    def test_nobody_can_come(self) -> None:
        """Where there is no port to listen on, going on is of no use."""
        going_on = self.seeding(Whole())
        fault = CannotListen("there is no port")
        self.refused.callback(fault)
        self.successResultOf(going_on)
        self.assertEqual(self.heard.named("not_seeding"), [{"name": "film", "reason": fault}])
