"""The contract of a wire over every kind of transport."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock, deferLater
from twisted.trial.unittest import TestCase

from p2pstream.data.file import READ, FileData
from p2pstream.data.memory import BufferData
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.patterns import PatternData, pattern
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.workers import InlineWorkers
from p2pstream.transport.roads.outbox import Outbox
from p2pstream.transport.roads.spout import Spout
from p2pstream.transport.secure.credentials import made_credentials
from p2pstream.transport.secure.tls import Layer, TLSEndpoint
from tests.transport.held import Held
from tests.transport.joined import MemoryJoined, TCPJoined, allow_bulk
from tests.transport.talking import Lump, TalkWire

MiB = 1 << 20


class WireContract(TestCase):
    """What holds on every road."""

    timeout = 30
    road: type = Spout

    async def pair(self, limits: Any = LIMITS, **options: Any) -> tuple[TalkWire, TalkWire]:
        """Two ends that are joined."""
        near, far = TalkWire(limits, **options), TalkWire(limits, **options)
        await self.join(near, far)  # type: ignore[attr-defined]
        for end in (near, far):
            self.addCleanup(end.when_lost)
            self.addCleanup(end.abort, "the test is over")
        await self.until(lambda: near._road and far._road)
        return near, far

    async def until(self, reached: Any) -> None:
        """Let time pass until that is so."""
        while not reached():
            await deferLater(reactor, 0.002)  # type: ignore[arg-type]

    async def moment(self, clock: Clock, seconds: float = 0.0) -> None:
        """Let the kernel move bytes, while so much time passes on the clock of the ends."""
        clock.advance(seconds)
        await deferLater(reactor, 0.002)  # type: ignore[arg-type]

    async def heard(self, end: TalkWire, count: int) -> None:
        """Wait for so many bytes."""
        await self.until(lambda: len(end.talker.heard) >= count)

    def file(self, length: int) -> Any:
        """The pattern, in a file."""
        self.path = Path(self.mktemp())
        self.path.write_bytes(pattern(0, length))
        data = FileData(self.path, READ, InlineWorkers())
        self.addCleanup(data.close)
        return data

    async def test_road(self) -> None:
        """These tests take the road that they are for."""
        near, far = await self.pair()
        self.assertIsInstance(near._road, self.road)
        self.assertIsInstance(far._road, self.road)

    async def test_order(self) -> None:
        """Frames before loads, loads in order, parts of files and of other data, and empty ones."""
        near, far = await self.pair()
        data, other = self.file(3 * MiB), PatternData(MiB, at_once=False)
        near.talker.load(
            Lump(b"one", data, 1000, 2 * MiB), Lump(b"two", other, 5, MiB), Lump(b"none", data, 7, 7)
        )
        near.talker.load(Lump(b"last", data, 0, 3 * MiB))
        near.talker.say(b"first")
        whole = b"".join((
            b"first", b"one", pattern(1000, 2 * MiB), b"two", pattern(5, MiB), b"none", b"last",
            pattern(0, 3 * MiB),
        ))  # fmt: skip
        await self.until(lambda: len(far.talker.heard) >= len(whole))
        self.assertTrue(bytes(far.talker.heard) == whole)
        self.assertEqual([what for what, _ in near.talker.log], ["pulled", "sent"] * 4)
        self.assertGreaterEqual(near.sent, len(whole))

    async def test_answers(self) -> None:
        """What answers leaves at once or in its turn, in order, whole, and is told once."""
        near, far = await self.pair()
        data, parts = self.file(3 * MiB), [(5, 5), (1, 70_000), (7, 3 * MiB), (0, 100), (9, 10)]
        far.answers.extend(Lump(b"head", data, *part) for part in parts)
        whole = b""
        for part in parts:
            whole += b"head" + pattern(*part)
            near.talker.say(b"?")
            await self.heard(near, len(whole))
        self.assertTrue(bytes(near.talker.heard) == whole)
        self.assertEqual([what for what, _ in far.talker.log], ["pulled", "sent"] * len(parts))
        self.assertGreaterEqual(far.sent, len(whole))

    async def test_room(self) -> None:
        """Bytes are put where the session wants them, whatever comes before and after."""
        near, far = await self.pair()
        far.talker.rooms.extend([MiB, 1, 300_000])
        near.talker.load(Lump(b"", PatternData(2 * MiB), 0, 2 * MiB))
        await self.until(lambda: len(far.talker.heard) == 2 * MiB)
        self.assertTrue(bytes(far.talker.heard) == pattern(0, 2 * MiB))
        self.assertEqual(far.talker.lent > 0, self.road is Outbox)

    async def test_frames_overtake_loads(self) -> None:
        """The next load is pulled only when the last is with the kernel; frames go in between."""
        near, far = await self.pair()
        data = self.file(MiB)
        near.talker.load(*(Lump(b"", data, 0, MiB) for _ in range(100)))
        far.transport.pauseProducing()
        await self.until(lambda: near.sent > 100_000)
        await deferLater(reactor, 0.05)  # type: ignore[arg-type]
        pulled = len(near.talker.log)
        near.talker.say(b"urgent")
        far.transport.resumeProducing()
        await self.until(lambda: len(far.talker.heard) == 100 * MiB + 6)
        place = bytes(far.talker.heard).index(b"urgent")
        self.assertLess(pulled, 150)
        self.assertLessEqual(place, (pulled // 2 + 1) * MiB)

    async def test_a6_reading_waits_for_nothing(self) -> None:
        """One that cannot get rid of what it sends still hears all that it is told."""
        near, far = await self.pair()
        near.talker.load(*(Lump(b"", PatternData(MiB), 0, MiB) for _ in range(64)))
        far.transport.pauseProducing()
        far.talker.load(*(Lump(b"", PatternData(MiB), 0, MiB) for _ in range(40)))
        await self.until(lambda: len(near.talker.heard) == 40 * MiB)
        self.assertLess(len(far.talker.heard), 64 * MiB)

    async def test_end(self) -> None:
        """An end lets out what is queued and what was begun, and is told once, on both sides."""
        near, far = await self.pair()
        near.talker.load(Lump(b"", self.file(MiB), 0, MiB))
        near.talker.say(b"bye")
        near.talker.end()
        await far.when_lost()
        await near.when_lost()
        self.assertEqual(bytes(far.talker.heard[:3]), b"bye")
        self.assertEqual((near.endings, len(far.endings)), (["enough"], 1))
        self.assertIn(far.endings[0], ("it hung up", "it was closed"))
        self.assertEqual((near.talker.gone, len(far.talker.gone)), (["enough"], 1))
        self.assertEqual(near.events[-1], "gone")

    async def test_end_unread(self) -> None:
        """What the other end still sends does not cost it our last words."""
        near, far = await self.pair()
        far.talker.say(bytes(300_000))
        near.talker.say(b"bye" * 1000)
        near.talker.end()
        await far.when_lost()
        self.assertEqual(len(far.talker.heard), 3000)

    async def test_over(self) -> None:
        """A session that is over is reset, with what it had queued."""
        near, far = await self.pair()
        near.talker.say(b"never")
        near.talker.end("no more", over=True)
        await near.when_lost()
        await far.when_lost()
        self.assertEqual((near.endings, bytes(far.talker.heard)), (["no more"], b""))

    async def test_data_breaks(self) -> None:
        """Data that fails midway ends in a reset: half a frame cannot be followed by anything."""
        near, far = await self.pair()
        near.talker.load(
            Lump(b"head", PatternData(MiB, breaks_at=300_000), 0, MiB), Lump(b"x", PatternData(1), 0, 1)
        )
        await far.when_lost()
        await near.when_lost()
        self.assertLessEqual(len(far.talker.heard), 300_004)
        self.assertEqual((len(near.endings), len(near.talker.log)), (1, 1))
        self.assertIn("breaks", near.endings[0])

    async def test_F08_file_changes(self) -> None:
        """A file that is changed while it is sent ends in a reset, too."""
        near, far = await self.pair()
        data = self.file(8 * MiB)
        far.transport.pauseProducing()
        near.talker.load(*(Lump(b"", data, 0, 8 * MiB) for _ in range(9)))
        await self.until(lambda: near.sent > 0)
        os.utime(self.path, (1, 1))
        far.transport.resumeProducing()
        await near.when_lost()
        await far.when_lost()
        self.assertLess(len(far.talker.heard), 72 * MiB)

    async def test_F41_stalled_reader(self) -> None:
        """One who takes nothing of what it is sent is left after the time; a slow one is not."""
        clock, stall_s = Clock(), LIMITS.link_stall_s
        near, far = await self.pair(clock=clock)
        near.talker.load(*(Lump(b"", PatternData(MiB), 0, MiB) for _ in range(200)))
        for _ in range(4):
            sent = near.sent
            far.transport.resumeProducing()
            while near.sent == sent:
                await self.moment(clock)
            far.transport.pauseProducing()
            clock.advance(0.9 * stall_s)
        self.assertEqual(near.endings, [])
        while not near.endings:
            await self.moment(clock, stall_s)
        self.assertIn("takes nothing", near.endings[0])

    async def test_F37_bugs_end_one_link(self) -> None:
        """Whatever a session raises, and wherever: it is logged, and ends that link alone."""
        for where in ("receive", "filled", "take", "pull", "sent", "tick", "happened", "lost"):
            near, far = await self.pair()
            near.talker.rooms.append(1000)
            near.talker.faults[where] = ZeroDivisionError(where)
            far.talker.say(bytes(200_000))
            near.talker.load(Lump(b"", PatternData(10), 0, 10))
            near.talker.deadline = near.now + 0.01
            near.talker.say(b"x")
            if where == "lost":
                near.talker.end()
            if where == "filled" and self.road is Spout:
                near.talker.faults.clear()
                near.abort("nothing is put past Python here")
            await near.when_lost()
            self.assertEqual(len(near.endings), 1, where)
            self.flushLoggedErrors(ZeroDivisionError)

    async def test_deadlines(self) -> None:
        """The session is told of the time when it wants to be."""
        near, _ = await self.pair()
        near.talker.deadline = near.now + 0.02
        near.talker.say(b"x")
        await self.until(lambda: near.talker.ticks)
        self.assertIn("tick", near.events)

    async def test_hang_up(self) -> None:
        """A reset by the other end is told once, and cancels what was being sent."""
        near, far = await self.pair()
        near.talker.load(Lump(b"", PatternData(1 << 40), 0, 1 << 40))
        await self.until(lambda: far.talker.heard)
        far.abort("no")
        await near.when_lost()
        self.assertEqual((len(near.endings), len(near.talker.gone)), (1, 1))
        self.assertEqual(far.endings, ["no"])
        near.abort("twice")
        self.assertNotIn(ConnectionDone, near.lost)


class MemoryTests(MemoryJoined, WireContract):
    """In memory."""


class BulkTests(TCPJoined, WireContract):
    """Plain TCP, past Python."""

    road = Outbox

    def setUp(self) -> None:
        """Whatever the switch says."""
        allow_bulk(self)

    async def test_the_turn_of_others(self) -> None:
        """One connection sends so much, however much the kernel would take; then others do."""
        near, far = await self.pair(replace(LIMITS, span_bytes=10_000))
        near.talker.loads.extend(Lump(b"", self.file(8000), 0, 8000) for _ in range(5))
        self.assertTrue(near._road.flush())
        self.assertEqual(near.sent, 16_000)
        await self.until(lambda: len(far.talker.heard) == 40_000)

    async def test_nobody_is_woken_for_nothing(self) -> None:
        """Whose turn was over, and who has no more, is not asked again for more."""
        near, far = await self.pair(replace(LIMITS, span_bytes=10_000))
        await self.until(lambda: near.transport not in near.transport.reactor.getWriters())
        for more in (True, False):
            self.patch(TalkWire, "more", more)
            near.talker.loads.append(Lump(b"", self.file(12_000), 0, 12_000))
            self.assertTrue(near._road.flush())
            self.assertIs(near.transport in near.transport.reactor.getWriters(), more)
            await self.until(lambda: near.transport not in near.transport.reactor.getWriters())
        await self.until(lambda: len(far.talker.heard) == 24_000)

    async def test_the_way_is_not_slow_because_we_are(self) -> None:
        """What the kernel takes at once took no time, also where others had the processor meanwhile."""
        near, far = await self.pair()
        clock, sendfile = HeapClock(), os.sendfile

        def preempted(*given: int) -> int:
            clock.advance(1.0)
            return sendfile(*given)

        near._timers = clock
        began = near.now
        self.patch(os, "sendfile", preempted)
        near.talker.loads.append(Lump(b"", self.file(8000), 0, 8000))
        self.assertTrue(near._road.flush())
        self.assertEqual((near.talker.sent_at, near.now), ([began], began + 1.0))
        await self.until(lambda: len(far.talker.heard) == 8000)

    async def test_from_memory(self) -> None:
        """What lies in memory leaves at once, as far as the kernel takes it, and the rest in its turn."""
        near, far = await self.pair()
        small, large = BufferData(pattern(0, 16_384)), BufferData(pattern(0, 8 * MiB))
        loads = Lump(b"one", small, 0, 16_384), Lump(b"two", large, 5, 8 * MiB), Lump(b"last", small, 7, 7)
        near.talker.loads.extend(loads)
        self.assertTrue(near._road.flush())
        self.assertEqual([what for what, _ in near.talker.log], ["pulled", "sent", "pulled"])
        whole = b"one" + pattern(0, 16_384) + b"two" + pattern(5, 8 * MiB) + b"last"
        await self.until(lambda: len(far.talker.heard) == len(whole))
        self.assertTrue(bytes(far.talker.heard) == whole)
        self.assertEqual(near.sent, len(whole))

    async def test_held_while_it_is_sent_at_once(self) -> None:
        """What may be given up leaves at once, too, and is held for as long as the kernel reads it."""
        near, far = await self.pair()
        held, seen, sendfile = Held(self.file(8000)), list[list[tuple[int, int]]](), os.sendfile

        def sent(*given: int) -> int:
            seen.append(list(held.held))
            return sendfile(*given)

        self.patch(os, "sendfile", sent)
        near.talker.loads.append(Lump(b"", held, 1000, 8000))
        self.assertTrue(near._road.flush())
        self.assertEqual((near.sent, seen, held.held), (7000, [[(1000, 8000)]], []))
        await self.until(lambda: len(far.talker.heard) == 7000)


class PortableTests(TCPJoined, WireContract):
    """Plain TCP, by what every transport has."""

    async def pair(self, *args: Any, **options: Any) -> tuple[TalkWire, TalkWire]:
        """Without bulk."""
        return await super().pair(*args, bulk=False, **options)


class TLSTests(TCPJoined, WireContract):
    """TLS."""

    def server(self) -> Any:
        """With a certificate that signs itself."""
        credentials = made_credentials(datetime.now(UTC))
        return TLSServer(Layer(lambda: credentials, ["p2ps/1"], reactor))  # type: ignore[arg-type]

    def client(self, port: int) -> IStreamClientEndpoint:
        """Which nobody looks at."""
        return TLSEndpoint(super().client(port), reactor)  # type: ignore[arg-type]


class TLSServer(Factory):
    """Accepts on loopback, over TLS."""

    noisy = False

    def __init__(self, layer: Layer) -> None:
        self._layer = layer

    def listen(self, factory: Any) -> Deferred[Any]:
        """As an endpoint does."""
        self._factory = factory
        return TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(self)

    def buildProtocol(self, addr: Any) -> Any:
        """Over TLS."""
        return self._layer.over(self._factory.buildProtocol(addr))


del WireContract
