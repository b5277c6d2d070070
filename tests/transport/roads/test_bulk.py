"""Files over plain TCP, past Python: what the kernel does with them, and what goes wrong."""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import TestCase

from p2pstream.data.file import READ, WRITE, FileData
from p2pstream.data.memory import BufferData
from p2pstream.errors import Gone, SourceLost
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.consumers import CollectingConsumer, MarkedConsumer, PausingConsumer
from p2pstream.testing.bytes.patterns import PatternData, pattern
from p2pstream.testing.bytes.roomy import RoomyCollector
from p2pstream.testing.workers import InlineWorkers
from p2pstream.transport.connection import Connection
from p2pstream.transport.roads.span import resident
from tests.transport.held import Held
from tests.transport.joined import TCPJoined, allow_bulk

MiB = 1 << 20


class Sendfile:
    """Counts the calls, and does what a test wants in one of them."""

    def __init__(self, case: TestCase) -> None:
        self.sizes: list[int] = []
        self.before: Any = lambda: None
        self._real = os.sendfile
        case.patch(os, "sendfile", self)

    def __call__(self, out: int, into: int, offset: int, count: int) -> int:
        """Send a piece."""
        self.before()
        sent = self._real(out, into, offset, count)
        self.sizes.append(sent)
        return sent


class FileCase(TCPJoined, TestCase):
    """A file, and two connections."""

    def setUp(self) -> None:
        """Eight and a bit MiB."""
        allow_bulk(self)
        self.path = Path(self.mktemp())
        self.content = pattern(0, 8 * MiB + 77)
        self.path.write_bytes(self.content)
        self.sendfile = Sendfile(self)

    async def pair(self, limits: Any = LIMITS, **options: Any) -> tuple[Connection, Connection]:
        """Joined."""
        ends = Connection(limits, **options), Connection(limits, **options)
        await self.join(*ends)
        for end in ends:
            self.addCleanup(end.when_lost)
            self.addCleanup(end.abort)
        return ends

    def reader(self, limits: Any = LIMITS) -> Any:
        """The file, to be sent."""
        data = FileData(self.path, READ, InlineWorkers(), limits)
        self.addCleanup(data.close)
        return data


