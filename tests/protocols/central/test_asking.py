"""A connection to a central that is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from random import Random
from statistics import mean
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, succeed

from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.content.listed import Lease, ListedPeer, Standing
from p2pstream.content.signed.tickets import Ticket
from p2pstream.errors import BadName, BadRecord, NoCentral, PeerError, Refused, SourceLost, StorageError
from p2pstream.limits import LIMITS
from p2pstream.protocols.central import messages as say
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.client import CentralClient
from p2pstream.protocols.central.telling import Silent, Speaks
from p2pstream.protocols.native.plugin import Native
from p2pstream.testing.node import FakeNode
from tests.protocols.central.centrals import WHERE, CentralTestCase
from tests.protocols.central.examples import CHANNEL, EXAMPLES, HEAD, KEY, PEER, RECORD, ROW, TICKET

OBSERVED = Address("127.0.0.1", 2050)


def well(guest: Any, request: Any) -> Any:
    """What a central says to everything."""
    if isinstance(request, say.Announce):
        return say.Announced(request.request, 60, None, OBSERVED, len(request.offers))
    if isinstance(request, say.Resolve):
        return say.Resolved(request.request, (say.Row(0, 1, 1, RECORD, (PEER,)),))
    if isinstance(request, say.Search):
        return say.Rows(request.request, (ROW, say.Row(2, 1, 1, b"other.mp4")), b"more")
    if isinstance(request, say.Peers):
        return succeed(say.Peered(request.request, (PEER,)))
    if isinstance(request, say.GetTicket):
        return say.Ticketed(request.request, TICKET)
    if isinstance(request, say.GetHead):
        return say.HeadNow(request.request, HEAD)
    return say.Done(request.request)


def _ticketed(said: bytes, guest: Any, request: Any) -> Any:
    """What a central says that takes anything for a ticket."""
    return say.Ticketed(request.request, said)


class Last(Random):
    """Chance that is always as late as can be."""

    def random(self) -> float:
        """Below 1."""
        return 0.99


class LineTests(CentralTestCase):
    """One central."""

    def test_asked(self) -> None:
        """Everything that can be asked is answered, in the program's own values."""
        self.central(well)
        line = self.line()
        peer = ListedPeer(Address("10.0.0.7", 2050), PEER.id, 0x87, 255, 12, 20_000)
        answers: list[Deferred[Any]] = [
            line.announce([KEY], Speaks(2050, 3)),
            line.withdraw([KEY]),
            line.publish(RECORD),
            line.peers(KEY),
            line.watch("film.mp4"),
            line.watch(key=KEY, on=False),
            line.beckon(bytes(32), 2050, bytes(16), KEY),
            line.ticket(KEY),
        ]
        resolved, page = line.resolve("film.mp4"), line.search("film")
        self.clock.advance(0)
        self.assertEqual(
            [self.successResultOf(answer) for answer in answers],
            [Lease(60.0, OBSERVED, None, 1), None, None, (peer,), None, None, None, Ticket.decode(TICKET)],
        )
        (name,) = self.successResultOf(resolved)
        self.assertEqual(
            (name.name, name.key, name.standing, name.peers), ("film.mp4", KEY, Standing.OWNER, (peer,))
        )
        listed = self.successResultOf(page)
        self.assertEqual([name.name for name in listed.names], ["film.mp4", "other.mp4"])
        self.assertEqual(listed.after, b"more")

    def test_records_are_checked(self) -> None:
        """D4: what does not hold, or is of another name, is left out."""
        flipped = bytearray(RECORD)
        flipped[-1] ^= 1
        rows = (say.Row(0, 1, 1, bytes(flipped)), say.Row(2, 1, 1, b"another"), ROW)
        self.central(lambda guest, request: say.Resolved(request.request, rows))
        line = self.line()
        for asked, expected in (
            ("film.mp4", ["film.mp4"]),
            ("FILM.mp4", ["film.mp4"]),
            ("x", []),
            ("another", ["another"]),
        ):
            resolved = line.resolve(asked)
            self.clock.advance(0)
            self.assertEqual([name.name for name in self.successResultOf(resolved)], expected)

    def test_refusals(self) -> None:
        """Each fault has its code; what is nobody's business is not told."""
        faults: list[tuple[Exception, int, str]] = [
            (Refused("too often", Code.RATE_LIMITED), 9, "too often"),
            (BadRecord("it does not hold"), 11, "it does not hold"),
            (BadName("no name"), 23, "no name"),
            (StorageError("/root/names.db: full"), 24, "it cannot be kept now"),
            (ZeroDivisionError("secret"), 19, "something broke inside the program"),
        ]
        for fault, code, why in faults:

            def raise_it(guest: Any, request: Any, fault: Exception = fault) -> Any:
                raise fault

            self.pins.clear()
            self.central(raise_it)
            line = self.line()
            answer = line.publish(RECORD)
            self.clock.advance(0)
            refused = self.failureResultOf(answer, Refused).value
            self.assertEqual((refused.code, str(refused)), (code, f"the central refuses: {why}"))  # type: ignore[attr-defined]
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_done_is_no_answer(self) -> None:
        """A central that says done where something was asked for loses the link, and that is told once."""
        self.central(lambda guest, request: say.Done(request.request))
        questions: dict[str, Callable[[CentralLine], Deferred[Any]]] = {
            "Announce": lambda line: line.announce([KEY], Speaks(2050, 3)),
            "Resolve": lambda line: line.resolve("film.mp4"),
            "Search": lambda line: line.search("film"),
            "Peers": lambda line: line.peers(KEY),
            "GetTicket": lambda line: line.ticket(KEY),
            "GetHead": lambda line: line.head(CHANNEL),
        }
        for name, ask in questions.items():
            line = self.line()
            asked = ask(line)
            self.clock.advance(0)
            self.assertIn(f"Done answers no {name}", str(self.failureResultOf(asked, SourceLost).value))
            self.assertFalse(line.connected)
            self.assertEqual(self.heard.told[0], "connected")
            (why,) = self.heard.told[1:]
            self.assertIn(f"Done answers no {name}", why)
            line.close()

    def test_ticket_that_nobody_signed(self) -> None:
        """What is no ticket, or another's, is none for us; the link goes on."""
        flipped = TICKET[:-2] + bytes((TICKET[-2] ^ 1,)) + TICKET[-1:]
        for said in (b"", b"de", TICKET[:-1], flipped):
            self.pins.clear()
            self.central(partial(_ticketed, said))
            line = self.line()
            asked = line.ticket(KEY)
            self.clock.advance(0)
            self.failureResultOf(asked, PeerError)
            self.assertTrue(line.connected)

    def test_unknown_kind(self) -> None:
        """A10: who is not known is asked in the open what it speaks, and in TLS the next time."""
        self.central(well)
        self.line()
        self.assertEqual(self.dialled, [(WHERE, False), (WHERE, True)])
        self.assertEqual(self.pins, {str(WHERE): self.node.identity.id})
        self.dialled.clear()
        self.line()
        self.assertEqual(self.dialled, [(WHERE, True)])

    def test_d1_never_in_the_open_again(self) -> None:
        """Who proved its id in TLS is dialled in TLS alone, whatever becomes of that."""
        self.central(well)
        client = CentralClient([self.line()], FakeNode(self.clock))
        (line,) = client.lines
        self.assertEqual((line.has_id, client.unproven()), (True, []))
        for trouble in (lambda: setattr(self, "bound", bytes(32)), lambda: setattr(self, "there", False)):
            trouble()
            self.dialled.clear()
            self.cut()
            self.clock.advance(10 * LIMITS.central_retry_most_s)
            self.assertFalse(line.connected)
            self.assertEqual(set(self.dialled), {(WHERE, True)})

    def test_d1_unknown(self) -> None:
        """Whose id is not known may be of another kind."""
        self.there = False
        client = CentralClient([self.line()], FakeNode(self.clock))
        self.assertEqual(client.unproven(), [WHERE])

    def test_another_central(self) -> None:
        """D1: who was pinned, and is somebody else now, is not talked to."""
        self.central(well)
        self.pins[str(WHERE)] = FakeNode(self.clock).identity.id
        line = self.line()
        self.assertFalse(line.connected)
        self.assertIn("its id is another than before; if it was set up anew, remove pins", self.heard.told[0])

    def test_without_tls(self) -> None:
        """D1: who cannot prove to be at this very connection is no central for us."""
        self.bound = bytes(32)
        self.central(well)
        line = self.line()
        self.failureResultOf(line.ready(), NoCentral)
        self.assertEqual((line.connected, self.pins), (False, {}))

    def test_a_peer(self) -> None:
        """A peer of our kind is no central of the ancestor's either; it is told as what it is."""
        self.factory: Any = Native().server_factory(FakeNode(self.clock))
        client = CentralClient([self.line()], FakeNode(self.clock))
        fault = str(self.failureResultOf(client.lines[0].ready(), NoCentral).value)
        self.assertEqual(
            fault,
            f"no central at {WHERE}: a peer answers there;"
            " write the address of a central, whose port is 2045 as a rule",
        )
        self.assertEqual((client.unproven(), self.pins), ([], {}))
        self.central(well)
        self.clock.advance(LIMITS.central_retry_most_s)
        self.assertTrue(client.lines[0].connected)

    def test_closed_group(self) -> None:
        """D9: a central that turns us away is one, and is not asked in another protocol; it says why."""
        for secret, why in ((None, "give it with --secret-file"), (b"another secret..", "ours is another")):
            self.central(well, FakeNode(self.clock, known={}, secret=b"0123456789abcdef"))
            line = self.line(node=FakeNode(self.clock, secret=secret))
            for refused in (line.ready(), line.peers(KEY)):
                fault = self.failureResultOf(refused, Refused).value
                self.assertEqual(fault.code, Code.NOT_AUTHORISED)  # type: ignore[attr-defined]
                self.assertIn(f"{WHERE} turns us away: it serves a closed group", str(fault))
                self.assertTrue(str(fault).endswith(why), str(fault))
            self.there = False
            self.clock.advance(60)
            self.failureResultOf(line.ready(), NoCentral)
            self.there = True

    def test_open_central(self) -> None:
        """D9: one that does not know our secret is told nothing, and broke no rule."""
        self.central(well)
        line = self.line(node=FakeNode(self.clock, secret=b"0123456789abcdef"))
        fault = str(self.failureResultOf(line.ready(), NoCentral).value)
        self.assertIn("it does not know the secret of our group, and is told nothing", fault)
        self.assertNotIn("broke", fault)

    def test_told(self) -> None:
        """What the central says by itself reaches the listener."""
        central = self.central(well)
        self.line()
        (guest,) = central.guests
        for says in ("told unasked: it could be dialled", "it changed", "somebody wants a file of yours"):
            guest.tell(EXAMPLES[says])
        self.clock.advance(0)
        lease, changed, called = self.heard.told[1:]
        self.assertEqual((lease.reachable, changed[0], called[2]), (True, "film.mp4", KEY.encode()))

    def test_gone(self) -> None:
        """A request under way fails when the connection breaks, and a new one until there is another."""
        self.central(lambda guest, request: Deferred())
        line = self.line()
        waiting = line.peers(KEY)
        self.cut()
        self.failureResultOf(waiting, SourceLost)
        self.failureResultOf(line.peers(KEY), NoCentral)
        self.clock.advance(1)
        self.assertTrue(line.connected)

    def test_given_up(self) -> None:
        """Whoever does not want an answer any more cancels; a central that is too slow is told of."""
        work: Deferred[Any] = Deferred()
        self.central(lambda guest, request: work)
        line = self.line()
        given_up, late = line.peers(KEY), line.peers(KEY)
        given_up.cancel()
        self.failureResultOf(given_up, CancelledError)
        self.clock.advance(10)
        self.assertIn("in time", str(self.failureResultOf(late, SourceLost).value))

    def test_work_ends_with_the_guest(self) -> None:
        """What a central was doing for one who left is given up."""
        given_up: list[Any] = []
        central = self.central(lambda guest, request: Deferred(given_up.append))
        self.line().peers(KEY).addErrback(lambda _: None)
        self.clock.advance(0)
        self.cut()
        self.assertEqual((len(given_up), central.guests), (1, []))

    def test_backing_off(self) -> None:
        """It dials again and again, ever more seldom, and never more seldom than twice a minute."""
        self.there = False
        self.line()
        moments, count = [0.0], 1
        while self.clock.seconds() < 300:
            self.clock.advance(0.01)
            if len(self.dialled) > count:
                moments.append(self.clock.seconds())
                count = len(self.dialled)
        pauses = [after - before for before, after in pairwise(moments)]
        first = LIMITS.central_first_s
        self.assertTrue(first / 2 - 0.01 <= pauses[0] <= first + 0.02, pauses)
        self.assertTrue(all(15 <= pause <= 30.1 for pause in pauses[8:]), pauses)
        self.assertEqual(self.heard.told[0], "connection refused")

    def test_closed(self) -> None:
        """After that nothing is left, and whoever waits is told."""
        self.there = False
        line = self.line(start=False)
        ready = line.ready()
        line.start()
        line.close()
        self.failureResultOf(ready, NoCentral)
        self.there = True
        self.central(well)
        line = self.line()
        line.close()
        self.clock.advance(3)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_F26_within_so_long(self) -> None:
        """Who was connected before speaks when chance says, within the bound; who comes first at once."""
        for spread_s in (LIMITS.central_spread_s, 1.0):
            self.pins.clear()
            central, node = self.central(well), FakeNode(self.clock)
            node.limits = replace(LIMITS, central_spread_s=spread_s)
            node.random = Last()
            line = self.line(node=node)
            self.clock.advance(0.01)
            self.assertEqual(self.heard.told.count("connected"), 1)
            self.cut()
            while not (central.guests and line.connected):
                self.clock.advance(0.01)
            self.clock.advance(0.99 * spread_s - 0.05)
            self.assertEqual(self.heard.told.count("connected"), 1)
            self.clock.advance(0.1)
            self.assertEqual(self.heard.told.count("connected"), 2)
            line.close()
            self.clock.advance(1)

    def test_F26_all_come_back(self) -> None:
        """200 peers whose central crashed are there again within ten seconds, not all in one."""
        central = self.central(well)
        came: list[float] = []

        class Peer(Silent):
            def __init__(self, case: LineTests, number: int) -> None:
                node = FakeNode(case.clock)
                node.random = Random(number)
                self.clock = case.clock
                self.line = CentralLine(WHERE, node, case.endpoint, KnownCentrals(case.pins), self)
                self.line.start()

            def connected(self) -> None:
                came.append(self.clock.seconds())

        peers = [Peer(self, number) for number in range(200)]
        self.clock.advance(1)
        self.assertEqual((len(came), len(central.guests)), (200, 200))
        came.clear()
        self.there = False
        self.cut()
        self.clock.advance(2)
        self.there, back = True, self.clock.seconds()
        self.clock.advance(10)
        self.assertGreaterEqual(len(came), 190)
        in_tenths = [sum(int(10 * (moment - back)) == tenth for moment in came) for tenth in range(100)]
        busy = [count for count in in_tenths if count]
        self.assertLessEqual(max(busy), 4 * mean(busy))
        for peer in peers:
            peer.line.close()
