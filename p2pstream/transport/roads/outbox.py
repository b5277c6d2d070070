"""What waits to be sent on the bulk road: bytes and file spans, in order."""

from __future__ import annotations

from contextlib import suppress
from enum import Enum, auto
from typing import Any, Protocol

from twisted.internet import main
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from p2pstream.data.flow import Flow
from p2pstream.data.memory import BufferData
from p2pstream.interfaces import IData, IFileSpans
from p2pstream.limits import Limits
from p2pstream.transport.ends import has_bytes
from p2pstream.transport.roads.chunk import MORE, Chunk, OutboxEntry
from p2pstream.transport.roads.span import Span, hold, send_at_once

__all__ = ["NOBODY", "Outbox", "Sender", "Wish"]


class Sender(Protocol):
    """Who has bytes to send."""

    @property
    def more(self) -> bool:
        """Whether it may have something to send by now."""

    def moved(self) -> None:
        """The kernel took bytes."""

    def refill(self) -> None:
        """Nothing waits, and the kernel would take more."""


class Nobody:
    """Has nothing more to send."""

    more = False

    def moved(self) -> None:
        """See `Sender`."""

    def refill(self) -> None:
        """See `Sender`."""


#: Whoever had something to send, and has gone.
NOBODY = Nobody()


class Wish(Enum):
    """Whether somebody has more to send."""

    NONE = auto()
    MORE = auto()