class TransferTests(FileCase):
    """Whole files."""

    async def test_file_to_file(self) -> None:
        """A file arrives as a file, byte for byte, by sendfile."""
        near, far = await self.pair()
        sink = FileData(self.path.with_suffix(".copy"), WRITE, InlineWorkers())
        receiving = far.receive(sink)
        self.assertEqual(await near.send(self.reader()), len(self.content))
        near.close()
        self.assertEqual(await receiving, len(self.content))
        await sink.finish()
        self.assertEqual(self.path.with_suffix(".copy").read_bytes(), self.content)
        self.assertEqual(sum(self.sendfile.sizes), len(self.content))
        self.assertLessEqual(max(self.sendfile.sizes), LIMITS.span_bytes)

    async def test_bytes_and_files_in_turn(self) -> None:
        """Files, bytes and empty files keep their order."""
        near, far = await self.pair()
        empty = self.path.with_suffix(".empty")
        empty.touch()
        nothing = FileData(empty, READ, InlineWorkers())
        self.addCleanup(nothing.close)
        consumer = RoomyCollector((65_536,))
        receiving = far.receive(consumer)
        for data in (BufferData(b"head"), self.reader(), nothing, PatternData(MiB), self.reader()):
            near.send(data)
        near.close()
        await receiving
        self.assertTrue(bytes(consumer.collected) == b"head" + self.content + pattern(0, MiB) + self.content)

    async def test_held_while_it_is_sent(self) -> None:
        """What may be given up is held for as long as the kernel reads it, also when that is cut short."""
        near, far = await self.pair()
        held, seen = Held(self.reader()), []
        self.sendfile.before = lambda: seen.append(tuple(held.held))
        receiving = far.receive(CollectingConsumer())
        await near.send(held)
        self.assertEqual((set(seen), held.held), ({((0, len(self.content)),)}, []))
        self.sendfile.before = near.abort
        await self.assertFailure(near.send(held), SourceLost)
        self.assertEqual(held.held, [])
        await self.assertFailure(receiving, SourceLost)

    async def test_what_was_written_before(self) -> None:
        """What the transport still had in its buffer leaves first."""

        class Eager(Connection):
            def connectionMade(self) -> None:
                self.transport.write(b"x" * MiB)
                super().connectionMade()
                self.sending = self.send(reader)

        reader = self.reader()
        near, far = Eager(), Connection()
        consumer = CollectingConsumer()
        await self.join(near, far)
        receiving = far.receive(consumer)
        await near.sending
        near.close()
        await receiving
        self.assertTrue(bytes(consumer.collected) == b"x" * MiB + self.content)
        await far.close()

    async def test_not_in_memory(self) -> None:
        """What must come from the disk is read by workers; the rest of the file goes by sendfile."""
        held = os.open(self.path, os.O_RDONLY)
        self.addCleanup(os.close, held)
        missing = range(2 * MiB, 5 * MiB)

        def probe(descriptor: int, buffers: Any, offset: int, flags: int = 0) -> int:
            if flags and offset in missing:
                raise BlockingIOError(errno.EAGAIN, "not in memory")
            return real(descriptor, buffers, offset, flags)

        real = os.preadv
        self.patch(os, "preadv", probe)
        self.assertEqual(resident(held, 0, 8 * MiB), 2 * MiB)
        near, far = await self.pair()
        consumer = CollectingConsumer()
        receiving = far.receive(consumer)
        await near.send(self.reader())
        near.close()
        await receiving
        self.assertTrue(bytes(consumer.collected) == self.content)
        self.assertEqual(sum(self.sendfile.sizes), len(self.content) - len(missing))

    async def test_a_file_system_without_sendfile(self) -> None:
        """Where sendfile cannot be done the file is read and written."""
        for number in (errno.EINVAL, errno.EIO):

            def refuse(number: int = number) -> None:
                raise OSError(number, os.strerror(number))

            self.sendfile.before = refuse
            near, far = await self.pair()
            consumer = CollectingConsumer()
            receiving = far.receive(consumer)
            self.assertEqual(await near.send(self.reader()), len(self.content))
            near.close()
            await receiving
            self.assertTrue(bytes(consumer.collected) == self.content)
        self.assertEqual(self.sendfile.sizes, [])

    async def test_fair(self) -> None:
        """One connection sends no more than its budget before others have their turn."""
        limits = replace(LIMITS, span_bytes=100_000)
        near, far = await self.pair(limits)
        turns: list[int] = []
        write = near.transport.doWrite

        def do_write() -> Any:
            before = near.sent
            try:
                return write()
            finally:
                turns.append(near.sent - before)

        near.transport.doWrite = do_write
        receiving = far.receive(MarkedConsumer(1 << 40))
        await near.send(self.reader())
        near.close()
        await receiving
        self.assertLessEqual(max(turns), 100_000)

    async def test_fair_to_receive(self) -> None:
        """One connection takes no more than its budget, and one loan, before others have their turn."""
        near, far = await self.pair(replace(LIMITS, receive_bytes=100_000))
        turns: list[int] = []
        read = far.transport.doRead

        def do_read() -> Any:
            before = far.received
            try:
                return read()
            finally:
                turns.append(far.received - before)

        far.transport.doRead = do_read
        await near.send(BufferData(bytes(50_000)))
        near.send(self.reader())
        near.close()
        consumer = RoomyCollector((10_000,))
        self.assertEqual(await far.receive(consumer), 50_000 + len(self.content))
        self.assertLess(max(turns[1:]), 110_000)
        self.assertGreater(max(turns), 30_000)

    async def test_little_waits_in_the_kernel(self) -> None:
        """What is not on its way is bounded on every bulk connection, accepted and dialled."""
        near, far = await self.pair(replace(LIMITS, unsent_bytes=99_000))
        for end in (near, far):
            option = end.transport.socket.getsockopt(socket.IPPROTO_TCP, 25)
            self.assertEqual(option, 99_000)


