"""What waits to be sent on the bulk road: bytes and file spans, in order."""

from __future__ import annotations

import socket
from enum import Enum, auto
from typing import Any, Protocol

from twisted.internet import main
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from p2pstream.data.flow import Flow
from p2pstream.interfaces import IData, IFileSpans, IHeldSpans
from p2pstream.limits import Limits
from p2pstream.transport.span import Span

__all__ = ["Outbox"]


class OutboxEntry(Protocol):
    """Something that leaves in its turn."""

    def send(self, out: socket.socket, most: int) -> int:
        """Hand over up to ``most`` bytes; how many, or `OSError` as the socket says."""

    @property
    def over(self) -> bool:
        """Whether its turn is over."""

    def close(self) -> None:
        """Tell whoever waits that it is."""


# Where the kernel knows it: what follows at once may share a segment with these bytes.
_MORE: int = getattr(socket, "MSG_MORE", 0)


class Chunk:
    """Bytes; ``flags`` are those of ``send``."""

    def __init__(self, content: bytes, flags: int = 0) -> None:
        self._rest = memoryview(content)
        self._flags = flags

    @property
    def over(self) -> bool:
        """All of it was taken."""
        return not self._rest

    def send(self, out: socket.socket, most: int) -> int:
        """See `OutboxEntry`."""
        count = out.send(self._rest[:most], self._flags)
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Nobody waits for a single chunk."""


class Sender(Protocol):
    """Who has bytes to send."""

    def moved(self) -> None:
        """The kernel took bytes."""

    def refill(self) -> None:
        """Nothing waits, and the kernel would take more."""


class Nobody:
    """Has nothing more to send."""

    def moved(self) -> None:
        """See `Sender`."""

    def refill(self) -> None:
        """See `Sender`."""


_NOBODY = Nobody()


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
        "_emptied", "_entries", "_flow", "_limits", "_producer", "_sender", "_transport", "_waiting", "_wish",
        "sent",
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
        #: Bytes that the kernel took.
        self.sent = 0

    @property
    def hungry(self) -> bool:
        """Whether nothing waits."""
        return not self._entries

    def put(self, content: bytes, more: bool = False) -> None:
        """Send bytes; ``more`` follows at once."""
        self._waiting += len(content)
        self._append(Chunk(content, _MORE if more else 0))

    def nudge(self) -> None:
        """Have the sender asked for more in a moment."""
        self._wish = Wish.MORE
        self._transport.startWriting()

    def release(self) -> None:
        """Nothing more will be put."""
        self._sender = _NOBODY

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
        if not self._entries:
            self._ask()
        if not self._entries:
            return self._rest()
        if _has_bytes(self._transport):
            outcome = self._write_plainly()
            # With its own buffer empty, it takes the transport off the reactor's list.
            self._transport.startWriting()
            return outcome
        budget = self._limits.span_bytes
        try:
            while self._entries and budget > 0:
                budget -= self._send(self._entries[0], budget)
                if not self._entries:
                    self._ask()
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            return main.CONNECTION_LOST
        return None if self._entries else self._rest()

    def _ask(self) -> None:
        """Have the sender asked for more; whatever it wished before is granted with that."""
        self._wish = Wish.NONE
        self._sender.refill()

    def _write_plainly(self) -> Any:
        # The method of its class, over which we stand.
        return type(self._transport).doWrite(self._transport)

    def _rest(self) -> Any:
        """Nothing waits: watch for room no longer, and close if that was asked for."""
        # Whoever has more while we are at work is asked for it the next time.
        return self._write_plainly() if self._wish is Wish.NONE else None

    def _send(self, entry: OutboxEntry, most: int) -> int:
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
        return count

    def _make_room(self, count: int) -> None:
        self._waiting -= count
        if self._flow is Flow.PAUSED and not self._waiting:
            self._flow = Flow.FLOWING
            if self._producer is not None:
                self._producer.resumeProducing()

    def _append(self, entry: OutboxEntry) -> None:
        self._entries.append(entry)
        self._transport.startWriting()

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
        let_go = data.hold(start, stop) if IHeldSpans.providedBy(data) else None
        try:
            run = Span(data, start, stop, self._limits.span_bytes)
            self._append(run)
            sent: int = await run.done
            return sent
        finally:
            if let_go is not None:
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


def _has_bytes(transport: Any) -> bool:
    """Whether the transport has bytes of its own: they were written before ours."""
    # Twisted has no public word for it.
    return bool(len(transport.dataBuffer) > transport.offset or transport._tempDataLen)
