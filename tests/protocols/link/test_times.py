"""Links that are silent, that nobody reads, and that end."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.limits import LIMITS
from p2pstream.protocols.link.family import Bulk, Frame
from p2pstream.protocols.link.framing import frame_head
from p2pstream.protocols.link.messages import Error, GoAway, Ping
from p2pstream.protocols.link.session import Stage
from tests.protocols.link.joined import RUN, WORD, Pair


def opened(**options: object) -> Pair:
    """A pair that has greeted."""
    pair = Pair(**options)  # type: ignore[arg-type]
    pair.run()
    return pair


class LivenessTests(SynchronousTestCase):
    """Silence."""

    def test_a5_idle(self) -> None:
        """After 30 s without a byte it is pinged; after 90 s it is dead, and gets no word more."""
        pair = opened()
        pair.wait(LIMITS.link_idle_ping_s - 0.01)
        self.assertEqual(pair.output(0), b"")
        pair.wait(0.02)
        self.assertEqual(pair.output(0)[3], Ping.TYPE)
        pair.wait(LIMITS.link_idle_dead_s - LIMITS.link_idle_ping_s - 0.03)
        self.assertTrue(pair.ends[0].going)
        pair.wait(0.03)
        self.assertEqual(
            (pair.ends[0].stage, pair.ends[0].ended and pair.ends[0].ended.code), (Stage.OVER, 13)
        )
        self.assertEqual((pair.output(0), pair.ends[0].next_deadline()), (b"", None))

    def test_a5_awaiting(self) -> None:
        """While an answer is owed: 2 s and 10 s, from when it began to be owed."""
        pair = opened()
        pair.wait(25)
        pair.families[0].awaiting = True
        pair.families[0].say(b"what is asked")
        pair.output(0)
        pair.wait(1.99)
        self.assertEqual(pair.output(0), b"")
        pair.wait(0.02)
        self.assertEqual(pair.output(0)[3], Ping.TYPE)
        pair.wait(7.97)
        self.assertTrue(pair.ends[0].going)
        pair.wait(0.02)
        self.assertEqual(pair.ends[0].stage, Stage.OVER)

    def test_a5_bytes_count(self) -> None:
        """Every byte is a sign of life, also one of a frame that is not complete."""
        pair = opened()
        pair.families[0].awaiting = True
        pair.output(0)
        pair.give(0, frame_head(RUN, 0, 1000) + b"head")
        for _ in range(100):
            pair.wait(1.9)
            pair.give(0, b"x")
        self.assertEqual(pair.output(0), b"")
        self.assertEqual(pair.ends[0].stage, Stage.OPEN)

    def test_a5_pong_keeps_alive(self) -> None:
        """Two ends that have nothing to say stay linked."""
        pair = opened()
        for _ in range(40):
            pair.wait(7)
            pair.run()
        self.assertEqual([end.stage for end in pair.ends], [Stage.OPEN] * 2)

    def test_hello_and_auth_in_time(self) -> None:
        """HELLO within 5 s, AUTH within 10 s from the start, however bytes trickle."""
        pair = Pair()
        content = pair.output(0)
        for place in range(20):
            pair.give(1, content[place : place + 1])
            pair.wait(0.249)
        self.assertTrue(pair.ends[1].going)
        pair.wait(0.02)
        self.assertEqual(pair.ends[1].stage, Stage.OVER)
        pair = Pair()
        pair.give(1, pair.output(0))
        for _ in range(99):
            pair.wait(0.1)
            pair.give(1, frame_head(0x80, 0, 1) + b"x")
        self.assertTrue(pair.ends[1].going)
        pair.wait(0.11)
        self.assertEqual(
            (pair.ends[1].stage, pair.ends[1].why), (Stage.ENDING, "it did not prove in time who it is")
        )
        self.assertIn(bytes([Error.TYPE]), pair.output(1))

    def test_family_deadlines(self) -> None:
        """A family's tick comes when it wants it."""
        pair = opened()
        pair.families[0].deadline = 3.0
        pair.wait(2.99)
        self.assertEqual(pair.families[0].ticks, 0)
        pair.wait(0.02)
        self.assertEqual((pair.families[0].ticks, pair.events[0][-1]), (1, "tick"))

    def test_a4_ping_of_a_family(self) -> None:
        """A family is told when what it sent before has been read."""
        pair = opened()
        told: list[list[bytes]] = []
        pair.families[0].say(b"before")
        pair.families[0].line.ping(lambda: told.append(list(pair.families[1].words)))
        pair.run()
        self.assertEqual(told, [[b"before"]])

    def test_flood_of_pings(self) -> None:
        """200 pings within 10 s are answered; one more is a flood."""
        pair = opened()
        ping = frame_head(Ping.TYPE, 0, 8) + bytes(8)
        pair.give(1, ping * LIMITS.link_pings)
        self.assertTrue(pair.ends[1].going)
        pair.wait(LIMITS.link_pings_s)
        pair.give(1, ping * LIMITS.link_pings)
        self.assertTrue(pair.ends[1].going)
        pair.give(1, ping)
        self.assertEqual(pair.ends[1].ended and pair.ends[1].ended.code, Code.RATE_LIMITED)