class FaultTests(FileCase):
    """Files that change, and connections that break."""

    async def gone(self, change: Any, after: int) -> None:
        """``change`` happens after so many bytes; both ends must learn that it is no good."""
        near, far = await self.pair(replace(LIMITS, span_bytes=MiB))
        changes = iter([change])

        def before() -> None:
            if sum(self.sendfile.sizes) >= after:
                next(changes, lambda: None)()

        self.sendfile.before = before
        consumer = MarkedConsumer(1 << 40)
        receiving = far.receive(consumer)
        await self.assertFailure(near.send(self.reader()), Gone)
        await self.assertFailure(receiving, SourceLost)
        self.assertLess(consumer.total, len(self.content))
        # It is seen before the next piece, not only at the end.
        self.assertLessEqual(near.sent, after + 2 * MiB)

    async def test_F07_truncated(self) -> None:
        """A file that becomes shorter while it is sent ends in a reset."""
        await self.gone(lambda: os.truncate(self.path, MiB), 2 * MiB)

    async def test_F07_truncated_to_nothing(self) -> None:
        """Before the first byte, too."""
        await self.gone(lambda: os.truncate(self.path, 0), 0)

    async def test_F07_overwritten(self) -> None:
        """A file that is written to while it is sent ends in a reset."""
        await self.gone(lambda: os.utime(self.path, (1, 1)), 3 * MiB)

    async def test_F07_grown(self) -> None:
        """So does one that becomes longer."""

        def grow() -> None:
            with self.path.open("ab") as file:
                file.write(b"more")

        await self.gone(grow, 2 * MiB)

    async def test_F07_changed_at_the_very_end(self) -> None:
        """A change behind the last byte sent is seen before the send is called done."""
        near, far = await self.pair()
        reader = self.reader()
        check = reader.check

        def late() -> None:
            if near.sent == len(self.content):
                os.utime(self.path, (1, 1))
            check()

        reader.check = late
        receiving = far.receive(MarkedConsumer(1 << 40))
        await self.assertFailure(near.send(reader), Gone)
        await self.assertFailure(receiving, SourceLost)

    async def test_closed_under_us(self) -> None:
        """Data that its owner closes while it is sent ends in a reset, not in another file's bytes."""
        reader = self.reader()
        near, far = await self.pair()
        self.sendfile.before = reader.close
        receiving = far.receive(MarkedConsumer(1 << 40))
        await self.assertFailure(near.send(reader), Gone)
        await self.assertFailure(receiving, SourceLost)

    async def test_abort_inside_a_write(self) -> None:
        """An abort from inside the sending is one abort, and leaves nothing."""
        near, far = await self.pair()
        self.sendfile.before = near.abort
        receiving = far.receive(MarkedConsumer(1 << 40))
        await self.assertFailure(near.send(self.reader()), SourceLost)
        await self.assertFailure(receiving, SourceLost)
        await near.when_lost()

    async def test_lost_while_paused(self) -> None:
        """A reset that comes while the receiver pauses is told when it goes on."""
        near, far = await self.pair()
        consumer = PausingConsumer()
        receiving = far.receive(consumer)
        await near.send(BufferData(b"first"))
        await consumer.moved()
        await near.send(BufferData(b"second"))
        near.abort()
        await near.when_lost()
        self.assertFalse(receiving.called)
        drip = Deferred.fromCoroutine(consumer.drip())
        await self.assertFailure(receiving, SourceLost)
        await drip
        self.assertTrue(b"firstsecond".startswith(bytes(consumer.collected)))

    async def test_lent_too_late(self) -> None:
        """Bytes that Twisted's own read delivered come before those read into lent room."""
        near, far = await self.pair()
        await near.send(BufferData(b"before anybody receives, "))
        while not far.waiting:
            await self.pause()
        consumer = RoomyCollector((7,))
        receiving = far.receive(consumer)
        near.send(BufferData(b"and after"))
        near.close()
        await receiving
        self.assertEqual(bytes(consumer.collected), b"before anybody receives, and after")
        self.assertEqual((consumer.calls.count("write"), consumer.lent), (3, 2))

    def pause(self) -> Deferred[None]:
        """A moment."""
        done: Deferred[None] = Deferred()
        self.reactor.callLater(0.001, done.callback, None)
        return done
