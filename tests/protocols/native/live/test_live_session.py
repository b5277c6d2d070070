"""Two sessions about broadcasts, joined without a link."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.codes import Code
from p2pstream.content.keys import LiveKey
from p2pstream.content.signed.heads import leaf_number
from p2pstream.content.signing import Identity
from p2pstream.content.units import LEAF
from p2pstream.data.memory import BufferData
from p2pstream.errors import PeerError, SessionError
from p2pstream.limits import LIMITS
from p2pstream.protocols.link.family import Frame
from p2pstream.protocols.native.live import messages as say
from p2pstream.protocols.native.live.events import LeafCame, LiveSaid, TunedIn, TunedOut, Tuning
from p2pstream.protocols.native.live.leaf_queue import LeafQueue
from p2pstream.protocols.native.live.session import LiveSession

KEY = LiveKey(Identity(b"c" * 32).id)
OTHER = LiveKey(Identity(b"o" * 32).id)
NUMBER = leaf_number(1, 5)


class KeptLine:
    """A `link.family.Line` that keeps what is sent."""

    def __init__(self, dialled: bool) -> None:
        self.dialled = dialled
        self.opposite = None
        self.frames: deque[Frame] = deque()
        self.queued = 0

    def send(self, frame: Frame) -> None:
        """Keep it."""
        assert len(frame.body) <= say.CEILINGS[frame.type]
        self.frames.append(frame)

    def wake(self) -> None:
        """Whoever drives it looks anyway."""

    def ping(self, answered: Any) -> None:
        """Nobody does."""

    def close(self, code: int, why: str) -> None:
        """Nobody does."""


class Both:
    """A dialler, an acceptor, and all that they were told."""

    def __init__(self, limits: Any = LIMITS) -> None:
        self.now = 100.0
        self.lines = [KeptLine(True), KeptLine(False)]
        self.leaves: dict[int, bytes] = {}
        self.ends = [LiveSession(self.fetch, limits) for _ in range(2)]
        self.told: list[list[Any]] = [[], []]
        for end, line in zip(self.ends, self.lines, strict=True):
            end.attach(line, self.now)

    def fetch(self, key: LiveKey, number: int) -> BufferData | None:
        """What both have."""
        return BufferData(self.leaves[number]) if number in self.leaves else None

    def run(self) -> None:
        """Everything that waits reaches the other end."""
        busy = True
        while busy:
            busy = False
            for at, end in enumerate(self.ends):
                while self.lines[at].frames:
                    busy = True
                    self.told[1 - at] += self.ends[1 - at].received(self.lines[at].frames.popleft(), self.now)
                bulk = end.pull(self.now)
                if bulk is not None:
                    busy = True
                    self.bring(1 - at, bulk.channel, bulk.head, bulk.data.at_hand(0, bulk.stop))
                busy = busy or bool(self.lines[at].frames)

    def bring(self, at: int, channel: int, head: bytes, content: bytes) -> None:
        """A leaf arrives."""
        end = self.ends[at]
        room = end.begin(say.LEAF_TYPE, channel, head, len(content), self.now)
        if room is not None:
            room[:] = content
            self.told[at] += end.filled(self.now)

    def opened(self) -> int:
        """A channel that is open at both ends."""
        channel = self.ends[0].tune_in(KEY, 5000, 0, self.now)
        self.run()
        self.ends[1].accept(channel, 7000, NUMBER)
        self.run()
        self.told = [[], []]
        return channel


class OpeningTests(SynchronousTestCase):
    """Channels."""

    def test_both_know(self) -> None:
        """What each can give, and the oldest leaf."""
        both = Both()
        channel = both.ends[0].tune_in(KEY, 5000, 0, both.now)
        self.assertTrue(both.ends[0].awaiting)
        both.run()
        self.assertEqual(both.told[1], [Tuning(1, KEY, 5000, 0)])
        both.ends[1].accept(channel, 7000, NUMBER)
        both.run()
        self.assertEqual(both.told[0], [TunedIn(1, 7000, NUMBER)])
        self.assertFalse(both.ends[0].awaiting)

    def test_refused_and_again(self) -> None:
        """Its number is free when both know that it ended."""
        both = Both()
        for _ in range(3):
            channel = both.ends[0].tune_in(KEY, 0, 0, both.now)
            both.run()
            both.ends[1].leave(channel, Code.UNKNOWN_KEY)
            both.run()
            self.assertEqual(both.told[0].pop(), TunedOut(1, Code.UNKNOWN_KEY))

    def test_opened_by_both_at_once(self) -> None:
        """The dialler's stays."""
        both = Both()
        both.ends[0].tune_in(KEY, 0, 0, both.now)
        both.ends[1].tune_in(KEY, 0, 0, both.now)
        both.run()
        self.assertIn(Tuning(1, KEY, 0, 0), both.told[1])
        self.assertIn(TunedOut(2, Code.DUPLICATE_CONN), both.told[1])
        both.ends[1].accept(1, 0, 0)
        both.run()
        self.assertEqual(both.told[0], [TunedIn(1, 0, 0)])

    def test_as_many_as_there_may_be(self) -> None:
        """And one more is refused, at either end."""
        both = Both(replace(LIMITS, live_channels=2))
        keys = [LiveKey(Identity(bytes([seed]) * 32).id) for seed in (1, 2, 3)]
        for key in keys[:2]:
            both.ends[0].tune_in(key, 0, 0, both.now)
        self.assertRaises(SessionError, both.ends[0].tune_in, keys[2], 0, 0, both.now)
        both.run()
        frame = Frame(0x44, 5, say.TuneIn(keys[2]).pack())
        both.ends[1].received(frame, both.now)
        self.assertEqual(both.lines[1].frames[-1].body, bytes([Code.BUSY]))

    def test_one_channel_a_broadcast(self) -> None:
        """A second one of ours is a bug; others are opened beside it."""
        both = Both()
        both.opened()
        self.assertRaises(SessionError, both.ends[0].tune_in, KEY, 0, 0, both.now)
        self.assertEqual(both.ends[1].tune_in(OTHER, 0, 0, both.now), 2)

    def test_the_link_breaks(self) -> None:
        """Every channel is over."""
        both = Both()
        channel = both.opened()
        self.assertEqual(both.ends[0].lost("gone"), [TunedOut(channel, Code.GONE)])

    def test_wrong_numbers(self) -> None:
        """Ours, one that is in use, and none."""
        for number in (0, 2, 1):
            both = Both()
            both.opened()
            frame = Frame(0x44, number, say.TuneIn(OTHER).pack())
            self.assertRaises(PeerError, both.ends[1].received, frame, both.now)


