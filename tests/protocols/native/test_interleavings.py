"""Two ends that ask, cancel, grant and evict in any order, over a network of any pace."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401
from p2pstream.content.ranges import Ranges
from p2pstream.protocols.link.family import Bulk
from p2pstream.protocols.native import events as told
from p2pstream.protocols.native.messages import Reject, decode
from tests.protocols.native.pair import Bytes, End, Pair, key_of

UNITS = 24
KEY = key_of(UNITS, 5)

ENDS = st.integers(0, 1)
UNIT_RANGES = st.tuples(st.integers(0, UNITS - 1), st.integers(1, 8))
STEPS = st.one_of(
    st.tuples(st.just("ask"), ENDS, UNIT_RANGES, st.integers(0, 3)),
    st.tuples(st.just("cancel"), ENDS, UNIT_RANGES),
    st.tuples(st.just("grant"), ENDS, st.integers(0, 40)),
    st.tuples(st.just("evict"), ENDS, UNIT_RANGES),
    st.tuples(st.just("hashes"), ENDS),
    st.tuples(st.just("deliver"), ENDS),
    st.tuples(st.just("pull"), ENDS),
    st.tuples(st.just("arrive"), ENDS),
)


class Table:
    """A pair whose network delivers when it is told to, and who asked what."""

    def __init__(self, test: SynchronousTestCase) -> None:
        self.test = test
        self.pair = Pair()
        everything = Ranges([(0, UNITS)])
        self.number = self.pair.open(KEY, everything, told.ChannelOffer(Bytes(), everything))
        self.ends = (self.pair.near, self.pair.far)
        self.units = [everything, everything]
        self.flying: list[Bulk | None] = [None, None]
        self.asked: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
        self.tickets: tuple[list[int], list[int]] = ([], [])
        for end in self.ends:
            end.take()

    def ask(self, end: int, wanted: tuple[int, int], urgency: int) -> None:
        """Ask, if it is allowed; what is not is refused at once."""
        first, count = wanted
        try:
            self.ends[end].session.ask(self.number, first, count, urgency)
        except ValueError:
            return
        self.asked[end].update(range(first, first + count))

    def cancel(self, end: int, wanted: tuple[int, int]) -> None:
        """Give some up."""
        self.ends[end].session.cancel(self.number, *wanted)

    def grant(self, end: int, units: int) -> None:
        """Let the other end have so many."""
        self.ends[end].session.grant(self.number, units)

    def evict(self, end: int, wanted: tuple[int, int]) -> None:
        """Lose some, and get them back the next time."""
        start, stop = wanted[0], min(sum(wanted), UNITS)
        here = self.units[end]
        self.units[end] = here.remove(start, stop) if here.covers(start, stop) else here.add(start, stop)
        self.pair.now += 0.03
        self.ends[end].session.have(self.number, self.units[end], self.pair.now)

    def hashes(self, end: int) -> None:
        """Ask for a page, which the other end answers late."""
        if not self.ends[end].session._channels.get(self.number).asking.pages:  # type: ignore[union-attr]
            self.ends[end].session.ask_hashes(self.number, (2, 0, 32, 0))

    def deliver(self, end: int) -> None:
        """One frame arrives at the other end; a frame that is being sent goes first."""
        self.arrive(end)
        sender, receiver = self.ends[end], self.ends[1 - end]
        if sender.line.frames:
            self.note(sender)
            self.pair.deliver(sender, receiver)

    def note(self, sender: End) -> None:
        """Nothing is refused for lack of credit but while a lower one is on its way."""
        frame = sender.line.frames[0]
        if not callable(frame) and frame.type == Reject.type:
            said = decode(frame.type, frame.body)
            assert isinstance(said, Reject)
            if said.code == 7:
                self.test.assertTrue(sender.lowered)

    def pull(self, end: int) -> None:
        """The kernel takes the next run, when what was queued before is away."""
        while self.ends[end].line.frames:
            self.deliver(end)
        if self.flying[end] is None:
            self.flying[end] = self.ends[end].session.pull(self.pair.now)

    def arrive(self, end: int) -> None:
        """What the kernel took arrives."""
        bulk, self.flying[end] = self.flying[end], None
        if bulk is not None:
            self.pair.send(self.ends[end], self.ends[1 - end], bulk)

    def answer_pages(self) -> None:
        """Pages that were looked for are found."""
        for end in self.ends:
            for event in end.events:
                if isinstance(event, told.HashesWanted):
                    end.session.send_hashes(self.number, event.ticket, bytes(32 * -(-KEY.leaves // 4)))
            end.events = [event for event in end.events if not isinstance(event, told.HashesWanted)]

    def settle(self) -> None:
        """Everything that can move has moved."""
        for _ in range(200):
            self.pair.now += 0.2
            self.answer_pages()
            for end in (0, 1):
                self.arrive(end)
                self.pull(end)
                self.arrive(end)
                self.ends[end].events += self.ends[end].session.tick(self.pair.now)

    def answers(self, end: int) -> Counter[int]:
        """How often each unit was answered."""
        return Counter(
            unit
            for event in self.ends[end].events
            if isinstance(event, told.Arrived | told.UnitsRefused)
            for unit in range(event.first, event.first + event.count)
        )


class InterleavingTests(SynchronousTestCase):
    """Whatever happens in whatever order."""

    @given(st.lists(STEPS, max_size=60))
    @settings(max_examples=100)
    def test_each_unit_is_answered_exactly_once(self, steps: list[tuple[object, ...]]) -> None:
        """As often as it was asked for; nobody breaks the protocol; nothing is left over."""
        table = Table(self)
        for one in table.ends:
            one.lowered = True
        for name, *arguments in steps:
            getattr(table, str(name))(*arguments)
        table.settle()
        for end in (0, 1):
            self.assertEqual(table.answers(end), table.asked[end])
            channel = table.ends[end].session._channels.get(table.number)
            assert channel is not None
            self.assertFalse(channel.asking.waits)
            self.assertEqual((channel.serving.outstanding, channel.serving.entries), (0, {}))
            self.assertIsNone(table.ends[end].session.pull(table.pair.now))

    @given(st.lists(STEPS.filter(lambda step: step[0] not in ("grant",)), max_size=60))
    @settings(max_examples=100)
    def test_credit_is_never_exceeded(self, steps: list[tuple[object, ...]]) -> None:
        """While nobody lowers it, nothing is ever refused for lack of it."""
        table = Table(self)
        for one in table.ends:
            one.lowered = False
        for name, *arguments in steps:
            getattr(table, str(name))(*arguments)
        table.settle()
        for end in (0, 1):
            self.assertEqual(table.answers(end), table.asked[end])

    def test_both_ends_busy(self) -> None:
        """A6: both ask for all they may while both have all they may queued, and neither stops."""
        table = Table(self)
        for _ in range(50):
            for end in (0, 1):
                for first in range(0, UNITS, 4):
                    table.ask(end, (first, 4), 2)
                table.pull(end)
                table.deliver(end)
        table.settle()
        for end in (0, 1):
            self.assertEqual(table.answers(end), table.asked[end])
            self.assertGreater(sum(table.answers(end).values()), UNITS)
