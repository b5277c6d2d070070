"""What the other end may not do, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.ranges import Ranges
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.link.family import Frame
from p2pstream.protocols.native import events as told
from p2pstream.protocols.native import messages as say
from tests.protocols.native.giving.test_credit import serving
from tests.protocols.native.pair import UNIT, Bytes, End, Pair, key_of

HEAD = say.DATA_HEAD


class UnsolicitedTests(SynchronousTestCase):
    """Nothing is allocated, and nothing is kept, that was not asked for."""

    def setUp(self) -> None:
        """A channel about 10 units, 17 bytes in the last, of which 0 to 3 are asked for."""
        self.pair = Pair()
        self.number = self.pair.open(key_of(10, 17))
        self.near = self.pair.near
        self.near.session.ask(self.number, 0, 4)
        self.near.session.ask(self.number, 8, 2)

    def begins(self, channel: int, rid: int, first: int, length: int) -> Code:
        """What the session says to a frame of bytes that begins so."""
        head = HEAD.pack(rid, first)
        fault = self.assertRaises(PeerError, self.near.session.begin, say.DATA, channel, head, length, 0.0)
        return Code(fault.code)

    def test_F36_bytes_nobody_asked_for(self) -> None:
        """Another channel, request or unit; a unit of another request; more units than asked for."""
        for channel, rid, first, length in (
            (9, 1, 0, UNIT),
            (self.number, 0, 0, UNIT),
            (self.number, 7, 0, UNIT),
            (self.number, 1, 4, UNIT),
            (self.number, 1, 8, UNIT),
            (self.number, 1, 0, 5 * UNIT),
            (self.number, 1, 3, 2 * UNIT),
            (self.number, 1, 2**64 - 1, UNIT),
            (self.number, 1, 0, 0),
        ):
            self.assertEqual(self.begins(channel, rid, first, length), Code.UNSOLICITED)

    def test_F36_units_that_are_not_whole(self) -> None:
        """Only the last unit is short, and it is exactly that short."""
        for rid, first, length in (
            (1, 0, UNIT - 1), (1, 0, UNIT + 1), (1, 0, 1), (2, 8, 2 * UNIT), (2, 9, 16), (2, 9, 18),
        ):  # fmt: skip
            self.assertEqual(self.begins(self.number, rid, first, length), Code.BAD_FRAME)
        room = self.near.session.begin(say.DATA, self.number, HEAD.pack(2, 8), UNIT + 17, 0.0)
        assert room is not None
        self.assertEqual(len(room), UNIT + 17)

    def test_answered_twice(self) -> None:
        """A unit that came, or was refused, is not outstanding any more."""
        self.near.fill(self.number, HEAD.pack(1, 0), bytes(UNIT))
        self.assertEqual(self.begins(self.number, 1, 0, UNIT), Code.UNSOLICITED)
        self.near.hear(say.Reject(1, 1, 3, 8), self.number)
        for first, count in ((0, 1), (1, 1), (1, 3)):
            fault = self.assertRaises(PeerError, self.near.hear, say.Reject(1, first, count, 8), self.number)
            self.assertEqual(fault.code, Code.UNSOLICITED)

    def test_refusals_nobody_asked_for(self) -> None:
        """Of units, of pages, of metadata; and pages and metadata themselves."""
        for message in (
            say.Reject(1, 3, 2, 8),
            say.Reject(9, 0, 1, 8),
            say.HashReject(2, 0, 16, 0, 8),
            say.Hashes((2, 0, 16, 0), bytes(320)),
            say.Meta(b"index", 0, 0, b""),
        ):
            fault = self.assertRaises(PeerError, self.near.hear, message, self.number)
            self.assertEqual(fault.code, Code.UNSOLICITED)

    def test_bad_pages(self) -> None:
        """A page has exactly the nodes that exist, and exactly its uncles."""
        page = (0, 32, 8, 1)
        for wrong in (0, 4, 5, 7, 8, 9):
            self.near.session.ask_hashes(self.number, page)
            fault = self.assertRaises(
                PeerError, self.near.hear, say.Hashes(page, bytes(32 * wrong)), self.number
            )
            self.assertEqual(fault.code, Code.BAD_FRAME, wrong)
            self.setUp()
        self.near.session.ask_hashes(self.number, page)
        self.near.take()
        self.near.hear(say.Hashes(page, bytes(32 * 5) + b"u" * 32), self.number)
        self.assertEqual(self.near.take(), [told.HashesCame(self.number, page, bytes(32 * 5), b"u" * 32)])


class WrongStateTests(SynchronousTestCase):
    """The right message at the wrong time."""

    def test_F36_every_message_on_a_channel_that_is_not_open(self) -> None:
        """Nothing but OPEN begins one."""
        for message in EVERYTHING:
            if not isinstance(message, say.Open):
                self.assertRaises(PeerError, End(False).hear, message, 1)

    def test_F36_every_message_while_a_channel_opens(self) -> None:
        """Who was asked to open says OPENED or CLOSE before anything else."""
        for message in EVERYTHING:
            near = End(True)
            number = near.session.open(key_of(4))
            if isinstance(message, say.Opened | say.Close):
                near.hear(message, number)
            else:
                self.assertRaises(PeerError, near.hear, message, number)

    def test_F36_every_message_before_the_answer(self) -> None:
        """Who opened may ask; it may not answer, nor open again."""
        early = (say.Close, say.Request, say.Cancel, say.HashRequest, say.MetaGet, say.Want)
        for message in EVERYTHING:
            far = End(False)
            far.hear(say.Open(key_of(4)), 1)
            if isinstance(message, early):
                far.hear(message, 1)
            else:
                self.assertRaises(PeerError, far.hear, message, 1)

    def test_opened_twice(self) -> None:
        """Once is enough."""
        pair = Pair()
        number = pair.open(key_of(4))
        self.assertRaises(PeerError, pair.near.hear, say.Opened(), number)

    def test_F36_requests_that_cannot_be(self) -> None:
        """Beyond the end, or under the number of one that is unanswered; pages no tree has."""
        for message in (
            say.Request(2, 400, 1),
            say.Request(2, 399, 2),
            say.Request(2, 2**64 - 1, LIMITS.native_request_units),
            say.Request(1, 0, 1),
        ):
            far = serving()
            far.hear(say.Request(1, 7, 1), 1)
            self.assertEqual(self.assertRaises(PeerError, far.hear, message, 1).code, Code.BAD_MESSAGE)
        for page in (
            (12, 0, 1, 0),
            (2, 0, 3, 0),
            (2, 1, 2, 0),
            (2, 0, 1024, 0),
            (2, 400, 1, 0),
            (2, 0, 0, 0),
        ):
            fault = self.assertRaises(PeerError, serving().hear, say.HashRequest(*page), 1)
            self.assertEqual(fault.code, Code.BAD_FRAME)

    def test_types_that_are_not_ours(self) -> None:
        """The reserved ones are not in the table, so the link answers for them."""
        for type in (0x40, 0x41, 0x42, 0x43):
            self.assertNotIn(type, say.CEILINGS)


class FloodTests(SynchronousTestCase):
    """A6 and A7: what is too much is refused; what never stops ends the connection."""

    def test_requests(self) -> None:
        """2,000 at once, then 1,000 a second; more are refused; 4 times that for 10 s is the end."""
        far = serving()
        for _ in range(2000):
            far.hear(say.Request(1, 0, 1), 1)
            far.hear(say.Cancel(1), 1)
        self.assertEqual({message.code for message in far.said()}, {Code.CANCELLED})  # type: ignore[attr-defined]
        far.hear(say.Request(1, 0, 1), 1)
        self.assertEqual(far.said(), [say.Reject(1, 0, 1, Code.RATE_LIMITED)])
        far.hear(say.Request(1, 0, 1), 1, 0.001)
        self.assertEqual(far.said(), [])

    def test_a_flood_of_requests(self) -> None:
        """Up to four times the rate is only refused, for ever; beyond that is a flood."""
        for factor, floods in ((LIMITS.flood_factor - 0.1, False), (LIMITS.flood_factor + 0.5, True)):
            far, now = serving(limits=replace(LIMITS, native_requests=100.0)), 0.0
            step = 1 / (100 * factor)
            try:
                for _ in range(int((LIMITS.flood_s + 2) * 100 * factor)):
                    now += step
                    far.hear(say.Request(1, 0, 1), 1, now)
                    far.hear(say.Cancel(1), 1, now)
                    far.line.frames.clear()
            except PeerError as fault:
                self.assertEqual(fault.code, Code.RATE_LIMITED)
                self.assertTrue(floods)
            else:
                self.assertFalse(floods)

    def test_pages(self) -> None:
        """40 at once, 20 a second, and one more for each 8 MiB that were sent."""
        far, at_once = serving(), int(LIMITS.native_hash_requests * LIMITS.native_burst_s)
        for _ in range(at_once + 1):
            far.hear(say.HashRequest(2, 0, 64, 0), 1)
            for event in far.take():
                if isinstance(event, told.HashesWanted):
                    far.session.refuse_hashes(1, event.ticket, Code.BUSY)
        codes = [message.code for message in far.said()]  # type: ignore[attr-defined]
        self.assertEqual(codes, [Code.BUSY] * at_once + [Code.RATE_LIMITED])
        sent, number = 0, 0
        while sent < LIMITS.native_hashes_bytes:
            number += 1
            far.hear(say.Request(number, 0, 64), 1)
            while (bulk := far.session.pull(0.0)) is not None:
                far.session.sent(bulk, 0.0)
                sent += bulk.stop - bulk.start
        far.take()
        far.hear(say.HashRequest(2, 0, 64, 0), 1)
        self.assertEqual(len(far.take()), 1)
        far.hear(say.HashRequest(2, 0, 64, 0), 1)
        self.assertEqual(far.take(), [])

    def test_pages_that_were_earned(self) -> None:
        """They do not add up beyond what may come at once."""
        far = serving()
        far.session._pages.earn(1 << 40, 0.0)
        for _ in range(41):
            far.hear(say.HashRequest(2, 0, 64, 0), 1)
            for event in far.take():
                if isinstance(event, told.HashesWanted):
                    far.session.send_hashes(1, event.ticket, bytes(2048))
        self.assertEqual(far.said()[-1], say.HashReject(2, 0, 64, 0, Code.RATE_LIMITED))

    def test_pages_that_are_not_answered(self) -> None:
        """64 wait at most, whatever they earned."""
        far = serving(limits=replace(LIMITS, native_pages=3))
        for _ in range(4):
            far.hear(say.HashRequest(2, 0, 64, 0), 1)
        self.assertEqual(far.said(), [say.HashReject(2, 0, 64, 0, Code.BUSY)])

    def test_queued_answers(self) -> None:
        """Above 256 KiB of them new requests are refused; at that they are not."""
        for queued, refused in ((262_144, False), (262_145, True)):
            far = serving()
            far.line.more_queued = queued
            far.hear(say.Request(1, 0, 1), 1)
            far.hear(say.HashRequest(2, 0, 64, 0), 1)
            far.hear(say.MetaGet(b"index", 0), 1)
            said = far.said()
            self.assertEqual(say.Reject(1, 0, 1, Code.BUSY) in said, refused)
            self.assertEqual(say.HashReject(2, 0, 64, 0, Code.BUSY) in said, refused)

    def test_small_talk(self) -> None:
        """What is said beyond the rate is not listened to; a flood of it is the end."""
        far = serving()

        def talk() -> None:
            for _ in range(40_000):
                far.hear(say.Want(1, 1, 1), 1)
                far.take()

        self.assertEqual(self.assertRaises(PeerError, talk).code, Code.RATE_LIMITED)

    def test_haves(self) -> None:
        """100 at once, then 50 a second; more are ignored, which loses nobody anything."""
        pair = Pair()
        number = pair.open(key_of(400))
        at_once = int(LIMITS.native_haves * LIMITS.native_burst_s)
        for unit in range(2 * at_once):
            pair.near.hear(say.Have(say.HaveMode.REMOVE, ((unit, 1),)), number)
        left = pair.near.session.units(number)
        self.assertIn(left.first_present(0), range(at_once - 2, at_once + 1))

    def test_channels(self) -> None:
        """40 at once, then 20 a second; more are turned away."""
        far, at_once = End(False), int(LIMITS.native_opens * LIMITS.native_burst_s)
        for number in range(1, 2 * at_once + 3, 2):
            far.hear(say.Open(key_of(number)), number)
        self.assertEqual(far.said(), [say.Close(Code.RATE_LIMITED)])
        self.assertEqual(len(far.take()), at_once)

    def test_open_at_the_same_time(self) -> None:
        """So many channels, and one more is turned away; twice as many that are not closed are the end."""
        far = End(False, limits=replace(LIMITS, native_channels=2))
        for number in (1, 3):
            far.hear(say.Open(key_of(number)), number)
            far.session.serve(number, told.ChannelOffer(Bytes(), Ranges()), 0.0)
        far.line.frames.clear()
        for number in (5, 7):
            far.hear(say.Open(key_of(number)), number)
        self.assertEqual(far.said(), [say.Close(Code.BUSY)] * 2)
        fault = self.assertRaises(PeerError, far.hear, say.Open(key_of(9)), 9)
        self.assertEqual(fault.code, Code.BUSY)

    def test_memory_of_what_was_cancelled(self) -> None:
        """Asking and taking it back behind something urgent leaves nothing behind."""
        far = serving()
        far.hear(say.Request(1, 0, 1, 0), 1)
        for number in range(2, 5000):
            far.hear(say.Request(number, 1, 1), 1, number / 500)
            far.hear(say.Cancel(number), 1, number / 500)
            far.line.frames.clear()
        self.assertLess(len(far.session._giving._queue._heap), 1100)

    def test_F35_units_that_do_not_exist(self) -> None:
        """Nobody has more units than there are."""
        pair = Pair()
        number = pair.open(key_of(4))
        fault = self.assertRaises(PeerError, pair.near.hear, say.Have(say.HaveMode.ADD, ((4, 1),)), number)
        self.assertEqual(fault.code, Code.BAD_MESSAGE)


class MetaTests(SynchronousTestCase):
    """What belongs to a stream."""

    def test_pieces(self) -> None:
        """Each of 16 KiB at most; nothing of another name, and nothing past the end."""
        pair = Pair()
        key = key_of(4)
        number = pair.near.session.open(key)
        pair.move()
        offer = told.ChannelOffer(Bytes(), Ranges(), say.Opened(), {b"index": bytes(20_000)})
        pair.far.session.serve(number, offer, 0.0)
        pair.move()
        pair.near.take()
        for name, piece in ((b"index", 0), (b"index", 1), (b"index", 2), (b"cover", 0)):
            pair.near.session.ask_meta(number, name, piece)
            pair.move()
        came = [event.meta for event in pair.near.take() if isinstance(event, told.MetaCame)]
        self.assertEqual(
            [(meta.pieces, len(meta.content)) for meta in came], [(2, 16_384), (2, 3616), (0, 0), (0, 0)]
        )

    def test_no_more_than_so_many(self) -> None:
        """Of what is too long only the first 256 pieces are given out."""
        far = End(False)
        far.hear(say.Open(key_of(4)), 1)
        much = {b"cover": bytes(LIMITS.native_meta_bytes + 1)}
        far.session.serve(1, told.ChannelOffer(Bytes(), Ranges(), say.Opened(), much), 0.0)
        far.line.frames.clear()
        far.hear(say.MetaGet(b"cover", 255), 1)
        far.hear(say.MetaGet(b"cover", 256), 1)
        self.assertEqual([message.pieces for message in far.said()], [256, 0])  # type: ignore[attr-defined]

    def test_interest(self) -> None:
        """The shell is told how badly units are wanted."""
        far = serving()
        far.take()
        far.hear(say.Want(1, 4000, 7), 1)
        self.assertEqual(far.take(), [told.Interested(1, say.Want(1, 4000, 7))])


#: One of each message, well formed.
EVERYTHING: tuple[say.Message, ...] = (
    say.Open(key_of(5)),
    say.Opened(),
    say.Close(0),
    say.MetaGet(b"index", 0),
    say.Meta(b"index", 0, 0, b""),
    say.Have(say.HaveMode.ALL),
    say.Want(1, 1, 1),
    say.Credit(1),
    say.Request(1, 0, 1),
    say.Cancel(1),
    say.Reject(1, 0, 1, 8),
    say.HashRequest(2, 0, 1, 0),
    say.Hashes((2, 0, 1, 0), bytes(32)),
    say.HashReject(2, 0, 1, 0, 8),
    say.Introduce((b"a ticket",)),
)


class CompletenessTests(SynchronousTestCase):
    """The tables above leave nothing out."""

    def test_every_message(self) -> None:
        """A new one must be put there."""
        self.assertEqual({message.type for message in EVERYTHING}, set(say.TABLE))
        self.assertEqual(
            End(False).session.received(Frame(say.Open.type, 1, say.Open(key_of(1)).pack()), 0.0),
            [told.Wanted(1, key_of(1), True, False)],
        )
