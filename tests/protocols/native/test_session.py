"""Two sessions back to back: each unit and each page is answered exactly once."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.content.ranges import Ranges
from p2pstream.errors import PeerError, SessionError
from p2pstream.protocols.native import events as told
from p2pstream.protocols.native import messages as say
from p2pstream.testing.bytes.patterns import pattern
from tests.protocols.native.pair import UNIT, Bytes, End, Pair, key_of


def units_of(events: list[told.Event], kind: type[told.Event]) -> list[int]:
    """The units that events of a kind are about."""
    return [
        unit
        for event in events
        if isinstance(event, kind)
        for unit in range(event.first, event.first + event.count)  # type: ignore[attr-defined]
    ]


class TransferTests(SynchronousTestCase):
    """What is asked for arrives."""

    def test_a_whole_stream(self) -> None:
        """Units come in runs, the tail short, every byte right, each once."""
        key, pair = key_of(100, 17), Pair()
        number = pair.open(key)
        self.assertEqual(list(pair.near.session.units(number)), [(0, 100)])
        self.assertEqual(pair.near.session.room(number), 256)
        pair.near.take()
        pair.near.session.ask(number, 0, 100)
        pair.move()
        arrived = [event for event in pair.near.take() if isinstance(event, told.Arrived)]
        self.assertEqual(sorted(units_of(list(arrived), told.Arrived)), list(range(100)))
        for event in arrived:
            start = event.first * UNIT
            self.assertEqual(bytes(event.run), pattern(start, start + len(event.run)))
        self.assertEqual([run[2] for run in pair.runs[:6]], [1, 1, 2, 4, 8, 16])
        self.assertFalse(pair.near.session.awaiting)

    def test_the_start_in_one_segment(self) -> None:
        """OPEN, HREQ and REQ may leave together, before anything is known of the other end."""
        key, pair = key_of(100), Pair()
        number = pair.near.session.open(key)
        pair.near.keys[number] = key
        self.assertEqual(pair.near.session.room(number), 4)
        pair.near.session.ask_hashes(number, (2, 0, 64, 1))
        pair.near.session.ask(number, 0, 4, 0)
        sent = [type(message) for message in pair.near.said()]
        self.assertEqual(sent, [say.Open, say.HashRequest, say.Request])

    def test_hashes_go_before_the_units_that_follow_them(self) -> None:
        """A request waits for the pages that were asked for before it, and for no later ones."""
        key, pair = key_of(100), Pair()
        number = pair.open(key)
        near, far = pair.near.session, pair.far.session
        near.ask(number, 0, 1)
        near.ask_hashes(number, (2, 0, 64, 1))
        near.ask(number, 1, 1)
        near.ask_hashes(number, (2, 64, 64, 1))
        pair.move()
        wanted = [event for event in pair.far.take() if isinstance(event, told.HashesWanted)]
        self.assertEqual([event.page[1] for event in wanted], [0, 64])
        self.assertEqual(units_of(pair.near.take(), told.Arrived), [0])
        far.refuse_hashes(number, wanted[1].ticket, Code.BUSY)
        pair.move()
        self.assertEqual(pair.near.take(), [told.HashesRefused(number, (2, 64, 64, 1), Code.BUSY)])
        far.send_hashes(number, wanted[0].ticket, bytes(32 * 64) + b"u" * 32)
        pair.move()
        came, arrived = pair.near.take()
        self.assertEqual(came, told.HashesCame(number, (2, 0, 64, 1), bytes(32 * 64), b"u" * 32))
        self.assertEqual(units_of([arrived], told.Arrived), [1])

    def test_both_ask_on_one_channel(self) -> None:
        """Who opened a channel may be asked on it as well."""
        key, pair = key_of(10), Pair()
        number = pair.open(key, Ranges([(0, 5)]), told.ChannelOffer(Bytes(), Ranges([(5, 10)])))
        pair.near.session.ask(number, 0, 5)
        pair.far.session.ask(number, 5, 5)
        pair.move()
        self.assertEqual(sorted(units_of(pair.near.take(), told.Arrived)), [0, 1, 2, 3, 4])
        self.assertEqual(sorted(units_of(pair.far.take(), told.Arrived)), [5, 6, 7, 8, 9])

    def test_an_empty_stream(self) -> None:
        """A stream without bytes has all its units, none, at once."""
        pair = Pair()
        number = pair.open(FileKey(bytes(32), 0))
        self.assertEqual(pair.near.session.units(number), Ranges())
        self.assertTrue(pair.near.session.is_open(number))

    def test_nobody_lends(self) -> None:
        """Units that nobody has room for are dropped, and that is their answer."""
        key, pair = key_of(4), Pair(lends=False)
        number = pair.open(key)
        pair.near.session.ask(number, 0, 4)
        pair.move()
        events = pair.near.take()
        self.assertEqual(
            (units_of(events, told.Arrived), units_of(events, told.UnitsRefused)), ([], [0, 1, 2, 3])
        )
        self.assertEqual(pair.near.session.room(number), 256)


class AnswerTests(SynchronousTestCase):
    """Every unit is answered exactly once."""

    def setUp(self) -> None:
        """A channel about 40 units, nothing sent yet."""
        self.pair = Pair()
        self.number = self.pair.open(key_of(40))
        self.near, self.far = self.pair.near, self.pair.far
        self.near.take()

    def test_cancelled(self) -> None:
        """What is not being sent is refused, the rest comes."""
        self.near.session.ask(self.number, 0, 10)
        self.near.session.cancel(self.number, 2, 3)
        self.pair.move()
        events = self.near.take()
        self.assertEqual(units_of(events, told.UnitsRefused), [2, 3, 4])
        self.assertEqual(sorted(units_of(events, told.Arrived)), [0, 1, 5, 6, 7, 8, 9])
        self.assertEqual(
            {event.code for event in events if isinstance(event, told.UnitsRefused)}, {Code.CANCELLED}
        )

    def test_a_run_never_carries_a_cancelled_unit(self) -> None:
        """A run ends before a unit that is not wanted, and before the request's end."""
        self.near.session.ask(self.number, 0, 8)
        self.near.session.ask(self.number, 8, 8)
        self.near.session.cancel(self.number, 3, 1)
        self.pair.move()
        for _, first, count in self.pair.runs:
            self.assertNotIn(3, range(first, first + count))
            self.assertEqual(first // 8, (first + count - 1) // 8)

    def test_cancelled_after_it_was_answered(self) -> None:
        """A cancel that comes too late is no offence, and not answered."""
        self.far.hear(say.Cancel(77, 0, 0), self.number)
        self.assertEqual(self.far.said(), [])

    def test_deadlines(self) -> None:
        """What should have been there already is refused, not sent; what has no deadline waits."""
        self.near.session.ask(self.number, 0, 1, 0, 100)
        self.near.session.ask(self.number, 1, 1, 0, None)
        self.near.session.ask(self.number, 2, 1, 0, 60_001)
        self.near.session.ask(self.number, 3, 1, 0, 60_000)
        while self.near.line.frames:
            self.pair.deliver(self.near, self.far)
        self.pair.now = 70.0
        self.pair.move()
        events = self.near.take()
        self.assertEqual(units_of(events, told.Arrived), [1, 2])
        for late in (0, 3):
            self.assertIn(told.UnitsRefused(self.number, late, 1, Code.TIMEOUT), events)

    def test_order(self) -> None:
        """Urgent before soon before whenever; then the earlier deadline; then the earlier request."""
        ask = self.near.session.ask
        ask(self.number, 0, 1, 3)
        ask(self.number, 1, 1, 2)
        ask(self.number, 2, 1, 2, 5000)
        ask(self.number, 3, 1, 0, 2000)
        ask(self.number, 4, 1, 0, 1000)
        ask(self.number, 5, 1, 1)
        self.pair.move()
        self.assertEqual([run[1] for run in self.pair.runs], [4, 3, 2, 1, 5, 0])

    def test_no_hurry(self) -> None:
        """What is asked for at once and not needed for three seconds does not go before others."""
        self.near.session.ask(self.number, 0, 1, 1, 2000)
        self.near.session.ask(self.number, 1, 1, 0, 3000)
        self.near.session.ask(self.number, 2, 1, 0, 2999)
        self.pair.move()
        self.assertEqual([run[1] for run in self.pair.runs], [2, 0, 1])

    def test_urgent_runs_are_short(self) -> None:
        """At most four units in one frame that somebody waits for."""
        self.near.session.ask(self.number, 0, 40, 0)
        self.pair.move()
        self.assertEqual(max(run[2] for run in self.pair.runs), 4)

    def test_one_unit_while_control_waits(self) -> None:
        """Nothing small waits for more than one unit."""
        self.near.session.ask(self.number, 0, 40)
        self.pair.move()
        self.assertEqual(self.pair.runs[-1][2], 8)
        self.near.session.ask(self.number, 0, 40)
        self.pair.deliver(self.near, self.far)
        self.far.line.more_queued = 1
        bulk = self.far.session.pull(0.0)
        assert bulk is not None
        self.assertEqual(bulk.stop - bulk.start, UNIT)

    def test_units_that_are_not_there(self) -> None:
        """What is evicted is withdrawn, then what waits of it refused; the rest comes."""
        self.near.session.ask(self.number, 0, 8)
        self.pair.deliver(self.near, self.far)
        self.pair.now = 0.01
        self.far.session.have(self.number, Ranges([(0, 2), (4, 40)]), self.pair.now)
        self.pair.move()
        events = self.near.take()
        self.assertEqual(sorted(units_of(events, told.Arrived)), [0, 1, 4, 5, 6, 7])
        self.assertIn(told.UnitsRefused(self.number, 2, 2, Code.GONE), events)
        withdrawn = events.index(told.UnitsChanged(self.number))
        self.assertLess(withdrawn, events.index(told.UnitsRefused(self.number, 2, 2, Code.GONE)))
        self.assertEqual(list(self.near.session.units(self.number)), [(0, 2), (4, 40)])

    def test_news_are_told_soon(self) -> None:
        """At once after a pause, and then every tenth of a second; who drives it is woken once for each."""
        self.pair.now = 1.0
        told_at, woken_at = [], []
        for step in range(1, 20):
            woken = self.far.line.woken
            self.far.session.have(self.number, Ranges([(step, 40)]), self.pair.now)
            if self.far.line.woken > woken:
                woken_at.append(step)
            if self.far.said():
                told_at.append(step)
            self.pair.now += 0.03
        # What is told is a frame, which wakes by itself.
        self.assertEqual((told_at, woken_at), ([1, 5, 9, 13, 17], [2, 6, 10, 14, 18]))
        self.assertAlmostEqual(self.far.session.next_deadline() or 0, 1.58)

    def test_credit_counts_what_is_unanswered(self) -> None:
        """There is room again as units are answered."""
        self.near.session.ask(self.number, 0, 40)
        self.assertEqual(self.near.session.room(self.number), 216)
        self.pair.move()
        self.assertEqual(self.near.session.room(self.number), 256)

    def test_what_cannot_be_asked(self) -> None:
        """Units that do not exist, that are asked for already, that are not there, or too many."""
        ask = self.near.session.ask
        ask(self.number, 5, 1)
        for first, count in ((40, 1), (39, 2), (5, 1), (0, 6), (0, 0), (0, 257), (-1, 1)):
            self.assertRaises(ValueError, ask, self.number, first, count)
        self.assertRaises(ValueError, ask, 99, 0, 1)
        self.near.hear(say.Have(say.HaveMode.REMOVE, ((7, 1),)), self.number)
        self.assertRaises(ValueError, ask, self.number, 6, 2)
        self.near.hear(say.Credit(3), self.number)
        self.assertRaises(ValueError, ask, self.number, 10, 3)
        ask(self.number, 10, 2)


class ChannelTests(SynchronousTestCase):
    """How channels begin and end."""

    def test_refused(self) -> None:
        """A stream that is not here: the channel is closed, and its number free again."""
        pair = Pair()
        number = pair.near.session.open(key_of(4))
        pair.near.session.ask(number, 0, 4)
        pair.move()
        pair.far.session.refuse(number, Code.UNKNOWN_KEY)
        pair.move()
        self.assertEqual(pair.near.take(), [told.Closed(number, Code.UNKNOWN_KEY)])
        self.assertEqual(pair.near.session.open(key_of(5)), number)

    def test_closed_by_the_opener(self) -> None:
        """What was asked stays unanswered; both ends forget it."""
        pair = Pair()
        number = pair.open(key_of(4))
        pair.near.session.ask(number, 0, 4)
        pair.near.session.close(number)
        pair.near.take()
        pair.move()
        self.assertEqual(pair.near.take(), [])
        self.assertEqual(pair.far.take()[-1], told.Closed(number, Code.OK))
        self.assertEqual(pair.runs, [])
        self.assertEqual(pair.open(key_of(4)), number)

    def test_everything_is_discarded_between_the_two_closes(self) -> None:
        """After CLOSE whatever is on its way is no offence."""
        near = Pair().near
        number = near.session.open(key_of(4))
        near.session.close(number)
        for message in (say.Opened(), say.Credit(9), say.Have(say.HaveMode.ALL), say.Request(1, 99, 1)):
            self.assertEqual(near.hear(message, number), [])
        near.fill(number, say.DATA_HEAD.pack(1, 0), bytes(UNIT))
        near.hear(say.Close(0), number)
        fault = self.assertRaises(PeerError, near.hear, say.Credit(9), number)
        self.assertEqual(fault.code, Code.BAD_MESSAGE)

    def test_closed_in_the_middle_of_a_run(self) -> None:
        """The room that was lent comes back when its frame ends."""
        pair = Pair()
        number = pair.open(key_of(4))
        near = pair.near
        near.session.ask(number, 0, 1)
        room = near.session.begin(say.DATA, number, say.DATA_HEAD.pack(1, 0), UNIT, 0.0)
        assert room is not None
        near.session.close(number)
        self.assertEqual(near.session.filled(0.0), [told.Dropped(number, 0, 1, room)])

    def test_lost_in_the_middle_of_a_run(self) -> None:
        """The room that was lent comes back when the connection breaks."""
        pair = Pair()
        number = pair.open(key_of(4))
        pair.near.session.ask(number, 0, 1)
        room = pair.near.session.begin(say.DATA, number, say.DATA_HEAD.pack(1, 0), UNIT, 0.0)
        assert room is not None
        self.assertEqual(pair.near.session.lost("reset"), [told.Dropped(number, 0, 1, room)])
        self.assertEqual(pair.far.session.lost("reset"), [])

    def test_opened_at_once_by_both(self) -> None:
        """The dialler's channel stays; what the acceptor asked on its own is refused and moves."""
        key, pair = key_of(4), Pair()
        ours, theirs = pair.near.session.open(key), pair.far.session.open(key)
        self.assertEqual((ours, theirs), (1, 2))
        pair.far.session.ask(theirs, 0, 2)
        pair.far.session.ask_hashes(theirs, (2, 0, 4, 0))
        pair.move()
        events = pair.far.take()
        self.assertEqual(events[0], told.Moved(theirs, ours))
        self.assertIn(told.HashesRefused(ours, (2, 0, 4, 0), Code.CANCELLED), events)
        self.assertIn(told.UnitsRefused(ours, 0, 2, Code.CANCELLED), events)
        self.assertEqual(events[-1], told.Wanted(ours, key, True, False))
        self.assertEqual(pair.near.take(), [])
        pair.far.session.serve(ours, None, 0.0)
        pair.move()
        self.assertEqual((pair.near.session.is_open(ours), pair.far.session.open(key)), (True, ours))

    def test_a_second_channel_about_one_stream(self) -> None:
        """It is closed at once."""
        key, pair = key_of(4), Pair()
        number = pair.open(key)
        self.assertEqual(pair.near.session.open(key), number)
        pair.far.hear(say.Open(key), 3)
        self.assertEqual(pair.far.said(), [say.Close(Code.DUPLICATE_CONN)])
        pair.far.hear(say.Close(0), 3)
        self.assertEqual(pair.far.said(), [])

    def test_numbers(self) -> None:
        """A number that is ours, 0, or in use cannot be opened by the other end."""
        far = End(False)
        far.hear(say.Open(key_of(1)), 1)
        for number in (0, 1, 2):
            self.assertRaises(PeerError, far.hear, say.Open(key_of(2)), number)

    def test_how_many_channels(self) -> None:
        """Sixty-four; one more is turned away, and cannot be opened from here."""
        pair = Pair()
        for units in range(1, 65):
            pair.now += 1.0
            pair.open(key_of(units))
        self.assertRaises(SessionError, pair.near.session.open, key_of(65))
        pair.far.hear(say.Open(key_of(66)), 1001, pair.now)
        self.assertEqual(pair.far.said(), [say.Close(Code.BUSY)])
        self.assertEqual(sum(pair.near.session.room(number) > 0 for number in range(1, 129, 2)), 64)

    def test_refused_and_never_closed(self) -> None:
        """Who opens and opens and never says that it knows is thrown out."""
        far = End(False)

        def flood() -> None:
            for number in range(1, 1000, 2):
                far.hear(say.Open(key_of(number)), number, number / 10)

        self.assertEqual(self.assertRaises(PeerError, flood).code, Code.BUSY)

    def test_live_streams(self) -> None:
        """They come later; until then nobody has one."""
        far = End(False)
        public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        far.hear(say.Open(LiveKey(public)), 1)
        self.assertEqual(far.said(), [say.Close(Code.UNKNOWN_KEY)])

    def test_F08_a_file_that_changed(self) -> None:
        """Before a run nothing more of it is sent; after a run the channel is closed."""
        for when in ("before", "after"):
            pair = Pair()
            content = Bytes()
            key = key_of(4)
            number = pair.near.session.open(key)
            pair.near.keys[number] = key
            pair.move()
            pair.far.session.serve(number, told.ChannelOffer(content, Ranges([(0, 4)])), 0.0)
            pair.move()
            pair.near.session.ask(number, 0, 4)
            pair.deliver(pair.near, pair.far)
            content.gone = when == "before"
            bulk = pair.far.session.pull(0.0)
            if when == "after":
                assert bulk is not None
                content.gone = True
                pair.far.session.sent(bulk, 0.0)
            else:
                self.assertIsNone(bulk)
            self.assertEqual(pair.far.session.next_deadline(), 0.0)
            pair.move()
            self.assertEqual(pair.far.take()[-1], told.Closed(number, Code.GONE))
            self.assertEqual(pair.near.take()[-1], told.Closed(number, Code.GONE))