@implementer(IConsumer)
class Outbox:
    """The only writer of its connection.

    File spans whose pages are in memory go by ``sendfile``.  The rest is read by the
    data itself, whose workers may wait for the disk, and written from memory.

    :param sender: who has bytes to send; may `put` and `carry` while it is told something.
    """

    __slots__ = (
        "_at_work", "_emptied", "_entries", "_flow", "_limits", "_producer", "_sender", "_transport",
        "_until", "_waiting", "_wish", "sent",
    )  # fmt: skip

    def __init__(self, transport: Any, limits: Limits, sender: Sender) -> None:
        self._transport = transport
        self._limits = limits
        self._sender = sender
        self._entries: list[OutboxEntry] = []
        self._waiting = 0
        self._producer: Any = None
        self._flow = Flow.FLOWING
        self._wish = Wish.NONE
        self._emptied: Deferred[None] | None = None
        #: Bytes that the kernel took; and how many these are when it is the turn of others.
        self.sent = 0
        self._until = limits.span_bytes
        self._at_work = False

    @property
    def hungry(self) -> bool:
        """Whether nothing waits, and it is not the turn of others yet."""
        return not self._entries and self.sent <= self._until

    def put(self, content: bytes, more: bool = False) -> None:
        """Send bytes; ``more`` follows at once."""
        self._waiting += len(content)
        self._append(Chunk(content, MORE if more else 0))

    def nudge(self) -> None:
        """Have the sender asked for more in a moment."""
        self._wish = Wish.MORE
        self._watch()

    def flush(self) -> bool:
        """Have the sender asked for more at once, and send that; False: something waits before it."""
        if self._at_work or self._entries or has_bytes(self._transport):
            self.nudge()
            return False
        # Whatever is wrong with the socket shows when the reactor asks.
        with suppress(OSError):
            self._round()
        if self._entries or not self._is_done:
            self._watch()
        return True

    def launch(self, header: bytes, data: IData, start: int, stop: int) -> Deferred[int] | None:
        """Send bytes and a part of ``data``; None: the kernel has all of it already.

        To be called when the sender is told to `refill` only.  What lies in a file must
        have been checked just now, and is to be checked when it is sent.
        """
        if isinstance(data, BufferData):
            return self._launch_bytes(header + data.at_hand(start, stop))
        gone = 0
        in_a_file = start < stop and IFileSpans.providedBy(data)
        if in_a_file and not self._entries and not has_bytes(self._transport):
            gone = send_at_once(self._transport.socket, header, data, start, stop)
            self.sent += gone
        if gone < len(header):
            self.put(header[gone:], True)
        start += max(0, gone - len(header))
        return self.carry(data, start, stop) if start < stop or not gone else None

    def release(self) -> None:
        """Nothing more will be put."""
        self._sender = NOBODY

    def carry(self, data: IData, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """As `sending.Road` says."""
        return Deferred.fromCoroutine(self._carry(data, start, stop))

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """A read begins."""
        self._producer = producer
        self._flow = Flow.FLOWING

    def unregisterProducer(self) -> None:
        """The read is over; its last bytes may still wait."""
        self._producer = None

    def write(self, data: bytes) -> None:
        """Take ``data``; pause whoever writes when that is enough."""
        self._waiting += len(data)
        self._append(Chunk(data))
        if self._waiting >= self._limits.unsent_bytes and self._flow is Flow.FLOWING:
            self._flow = Flow.PAUSED
            if self._producer is not None:
                self._producer.pauseProducing()

    def do_write(self) -> Any:
        """What the reactor calls; the answers are those of Twisted's own ``doWrite``."""
        if has_bytes(self._transport) and self._entries:
            outcome = self._write_plainly()
            # With its own buffer empty, it takes the transport off the reactor's list.
            self._transport.startWriting()
            return outcome
        try:
            self._round()
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            return main.CONNECTION_LOST
        return None if self._entries else self._rest()

    def _launch_bytes(self, frame: bytes) -> Deferred[Any] | None:
        """What is in memory is there for the kernel at once: nobody has to read it, or to wait."""
        gone = 0
        if not self._entries and not has_bytes(self._transport):
            # Whatever is wrong with the socket shows when the rest is sent.
            with suppress(OSError):
                gone = self._transport.socket.send(frame)
            self.sent += gone
        if gone == len(frame):
            return None
        self.put(frame[gone:])
        return self._all_out()

    def _round(self) -> None:
        """Send what there is, for as long as it is our turn."""
        self._until = self.sent + self._limits.span_bytes
        self._at_work = True
        try:
            if not self._entries:
                self._ask()
            while self._entries and self.sent < self._until and not has_bytes(self._transport):
                self._send(self._entries[0], self._until - self.sent)
                if not self._entries:
                    self._ask()
        finally:
            self._at_work = False

    def _ask(self) -> None:
        """Have the sender asked for more; whatever it wished before is granted with that."""
        self._wish = Wish.NONE
        self._sender.refill()

    def _write_plainly(self) -> Any:
        # The method of its class, over which we stand.
        return type(self._transport).doWrite(self._transport)

    @property
    def _is_done(self) -> bool:
        """Whether the sender was asked, and has no more."""
        # Whoever has more while we are at work is asked for it the next time; and so is whoever was
        # not asked, because his turn was over.
        return self._wish is Wish.NONE and (self.sent <= self._until or not self._sender.more)

    def _rest(self) -> Any:
        """Nothing waits: watch for room no longer, and close if that was asked for."""
        return self._write_plainly() if self._is_done else None

    def _watch(self) -> None:
        """Go on when there is room; who is at work sees by itself whether that is needed."""
        if not self._at_work:
            self._transport.startWriting()

    def _send(self, entry: OutboxEntry, most: int) -> None:
        count = entry.send(self._transport.socket, most)
        if count:
            self.sent += count
            self._sender.moved()
        if isinstance(entry, Chunk):
            self._make_room(count)
        if entry.over and self._entries and self._entries[0] is entry:
            del self._entries[0]
            entry.close()
        if not self._entries and self._emptied is not None:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    def _make_room(self, count: int) -> None:
        self._waiting -= count
        if self._flow is Flow.PAUSED and not self._waiting:
            self._flow = Flow.FLOWING
            if self._producer is not None:
                self._producer.resumeProducing()

    def _append(self, entry: OutboxEntry) -> None:
        self._entries.append(entry)
        self._watch()

    async def _carry(self, data: IData, start: int, stop: int | None) -> int:
        try:
            if stop is None:
                stop = data.length
            if stop is None or not IFileSpans.providedBy(data):
                return await self._read(data, start, stop)
            return await self._alternate(data, start, stop)
        except BaseException:
            # Nothing of it may follow.
            self._entries.clear()
            self._waiting = 0
            raise

    async def _alternate(self, data: Any, start: int, stop: int) -> int:
        position = start
        while position < stop:
            position += await self._run(data, position, stop)
            if position < stop:
                window = min(stop, position + self._limits.span_bytes)
                position += await self._read(data, position, window)
        data.check()
        return position - start

    async def _run(self, data: Any, start: int, stop: int) -> int:
        """Send from ``start`` by ``sendfile`` for as long as that can be; how much that was."""
        let_go = hold(data, start, stop)
        try:
            run = Span(data, start, stop, self._limits.span_bytes)
            self._append(run)
            sent: int = await run.done
            return sent
        finally:
            let_go()

    async def _read(self, data: IData, start: int, stop: int | None) -> int:
        count = await data.read_to(self, start, stop)
        await self._all_out()
        return count

    def _all_out(self) -> Deferred[None]:
        if not self._entries:
            return succeed(None)
        self._emptied = Deferred()
        return self._emptied
