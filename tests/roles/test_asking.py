"""What a central says of us, on the stepped clock."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.listed import Lease
from p2pstream.errors import Refused
from p2pstream.limits import LIMITS
from p2pstream.roles.asking import ask_central
from p2pstream.testing.clock import HeapClock
from tests.peer.central_lines import SEEN, FakeLine

CENTRAL = Address("10.0.0.1", 2045)


class AskingTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A central that nobody has asked yet."""
        self.clock = HeapClock()
        self.line = FakeLine()
        self.asked = Deferred.fromCoroutine(ask_central(self.clock, CENTRAL, self.dial, "probably {}".format))
        self.asked.addCallback(lambda findings: [str(finding) for finding in findings])

    def dial(self, address: Address, listener: Any) -> FakeLine:
        """It is dialled."""
        self.listener = listener
        return self.line

    def connect(self, reachable: bool | None) -> None:
        """It is there, and answers claims so."""
        self.line.up = True
        self.line.lease = Lease(60.0, SEEN, reachable)
        self.listener.connected()

    def found(self) -> list[str]:
        """All lines; nothing is left behind."""
        lines: list[str] = self.successResultOf(self.asked)
        self.assertTrue(self.line.closed)
        self.assertEqual((self.line.keys, self.clock.getDelayedCalls()), (set(), []))
        return lines

    def test_reachable(self) -> None:
        """A central that could dial us at once."""
        self.connect(True)
        self.assertEqual(
            self.found(),
            [
                "ok  central 10.0.0.1:2045: answers",
                "ok  reachable: the central dialled 192.0.2.7:2050 and found this peer",
            ],
        )

    def test_unreachable(self) -> None:
        """One that tries, and tells later that it was in vain."""
        self.connect(None)
        self.assertNoResult(self.asked)
        self.listener.leased(Lease(60.0, SEEN, False))
        self.listener.leased(Lease(60.0, SEEN, True))
        (_, line) = self.found()
        self.assertIn(
            "BAD reachable: the central dialled 192.0.2.7:2050 in vain; probably 192.0.2.7:2050", line
        )

    def test_not_tried(self) -> None:
        """One that never tries is no reason to worry."""
        self.connect(None)
        self.clock.advance(LIMITS.doctor_s)
        self.assertEqual(self.successResultOf(self.asked)[1], "ok  reachable: the central did not try")

    def test_not_there(self) -> None:
        """Why it is not there; only the first dial counts."""
        self.listener.lost("connection refused", False)
        self.listener.lost("no answer", False)
        self.assertEqual(
            self.found(),
            ["BAD central 10.0.0.1:2045: connection refused; is p2p-central running there?"],
        )

    def test_somebody_else(self) -> None:
        """Where somebody answers nobody is asked whether a central runs."""
        self.listener.lost("ours is another", True)
        self.assertEqual(self.found(), ["BAD central 10.0.0.1:2045: ours is another"])

    def test_silent(self) -> None:
        """One that does not answer in time."""
        self.clock.advance(LIMITS.doctor_s)
        self.assertEqual(self.found(), ["BAD central 10.0.0.1:2045: no answer"])

    def test_refused(self) -> None:
        """One that does not take claims from us."""
        self.line.announce = lambda keys: fail(Refused("it is not allowed"))  # type: ignore[method-assign]
        self.connect(True)
        (_, line) = self.found()
        self.assertEqual(line, "BAD reachable: the central does not say: it is not allowed")

    def test_withdraw_that_fails(self) -> None:
        """What it found out counts, also when it breaks off afterwards."""
        self.line.withdraw = lambda keys: succeed(None)  # type: ignore[method-assign]
        self.connect(True)
        self.assertEqual(len(self.successResultOf(self.asked)), 2)