class LeafTests(SynchronousTestCase):
    """What is pushed, asked for, and neither."""

    def setUp(self) -> None:
        """A channel that is open, and a leaf."""
        self.both = Both()
        self.channel = self.both.opened()
        self.both.leaves[NUMBER] = b"leaf" * (LEAF // 4)

    def say(self, end: int, message: Any) -> None:
        """One end says something, and it is heard."""
        self.assertTrue(self.both.ends[end].say(self.channel, message, self.both.now))
        self.both.run()

    def test_asked_for(self) -> None:
        """It comes, once."""
        self.say(0, say.AskLeaf(NUMBER, 800))
        self.assertEqual(self.both.told[1], [LiveSaid(1, say.AskLeaf(NUMBER, 800))])
        self.assertTrue(self.both.ends[0].awaiting)
        self.both.ends[1].serve(self.channel, NUMBER, self.both.now + 0.8, self.both.now)
        self.both.run()
        self.assertEqual(self.both.told[0], [LeafCame(1, NUMBER, self.both.leaves[NUMBER])])
        self.assertFalse(self.both.ends[0].awaiting)

    def test_too_late_or_not_here(self) -> None:
        """It is said so."""
        for number, deadline, code in ((NUMBER, -1.0, Code.TIMEOUT), (NUMBER + 1, 9.0, Code.GONE)):
            self.say(0, say.AskLeaf(number, 800))
            self.both.ends[1].serve(self.channel, number, self.both.now + deadline, self.both.now)
            self.both.run()
            self.assertEqual(self.both.told[0].pop(), LiveSaid(1, say.NoLeaf(number, code)))

    def test_pushed(self) -> None:
        """After a subscription."""
        self.say(0, say.Sub(1 << NUMBER % 16))
        self.say(1, say.Given(1 << NUMBER % 16))
        self.both.ends[1].push(self.channel, NUMBER)
        self.both.run()
        self.assertEqual(self.both.told[0][-1], LeafCame(1, NUMBER, self.both.leaves[NUMBER]))

    def test_pushed_and_not_here(self) -> None:
        """A leaf that was to be pushed and is at hand no more is not refused: nobody asked for it."""
        self.say(0, say.Sub(0xFFFF))
        self.say(1, say.Given(0xFFFF))
        self.both.run()
        told = len(self.both.told[0])
        self.both.ends[1].push(self.channel, NUMBER + 1)
        self.both.run()
        self.assertEqual(self.both.told[0][told:], [])

    def test_nobody_asked(self) -> None:
        """For that leaf, nor its sub-stream; or not for long."""
        head = say.LEAF_HEAD.pack(NUMBER)
        fault = self.assertRaises(PeerError, self.both.bring, 0, 1, head, b"x")
        self.assertEqual(fault.code, Code.UNSOLICITED)
        self.say(0, say.Sub(1 << NUMBER % 16))
        self.say(0, say.Unsub(1 << NUMBER % 16))
        self.both.now += LIMITS.live_settle_s
        self.both.bring(0, 1, head, b"x")
        self.both.now += 0.001
        self.assertRaises(PeerError, self.both.bring, 0, 1, head, b"x")

    def test_lengths(self) -> None:
        """Up to 16 KiB, and at least a byte."""
        self.say(0, say.Sub(0xFFFF))
        head = say.LEAF_HEAD.pack(NUMBER)
        self.both.bring(0, 1, head, b"x" * LEAF)
        self.assertRaises(PeerError, self.both.bring, 0, 1, head, b"")

    def test_cancelled(self) -> None:
        """It is not sent if it was not being sent; and if it was, nobody is to blame."""
        self.say(0, say.AskLeaf(NUMBER, 800))
        self.both.ends[1].serve(self.channel, NUMBER, self.both.now + 0.8, self.both.now)
        self.assertTrue(self.both.ends[0].say(1, say.CancelledLeaf(NUMBER), self.both.now))
        self.both.ends[1].received(self.both.lines[0].frames.popleft(), self.both.now)
        self.assertIsNone(self.both.ends[1].pull(self.both.now))
        self.both.bring(0, 1, say.LEAF_HEAD.pack(NUMBER), b"x")

    def test_pushed_while_it_was_asked_for(self) -> None:
        """The answer that follows, whatever it is, is nobody's fault."""
        mask = 1 << NUMBER % 16
        for answer in (say.NoLeaf(NUMBER, Code.BUSY), say.NoLeaf(NUMBER, Code.GONE)):
            self.say(0, say.Sub(mask))
            self.say(0, say.AskLeaf(NUMBER, 800))
            self.both.bring(0, 1, say.LEAF_HEAD.pack(NUMBER), b"x")
            self.assertFalse(self.both.ends[0].awaiting)
            self.both.ends[0].received(Frame(answer.type, 1, answer.pack()), self.both.now)

    def test_asked_for_while_it_was_pushed(self) -> None:
        """It comes once; asked for again after a while it was lost, and comes again."""
        self.say(0, say.Sub(0xFFFF))
        for elapsed, came in ((0.0, 1), (LIMITS.live_ask_s - 0.001, 1), (LIMITS.live_ask_s + 0.001, 2)):
            self.both.ends[1].push(self.channel, NUMBER)
            self.both.run()
            self.say(0, say.AskLeaf(NUMBER, 800))
            before = len([event for event in self.both.told[0] if isinstance(event, LeafCame)])
            self.both.now += elapsed
            self.both.ends[1].serve(self.channel, NUMBER, self.both.now + 0.8, self.both.now)
            self.both.run()
            after = len([event for event in self.both.told[0] if isinstance(event, LeafCame)])
            self.assertEqual(after - before, came - 1)

    def test_how_many_are_remembered(self) -> None:
        """Of those that left the newest, as many as may wait to be pushed."""
        there = self.both.ends[1]._channels[self.channel]
        for number in range(LIMITS.live_push_leaves + 1):
            there.went(number, 0.0)
        self.assertEqual(list(there.gone), list(range(1, LIMITS.live_push_leaves + 1)))

    def test_after_the_end(self) -> None:
        """What was on its way is dropped."""
        self.say(0, say.Sub(0xFFFF))
        self.both.ends[0].leave(self.channel)
        self.both.bring(0, 1, say.LEAF_HEAD.pack(NUMBER), b"x")
        self.assertEqual([event for event in self.both.told[0] if isinstance(event, LeafCame)], [])

    def test_a_refusal_of_nothing(self) -> None:
        """Breaks the protocol."""
        frame = Frame(0x4A, 1, say.NoLeaf(NUMBER, Code.BUSY).pack())
        self.assertRaises(PeerError, self.both.ends[0].received, frame, self.both.now)

    def test_floods(self) -> None:
        """Slices that nobody asked for are heard so often, and end the link in the end."""
        frame = Frame(0x40, 1, say.SliceSaid(b"", b"").pack())
        heard = sum(len(self.both.ends[1].received(frame, self.both.now)) for _ in range(200))
        self.assertEqual(heard, int(LIMITS.live_slices * LIMITS.native_burst_s))
        with self.assertRaises(PeerError):
            for _ in range(2000):
                self.both.ends[1].received(frame, self.both.now)

    def test_many_ranges(self) -> None:
        """What names many ranges counts for more, since each has to be looked at."""
        ranges = tuple((2 * place, 1) for place in range(LIMITS.live_told_ranges))
        frame = Frame(0x47, 1, say.Leaves(0, ranges).pack())
        heard = sum(len(self.both.ends[1].received(frame, self.both.now)) for _ in range(50))
        cost = 1 + LIMITS.live_told_ranges / 8
        self.assertEqual(heard, int(LIMITS.live_messages * LIMITS.native_burst_s / cost))

    def test_slices_that_were_asked_for(self) -> None:
        """Are heard, however many."""
        self.say(1, say.AskSlices(NUMBER, 300))
        frame = Frame(0x40, 1, say.SliceSaid(b"", b"").pack())
        heard = sum(len(self.both.ends[1].received(frame, self.both.now)) for _ in range(300))
        self.assertEqual(heard, 300)


class QueueTests(SynchronousTestCase):
    """What waits to be sent."""

    def test_order(self) -> None:
        """Pushed leaves first, the newest if many wait; what was asked for by deadline."""
        queue = LeafQueue()
        for number in (1, 2):
            queue.push(number)
        queue.ask(9, 105.0)
        queue.ask(8, 103.0)
        self.assertEqual([queue.next(100.0) for _ in range(4)], [(1, True), (2, True), (8, True), (9, True)])
        for number in (1, 2, 3):
            queue.push(number)
        queue.ask(9, 100.3)
        self.assertEqual([queue.next(100.0) for _ in range(4)], [(9, True), (3, True), (1, True), (2, True)])
        queue.ask(9, 99.0)
        self.assertEqual((queue.next(100.0), queue.next(100.0)), ((9, False), None))

    def test_behind(self) -> None:
        """With so many that wait the oldest goes first, and with one more the newest."""
        for waiting, following in ((2, 1), (3, 3)):
            queue = LeafQueue(replace(LIMITS, live_behind_leaves=2))
            for number in range(1, waiting + 1):
                queue.push(number)
            self.assertEqual(queue.next(0.0), (following, True))

    def test_bound(self) -> None:
        """The oldest is not pushed."""
        queue = LeafQueue(replace(LIMITS, live_push_leaves=3))
        for number in range(4):
            queue.push(number)
        sent = [queue.next(0.0) for _ in range(4)]
        self.assertEqual(sorted(found[0] for found in sent if found), [1, 2, 3])

    @given(st.lists(st.tuples(st.sampled_from("paw"), st.integers(0, 9)), max_size=40))
    def test_each_once(self, script: list[tuple[str, int]]) -> None:
        """Whatever is asked, pushed and withdrawn."""
        queue, waiting = LeafQueue(), set()
        for what, number in script:
            if what == "p":
                queue.push(number)
            elif what == "a":
                queue.ask(number, 5.0)
            else:
                queue.withdraw(number)
            (waiting.discard if what == "w" else waiting.add)(number)
        sent = []
        while (found := queue.next(0.0)) is not None:
            sent.append(found[0])
        self.assertEqual((sorted(sent), bool(queue)), (sorted(waiting), False))


class GarbageTests(SynchronousTestCase):
    """Bodies of strangers."""

    @given(st.sampled_from(sorted(say.TABLE)), st.binary(max_size=200))
    def test_F37_bodies(self, type: int, body: bytes) -> None:
        """Are what they say, written the same again; or a `PeerError`."""
        try:
            self.assertEqual(say.decode(type, body).pack(), body)
        except PeerError as fault:
            self.assertTrue(str(fault).isprintable())

    def test_bounds(self) -> None:
        """At each, and one past it."""
        ranges = tuple((2 * place, 1) for place in range(LIMITS.live_told_ranges + 1))
        say.decode(0x47, say.Leaves(0, ranges[:-1]).pack())
        self.assertRaises(PeerError, say.decode, 0x47, say.Leaves(0, ranges).pack())
        say.decode(0x4C, say.AskSlices(0, LIMITS.live_asked_leaves).pack())
        for wrong in (say.AskSlices(0, LIMITS.live_asked_leaves + 1), say.AskSlices((1 << 32) - 1, 2)):
            self.assertRaises(PeerError, say.decode, 0x4C, wrong.pack())
        for ranges in (((5, 0),), ((5, 2), (6, 1)), (((1 << 32) - 1, 2),)):
            self.assertRaises(PeerError, say.decode, 0x47, say.Leaves(0, ranges).pack())
