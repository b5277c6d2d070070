"""How much may be outstanding."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.ranges import Ranges
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.native import events as told
from p2pstream.protocols.native import messages as say
from tests.protocols.native.pair import Bytes, End, Pair, key_of

KEY = key_of(400)


def serving(**options: object) -> End:
    """An acceptor that serves one channel, number 1, with all units."""
    far = End(False, **options)  # type: ignore[arg-type]
    far.hear(say.Open(KEY), 1)
    far.session.serve(1, told.ChannelOffer(Bytes(), Ranges([(0, 400)])), 0.0)
    far.line.said()
    far.line.frames.clear()
    return far


class CreditTests(SynchronousTestCase):
    """The end that is asked."""

    def test_four_units_before_the_first(self) -> None:
        """Four may be asked for before anything is known; a fifth is refused."""
        far = End(False)
        far.hear(say.Open(KEY), 1)
        far.hear(say.Request(1, 0, 4), 1)
        far.hear(say.Request(2, 4, 1), 1)
        self.assertEqual(far.said(), [say.Reject(2, 4, 1, Code.OVER_CREDIT)])

    def test_at_the_bound_and_one_past_it(self) -> None:
        """256 units on the only channel, and not one more; an answer makes room."""
        far = serving()
        far.hear(say.Request(1, 0, 256), 1)
        far.hear(say.Request(2, 256, 1), 1)
        self.assertEqual(far.said(), [say.Reject(2, 256, 1, Code.OVER_CREDIT)])
        self.assertIsNotNone(far.session.pull(0.0))
        far.hear(say.Request(3, 256, 1), 1)
        self.assertEqual(far.said(), [])

    def test_who_was_dialled(self) -> None:
        """It may have as much outstanding with whoever dialled it, and offends as others do."""
        near = End(True)
        number = near.session.open(KEY)
        near.hear(say.Opened(), number)
        near.session.serve(number, told.ChannelOffer(Bytes(), Ranges([(0, 400)])), 0.0)
        near.line.said()
        near.hear(say.Request(1, 0, 256), number)
        for _ in range(LIMITS.native_over_credits - 1):
            near.hear(say.Request(2, 256, 1), number)
        fault = self.assertRaises(PeerError, near.hear, say.Request(2, 256, 1), number)
        self.assertEqual(fault.code, Code.OVER_CREDIT)

    def test_too_often_too_much(self) -> None:
        """The third request beyond the credit within ten seconds breaks the protocol."""
        far = serving()
        far.hear(say.Request(1, 0, 256), 1)
        counted_s, most = LIMITS.native_over_credit_s, LIMITS.native_over_credits
        for number in range(2 * most - 2):
            far.hear(say.Request(2, 256, 1), 1, number * counted_s / (most - 1))
        last = (2 * most - 3) * counted_s / (most - 1)
        fault = self.assertRaises(PeerError, far.hear, say.Request(2, 256, 1), 1, last + 1.0)
        self.assertEqual(fault.code, Code.OVER_CREDIT)

    def test_lowered(self) -> None:
        """Until the other end has read of it, too much is refused and no offence; then it is one."""
        far = serving()
        far.session.grant(1, 10)
        credit, ping = far.line.frames
        self.assertFalse(callable(credit))
        for rid in range(1, 9):
            far.hear(say.Request(rid, 0, 11), 1)
        far.line.frames.clear()
        assert callable(ping)
        ping()
        for _ in range(2):
            far.hear(say.Request(1, 0, 11), 1)
        self.assertRaises(PeerError, far.hear, say.Request(1, 0, 11), 1)

    def test_lowered_twice(self) -> None:
        """Only when it knows the last word is more an offence."""
        far = serving()
        far.session.grant(1, 100)
        far.session.grant(1, 10)
        pings = [frame for frame in far.line.frames if callable(frame)]
        pings[0]()
        for _ in range(5):
            far.hear(say.Request(1, 0, 11), 1)
        pings[1]()
        for _ in range(2):
            far.hear(say.Request(1, 0, 11), 1)
        self.assertRaises(PeerError, far.hear, say.Request(1, 0, 11), 1)

    def test_what_was_accepted_stays(self) -> None:
        """A lower credit takes nothing back; none at all refuses what waits."""
        far = serving()
        far.hear(say.Request(1, 0, 100), 1)
        far.session.grant(1, 10)
        self.assertEqual([message for message in far.said() if isinstance(message, say.Reject)], [])
        self.assertIsNotNone(far.session.pull(0.0))
        far.session.grant(1, 0, Code.BUSY, 30)
        self.assertEqual(far.said(), [say.Credit(0, Code.BUSY, 30), say.Reject(1, 1, 99, Code.BUSY)])
        self.assertIsNone(far.session.pull(0.0))

    def test_the_sum_over_channels(self) -> None:
        """Channels share it equally, and never have more together than HELLO says."""
        pair = Pair()
        numbers = []
        for units in range(1, 9):
            numbers.append(pair.open(key_of(units)))
            granted = [pair.near.session._channels.get(number).asking.credit for number in numbers]  # type: ignore[union-attr]
            self.assertEqual(granted, [256 // units] * units)
        pair.near.session.close(numbers[0])
        pair.move()
        granted = [pair.near.session._channels.get(number).asking.credit for number in numbers[1:]]  # type: ignore[union-attr]
        self.assertEqual(granted, [256 // 7] * 7)
        self.assertRaises(ValueError, pair.far.session.grant, numbers[1], 256 - 6 * 36 + 1)
        pair.far.session.grant(numbers[1], 256 - 6 * 36)

    def test_none_stays_none(self) -> None:
        """A channel that was granted nothing gets nothing when others end."""
        pair = Pair()
        first, second = pair.open(key_of(1)), pair.open(key_of(2))
        pair.far.session.grant(first, 0)
        pair.near.session.close(second)
        pair.move()
        self.assertEqual(pair.near.session.room(first), 0)


class AskerTests(SynchronousTestCase):
    """The end that asks."""

    def test_the_other_ends_hello(self) -> None:
        """Over all channels never more is asked for than the other end's HELLO allows."""
        pair = Pair(most_units=10)
        one, two = pair.open(key_of(50)), pair.open(key_of(60))
        pair.near.session.ask(one, 0, 7)
        self.assertEqual((pair.near.session.room(one), pair.near.session.room(two)), (3, 3))
        self.assertRaises(ValueError, pair.near.session.ask, two, 0, 4)
        pair.near.session.ask(two, 0, 3)
        self.assertEqual((pair.near.session.room(one), pair.near.session.room(two)), (0, 0))

    def test_a_lower_credit_than_what_is_out(self) -> None:
        """There is no room then, and never less than none."""
        pair = Pair()
        number = pair.open(key_of(50))
        pair.near.session.ask(number, 0, 20)
        pair.near.hear(say.Credit(5), number)
        self.assertEqual(pair.near.session.room(number), 0)

    def test_limits_are_handed_in(self) -> None:
        """Every bound comes from the table."""
        pair = Pair(limits=replace(LIMITS, native_first_units=2, native_units=8))
        number = pair.near.session.open(KEY)
        self.assertEqual(pair.near.session.room(number), 2)
