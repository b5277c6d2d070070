"""What one central is told, on the stepped clock."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.listed import Lease
from p2pstream.errors import Refused
from p2pstream.limits import LIMITS
from p2pstream.peer.centrals.announcement import Announcement, Named
from p2pstream.testing.clock import HeapClock
from tests import strategies  # noqa: F401  (loads the profile)
from tests.peer.central_lines import SEEN, FakeLine, SparingLine, Wishes, key


class Listening:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.leases: list[Lease] = []
        self.refusals: list[int] = []
        self.names: list[str] = []
        self.listings = 0

    def leased(self, lease: Lease) -> None:
        """See `Listener`."""
        self.leases.append(lease)

    def listed(self) -> None:
        """See `Listener`."""
        self.listings += 1

    def refused(self, reason: Refused) -> None:
        """See `Listener`."""
        self.refusals.append(reason.code)

    def name_refused(self, name: str, reason: Refused) -> None:
        """See `Listener`."""
        self.names.append(name)


class AnnouncementTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        """A central that is not connected yet."""
        self.limits = replace(LIMITS, announce_keys=4, announce_names=2)
        self.clock = HeapClock(1000.0)
        self.line = FakeLine()
        self.wishes = Wishes()
        self.listening = Listening()
        self.announcement = Announcement(self.clock, self.line, self.wishes, self.listening, self.limits)
        self.addCleanup(self.announcement.lost)

    def connect(self) -> None:
        """The connection is there."""
        self.line.up = True
        self.announcement.connected()
        self.clock.advance()

    def lose(self) -> None:
        """It is gone."""
        self.line.up = False
        self.announcement.lost()

    def want(self, *numbers: int) -> None:
        """These keys, and no others."""
        self.wishes.wanted = list(map(key, numbers))
        self.announcement.changed()
        self.clock.advance()


class ClaimTests(AnnouncementTestCase):
    def test_exact_moment(self) -> None:
        """However the moment is rounded at which a claim is due, it is not looked for in vain."""
        for number in range(200):
            self.setUp()
            self.clock.advance(number * 0.0371)
            self.connect()
            self.want(1)
            self.assertEqual((self.line.take(), self.listening.listings), ([("announce", 1)], 2), number)
            self.clock.advance(61.0)
            self.assertEqual((self.line.take(), self.listening.listings), ([("announce", 1)], 3), number)
            self.announcement.lost()

    def test_at_once(self) -> None:
        """All is claimed as soon as there is a connection, in messages of a bounded size."""
        self.wishes.wanted = list(map(key, range(1, 10)))
        self.connect()
        self.assertEqual(self.line.take(), [("announce", 4), ("announce", 4), ("announce", 1)])
        self.assertEqual((len(self.listening.leases), self.listening.listings), (3, 1))

    def test_nothing_to_claim(self) -> None:
        """Who has nothing says nothing, and is listed all the same."""
        self.connect()
        self.assertEqual((self.line.take(), self.listening.listings), ([], 1))

    def test_changes(self) -> None:
        """Only what is new is claimed, and what went is taken back, at once."""
        self.wishes.wanted = [key(1), key(2)]
        self.connect()
        self.line.take()
        self.want(2, 3)
        self.assertEqual(self.line.take(), [("withdraw", 1), ("announce", 1)])
        self.assertEqual(self.line.keys, {key(2), key(3)})

    def test_renewed(self) -> None:
        """Claims are made again when the central wants it, each in its own time, and nothing in between."""
        self.wishes.wanted = [key(1)]
        self.connect()
        self.clock.advance(30)
        self.want(1, 2)
        self.line.take()
        self.clock.advance(29.9)
        self.assertEqual(self.line.take(), [])
        self.clock.advance(0.2)
        self.assertEqual(self.line.take(), [("announce", 1)])
        self.clock.advance(30)
        self.assertEqual(self.line.take(), [("announce", 1)])

    def test_bounds_of_the_interval(self) -> None:
        """A central can neither have us talk without pause nor keep us silent for good."""
        for wished, kept in (
            (-5.0, LIMITS.announce_s), (0.0, LIMITS.announce_s), (float("inf"), LIMITS.announce_most_s),
            (LIMITS.announce_s, LIMITS.announce_s), (LIMITS.announce_most_s, LIMITS.announce_most_s),
        ):  # fmt: skip
            self.line.lease = Lease(wished, SEEN, True)
            self.lose()
            self.want(1)
            self.connect()
            self.line.take()
            self.clock.advance(kept - 0.01)
            self.assertEqual(self.line.take(), [], wished)
            self.clock.advance(0.02)
            self.assertEqual(self.line.take(), [("announce", 1)], wished)

    def test_parts(self) -> None:
        """What is here in part is claimed so; a part that grew is told in its time, a whole at once."""
        self.wishes.wanted = [key(1), key(2)]
        self.wishes.parts = {key(1): 10}
        self.connect()
        self.assertEqual(self.line.have, {key(1): 10, key(2): 255})
        self.line.take()
        self.wishes.parts = {key(1): 20}
        self.want(1, 2)
        self.assertEqual(self.line.take(), [])
        self.clock.advance(60.1)
        self.assertEqual((self.line.take(), self.line.have[key(1)]), ([("announce", 1)] * 2, 20))
        for have in (255, 254):
            self.wishes.parts = {key(1): have}
            self.want(1, 2)
            self.assertEqual((self.line.take(), self.line.have[key(1)]), ([("announce", 1)], have))

    def test_again_after_a_loss(self) -> None:
        """A new connection may lead to a central that knows nothing: all is claimed again."""
        self.wishes.wanted = [key(1)]
        self.connect()
        self.lose()
        self.clock.advance(100)
        self.want(1, 2)
        self.line.take()
        self.connect()
        self.assertEqual(self.line.take(), [("announce", 2)])

    def test_F14_frozen(self) -> None:
        """Who slept for long claims all again at once, and only once."""
        # A clock that jumps, as time does for a process that is stopped, or a machine that sleeps.
        self.clock = Clock()
        self.announcement = Announcement(self.clock, self.line, self.wishes, self.listening, self.limits)
        self.addCleanup(self.announcement.lost)
        self.wishes.wanted = [key(1)]
        self.line.up = True
        self.announcement.connected()
        self.assertEqual(self.line.take(), [("announce", 1)])
        self.clock.advance(300)
        self.clock.advance(1)
        self.assertEqual(self.line.take(), [("announce", 1)])

    def test_too_much(self) -> None:
        """A central that has too much to do is left alone for a moment, then told the rest."""
        self.wishes.wanted = list(map(key, range(1, 10)))
        self.line.refusals = [Code.RATE_LIMITED]
        self.connect()
        self.assertEqual(self.line.take(), [])
        self.clock.advance(LIMITS.announce_retry_s)
        self.assertEqual(self.line.keys, set(map(key, range(1, 10))))

    def test_not_wanted(self) -> None:
        """A central that takes no claims is told of, and asked again at its leisure."""
        self.line.refusals = [Code.NOT_AUTHORISED] * 2
        self.wishes.wanted = [key(1)]
        self.connect()
        self.clock.advance(2 * LIMITS.announce_s)
        self.assertEqual(self.listening.refusals, [Code.NOT_AUTHORISED] * 2)
        self.assertEqual(self.line.keys, {key(1)})


class NameTests(AnnouncementTestCase):
    def name(self, *names: str, seq: int = 1) -> None:
        """Have these listed."""
        self.wishes.records = [Named(name, seq, f"{name}{seq}".encode()) for name in names]
        self.announcement.changed()
        self.clock.advance()

    def test_published(self) -> None:
        """Each record once, few at a time; claims made meanwhile are not kept waiting."""
        self.connect()
        self.line.take()
        self.name("a", "b", "c", "d", "e")
        self.clock.advance(1)
        self.assertEqual(self.line.take(), [("publish", 1)] * 5)
        self.assertEqual(self.line.records, [b"a1", b"b1", b"c1", b"d1", b"e1"])
        self.name("a", "b", seq=1)
        self.assertEqual(self.line.take(), [])
        self.name("a", "b", seq=2)
        self.assertEqual(self.line.records[5:], [b"a2", b"b2"])

    def test_refused(self) -> None:
        """A name that a central refuses is told once, and stands in the way of no other."""
        self.line.refusals = []
        self.connect()
        self.line.refusals = [Code.NOT_AUTHORISED]
        self.name("a", "b")
        self.assertEqual((self.listening.names, self.line.records), (["a"], [b"b1"]))
        self.clock.advance(200)
        self.assertEqual(self.listening.names, ["a"])

    def test_refused_for_a_while(self) -> None:
        """A central whose clock was wrong is asked again within the hour, and no sooner; why is told once."""
        self.connect()
        self.line.refusals = [Code.NOT_AUTHORISED] * 2
        self.name("a")
        self.clock.advance(LIMITS.announce_most_s - 61.0)
        self.assertEqual(len(self.line.refusals), 1)
        self.clock.advance(122.0)
        self.assertEqual((self.line.refusals, self.line.records), ([], []))
        self.clock.advance(LIMITS.announce_most_s + 61.0)
        self.assertEqual((self.line.records, self.listening.names), ([b"a1"], ["a"]))

    def test_F05_not_kept(self) -> None:
        """One name is tried every five seconds, and the others as soon as that is kept; why is told once."""
        self.connect()
        self.line.refusals = [Code.NOT_KEPT] * 4
        self.name(*"abcde")
        self.assertEqual((len(self.line.refusals), self.listening.names), (2, ["a", "b"]))
        for left in (1, 0):
            self.clock.advance(LIMITS.announce_room_s - 0.01)
            self.assertEqual(len(self.line.refusals), left + 1)
            self.clock.advance(0.01)
            self.assertEqual(len(self.line.refusals), left)
        self.clock.advance(LIMITS.announce_room_s - 0.01)
        self.assertEqual(self.line.records, [])
        self.clock.advance(0.02)
        self.assertEqual(self.line.records, [b"a1", b"b1", b"c1", b"d1", b"e1"])
        self.assertEqual(self.listening.names, ["a", "b"])

    def test_too_many(self) -> None:
        """A central that is told too much is told the rest later."""
        self.connect()
        self.line.refusals = [Code.RATE_LIMITED, Code.BUSY]
        self.name("a")
        self.clock.advance(2 * LIMITS.announce_retry_s)
        self.assertEqual((self.line.records, self.listening.names), ([b"a1"], []))


class SparingTests(AnnouncementTestCase):
    """A central that lets a peer ask as often as one of ours does, and ends the link of a flood."""

    def setUp(self) -> None:
        """One that takes twenty names at once, and then one a second."""
        super().setUp()
        self.limits = replace(LIMITS, central_publishes_burst=20)
        self.line: SparingLine = SparingLine(self.clock, self.limits)
        self.announcement = Announcement(self.clock, self.line, self.wishes, self.listening, self.limits)
        self.addCleanup(self.announcement.lost)

    def test_many_names(self) -> None:
        """More names than it takes at once are published as they are taken, and never as a flood."""
        self.wishes.records = [Named(f"n{number}", 1, f"n{number}".encode()) for number in range(900)]
        self.connect()
        self.clock.advance(900.0)
        came = self.line.records
        self.assertEqual((self.line.floods, len(came), len(set(came))), (0, 900, 900))

    def test_news_all_the_time(self) -> None:
        """A thousand small files that are hashed one by one are claimed in batches, and never as a flood."""
        self.connect()
        for number in range(1, 1001):
            self.wishes.wanted.append(key(number))
            self.announcement.changed()
            self.clock.advance(0.005)
        self.clock.advance(10.0)
        self.assertEqual((self.line.floods, self.line.keys), (0, set(self.wishes.wanted)))


class EndTests(AnnouncementTestCase):
    def test_goodbye(self) -> None:
        """All claims are taken back, and no timer is left."""
        self.wishes.wanted = list(map(key, range(1, 6)))
        self.connect()
        self.line.take()
        self.goodbye()
        self.assertEqual(self.line.take(), [("withdraw", 4), ("withdraw", 1)])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def goodbye(self) -> None:
        """Say it; it has been said."""
        self.successResultOf(Deferred.fromCoroutine(self.announcement.say_goodbye()))

    def test_goodbye_to_nobody(self) -> None:
        """Without a connection there is nobody to say it to."""
        self.wishes.wanted = [key(1)]
        self.connect()
        self.lose()
        self.goodbye()
        self.assertEqual(self.line.keys, {key(1)})

    def test_lost_midway(self) -> None:
        """An answer that will never come is given up with the connection."""
        self.line.hangs = True
        self.want(1)
        self.connect()
        self.lose()
        self.assertEqual(self.line.given_up, 1)
        self.assertEqual(self.clock.getDelayedCalls(), [])


class ModelTests(SynchronousTestCase):
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["want", "want", "lose", "connect", "busy", "wait"]),
                st.frozensets(st.integers(1, 6)),
            )
        )
    )
    def test_in_the_end_it_knows(self, steps: list[tuple[str, frozenset[int]]]) -> None:
        """Whatever happened: a little later a connected central knows what is, and nothing else."""
        case = AnnouncementTestCase()
        case.setUp()
        for step, numbers in steps:
            if step == "want":
                case.want(*numbers)
            elif step == "lose":
                case.lose()
                case.line.keys.clear()
            elif step == "connect" and not case.line.up:
                case.connect()
            elif step == "busy":
                case.line.refusals += [Code.BUSY] * len(numbers)
            else:
                case.clock.advance(len(numbers))
        if case.line.up:
            case.clock.advance(sum(map(len, (numbers for _, numbers in steps))) + 2)
            self.assertEqual(case.line.keys, set(case.wishes.wanted))
        case.announcement.lost()
        self.assertEqual(case.clock.getDelayedCalls(), [])