class QueueTests(SynchronousTestCase):
    """What waits to be sent."""

    def test_a6_bound(self) -> None:
        """512 KiB of frames may wait for one who does not read; one byte more, and it is left."""
        limits = replace(LIMITS, link_queue_bytes=1000)
        pair = opened(limits=limits)
        line = pair.families[0].line
        line.send(Frame(WORD, 0, bytes(994)))
        self.assertEqual((line.queued, pair.ends[0].going), (1000, True))
        line.send(Frame(WORD, 0, b""))
        self.assertEqual((pair.ends[0].stage, line.queued, pair.ends[0].why), (
            Stage.OVER, 0, "it does not read what it is sent",
        ))  # fmt: skip
        self.assertEqual(LIMITS.link_queue_bytes, 512 * 1024)

    def test_a6_held_frames_count(self) -> None:
        """Frames that wait for the other end's HELLO count as well."""
        pair = Pair(limits=replace(LIMITS, link_queue_bytes=1000), wary=True)
        pair.families[0].line.send(Frame(WORD, 0, bytes(1000)))
        self.assertEqual(pair.ends[0].stage, Stage.OVER)

    def test_a6_both_busy(self) -> None:
        """Two ends that send without taking turns both get everything: reading waits for nothing."""
        pair = opened()
        for family in pair.families:
            for number in range(50):
                family.bulks.append(Bulk(RUN, 0, b"head", bytes([number]) * 100_000, 0, 100_000))
                family.say(bytes(1000))
        pair.run()
        for family in pair.families:
            self.assertEqual((len(family.runs), len(family.words)), (50, 50))

    def test_control_before_runs(self) -> None:
        """A run is pulled only when no frame waits."""
        pair = opened()
        pair.families[0].bulks.append(Bulk(RUN, 0, b"head", b"x", 0, 1))
        pair.families[0].say(b"word")
        said = pair.output(0)
        self.assertEqual((said[3], said[13]), (WORD, RUN))

    def test_families_take_turns(self) -> None:
        """Nobody's runs wait for all of another's."""
        pair = opened()
        end, load = pair.ends[0], Bulk(RUN, 0, b"head", b"x", 0, 1)
        first, second = type(pair.families[0])(), type(pair.families[0])()
        end._families = [first, second]
        first.bulks.extend([load] * 3)
        second.bulks.extend([load] * 3)
        owners = [pulled.family for pulled in (end.pull(0.0) for _ in range(6)) if pulled]
        self.assertEqual(owners, [first, second] * 3)


class EndTests(SynchronousTestCase):
    """GOAWAY, ERROR, and connections that break."""

    def test_close(self) -> None:
        """What is queued still leaves, then GOAWAY; the other end knows why, and when to come back."""
        pair = opened()
        pair.families[0].say(b"last")
        pair.ends[0].close(Code.SHUTTING_DOWN, "good night", 30)
        pair.families[0].say(b"never")
        pair.ends[0].close(Code.OK, "twice")
        pair.run()
        self.assertEqual(pair.families[1].words, [b"last"])
        ended = pair.ends[1].ended
        assert ended is not None
        self.assertEqual((ended.code, ended.why, ended.theirs, ended.retry_s), (17, "good night", True, 30))
        self.assertEqual([end.stage for end in pair.ends], [Stage.ENDING] * 2)

    def test_words_of_strangers(self) -> None:
        """Their reasons are printable, and bounded."""
        for content in (GoAway(9, 1, "x").pack() + b"\x1b[2J", Error(9, 3, "").pack() + b"\xff\xe2\x80\xae"):
            pair = opened()
            type = GoAway.TYPE if content[1:3] == b"\0\1" else Error.TYPE
            pair.give(0, frame_head(type, 0, len(content)) + content)
            self.assertTrue(pair.ends[0].why.isprintable() and pair.ends[0].why)
            self.assertEqual(pair.output(0), b"")
        self.assertLessEqual(len(Error(1, 0, "é" * 500).pack()), Error.MOST)

    def test_nothing_after_the_end(self) -> None:
        """What stands behind a GOAWAY in the same segment is not taken, nor what follows our own end."""
        goodbye = GoAway(0).pack()
        word = frame_head(WORD, 0, 1) + b"x"
        pair = opened()
        pair.give(1, frame_head(GoAway.TYPE, 0, len(goodbye)) + goodbye + word)
        self.assertEqual((pair.families[1].words, pair.output(1)), ([], b""))
        pair = opened()
        pair.families[1].received = lambda frame, now: pair.ends[1].close(0, "enough") or [frame]  # type: ignore[method-assign,func-returns-value]
        pair.give(1, word * 3)
        self.assertEqual(len(pair.events[1]), 5)

    def test_before_hello(self) -> None:
        """An end that has said nothing yet says nothing at its end either."""
        pair = Pair(wary=True)
        pair.output(0)
        pair.ends[0].close(Code.OK, "never mind")
        self.assertEqual((pair.ends[0].stage, pair.output(0)), (Stage.OVER, b""))

    def test_lost(self) -> None:
        """Families are told once that the connection is gone, and nothing after it."""
        pair = opened()
        self.assertEqual(pair.ends[0].lost("it broke"), ["gone"])
        self.assertEqual((pair.ends[0].lost("twice"), pair.families[0].gone), ([], ["it broke"]))
        self.assertEqual((pair.ends[0].tick(1e9), pair.ends[0].receive(b"x", 1.0)), ([], []))
        pair.families[0].say(b"x")
        self.assertEqual((pair.output(0), pair.ends[0].why), (b"", "it broke"))

    def test_woken(self) -> None:
        """Whoever drives it is told of frames, runs and ends that no call of its own shows."""
        pair = opened()
        told: list[int] = []
        pair.ends[0].woken = lambda: told.append(1)
        line = pair.families[0].line
        for act in (
            lambda: line.send(Frame(WORD, 0, b"")),
            line.wake,
            lambda: line.ping(list),
            lambda: line.close(0, ""),
        ):
            act()
        self.assertEqual(len(told), 4)
