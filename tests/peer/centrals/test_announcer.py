"""Several centrals, and what people are told of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.content.listed import Lease
from p2pstream.limits import LIMITS
from p2pstream.peer.centrals.announcement import Named
from p2pstream.peer.centrals.announcer import Announcer
from p2pstream.peer.centrals.reachability import Reachability
from p2pstream.protocols.node import Means
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.workers import InlineWorkers
from tests.peer.central_lines import SEEN, FakeLine, Wishes, key

ONE, TWO = Address("10.0.0.1", 2045), Address("10.0.0.2", 2045)


class AnnouncerTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Two centrals, one of which was named twice."""
        self.clock = HeapClock()
        self.events = HeardEvents()
        self.wishes = Wishes()
        self.wishes.wanted = [key(1)]
        self.lines: dict[Address, FakeLine] = {}
        self.listeners: dict[Address, Any] = {}
        self.begin([ONE, TWO, ONE])

    def begin(self, centrals: Sequence[Address], **options: Any) -> None:
        """Announce to these."""
        reachability = Reachability(self.events, "192.0.2.7")
        means = Means(self.clock, self.events, InlineWorkers())
        self.announcer = Announcer(means, centrals, self.dial, self.wishes, reachability, **options)
        self.announcer.start()

    def dial(self, address: Address, listener: Any) -> FakeLine:
        """Connect when the test says so."""
        self.assertNotIn(address, self.lines)
        self.lines[address] = FakeLine()
        self.listeners[address] = listener
        return self.lines[address]

    def connect(self, address: Address) -> None:
        """It is there."""
        self.lines[address].up = True
        self.listeners[address].connected()
        self.clock.advance()

    def lose(self, address: Address, reason: str = "connection refused", answered: bool = False) -> None:
        """It is not, or not any more."""
        self.lines[address].up = False
        self.listeners[address].lost(reason, answered)

    def heard(self) -> list[tuple[str, str]]:
        """What people were told of which central."""
        return [(event, fields["central"]) for event, fields in self.events.heard]

    def test_listed(self) -> None:
        """Each is told the same, and each is named when it knows."""
        self.connect(ONE)
        self.connect(TWO)
        self.assertEqual(self.heard(), [("listed", "10.0.0.1:2045"), ("listed", "10.0.0.2:2045")])
        self.wishes.wanted = [key(2)]
        self.announcer.changed()
        self.clock.advance()
        self.assertEqual([line.keys for line in self.lines.values()], [{key(2)}] * 2)
        self.assertEqual(len(self.heard()), 2)

    def test_told_once(self) -> None:
        """A central that is not there is told once, however often it is tried; and when it comes."""
        for _ in range(5):
            self.lose(ONE)
        self.connect(ONE)
        self.connect(ONE)
        for _ in range(5):
            self.lose(ONE)
        self.assertEqual([event for event, _ in self.heard()], ["not_listed", "listed", "not_listed"])

    def test_not_listed(self) -> None:
        """Why it is not listed, and what to do about it."""
        self.lose(ONE)
        self.connect(TWO)
        self.lines[TWO].refusals = [Code.NOT_AUTHORISED]
        self.wishes.wanted = [key(2)]
        self.announcer.changed()
        self.clock.advance()
        self.assertEqual(
            [fields["reason"] for fields in self.events.named("not_listed")],
            [
                "no central at 10.0.0.1:2045 (connection refused)",
                "10.0.0.2:2045 refuses: NOT_AUTHORISED",
            ],
        )

    def test_nobody_named_it(self) -> None:
        """Where nobody named a central, that one can be named is said, until one was found there."""
        self.lines.clear()
        self.begin([ONE], named=False)
        self.lose(ONE)
        self.connect(ONE)
        self.lose(ONE)
        self.assertEqual(
            [fields["reason"] for fields in self.events.named("not_listed")],
            [
                "no central at 10.0.0.1:2045 (connection refused), give --central",
                "no central at 10.0.0.1:2045 (connection refused)",
            ],
        )

    def test_another_central(self) -> None:
        """That somebody else is there is told although it was lost before; once."""
        self.connect(ONE)
        self.lose(ONE)
        for _ in range(3):
            self.lose(ONE, "its id is another", answered=True)
            self.lose(ONE)
        said = [fields["reason"] for fields in self.events.named("not_listed")]
        self.assertEqual(said[1:], ["10.0.0.1:2045: its id is another"])

    def test_name_refused(self) -> None:
        """A name that is not listed is told, with the reason."""
        self.connect(ONE)
        self.lines[ONE].refusals = [Code.NOT_AUTHORISED]
        self.wishes.records = [Named("film", 1, b"film")]
        self.announcer.changed()
        self.clock.advance()
        (told,) = self.events.named("name_refused")
        self.assertEqual((told["name"], told["central"]), ("film", "10.0.0.1:2045"))

    def test_F18_stop(self) -> None:
        """Centrals are told that we go, and hung up on; after that nothing is told or left."""
        self.connect(ONE)
        self.lose(TWO)
        heard = len(self.events.heard)
        self.successResultOf(self.announcer.stop())
        self.assertEqual(self.lines[ONE].keys, set())
        self.lose(ONE)
        self.assertEqual(([line.closed for line in self.lines.values()]), [True, True])
        self.assertEqual((len(self.events.heard), self.clock.getDelayedCalls()), (heard, []))

    def test_F18_stop_with_a_central_that_hangs(self) -> None:
        """The end waits for nobody for long."""
        self.connect(ONE)
        self.lines[ONE].hangs = True
        stopped = self.announcer.stop()
        self.assertNoResult(stopped)
        self.clock.advance(LIMITS.goodbye_s)
        self.successResultOf(stopped)
        self.assertTrue(self.lines[ONE].closed)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_unreachable(self) -> None:
        """That others cannot dial us is told once, with what to do; and once when they can."""
        self.lines[ONE].lease = Lease(10.0, SEEN, None)
        self.connect(ONE)
        for reachable in (False, False, True, True):
            self.listeners[ONE].leased(Lease(10.0, SEEN, reachable))
        told = [event for event, _ in self.heard()]
        self.assertEqual(told, ["listed", "unreachable", "reachable"])
