"""What lies between an `IData`, filled by the reactor, and libvlc's thread, which takes.

Two threads meet here, under one Condition.  The reactor's side is an `IConsumer` that
pauses its producer when enough is held.  The other side may block, and must be freed
by `ReadAhead.cancel` before anybody waits for libvlc: its stop never returns while a
read blocks.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Condition

from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure

from p2pstream.content.manifests import HEAD_BYTES, is_manifest
from p2pstream.errors import RangeError
from p2pstream.interfaces import IArriving, ICursor, IData
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.preamble import Preamble
from p2pstream.player.reading import Reading

__all__ = ["ReadAhead"]

#: How long Matroska's index at the very end is waited for before the film begins, in
#: seconds: it is good to have for seeking, and a stream that arrives in order would
#: make it the last thing to come.
INDEX_PATIENCE = 0.3
MATROSKA = b"\x1aE\xdf\xa3"


class ReadAhead:
    """At most `Limits.feed_bytes` (and a chunk) of ``data``, ahead of one blocking reader.

    :param seconds: a monotonic clock that any thread may read.
    """

    #: How much the first read waits for, to see what it is; with 0 it does not look.
    head_bytes = HEAD_BYTES

    def __init__(
        self,
        data: IData,
        reactor: IReactorFromThreads,
        limits: Limits = LIMITS,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._data = data
        self._reactor = reactor
        self._bound = limits.feed_bytes
        self.seconds = seconds
        self._changed = Condition()
        self._chunks: deque[memoryview] = deque()
        self._held = 0
        self._position = 0
        # Every jump starts a new generation: what an older read still writes is dropped.
        self._generation = 0
        self._pass: Reading | None = None
        self._paused = False
        self._ended = False
        self._cancelled = False
        self._cursors: dict[str, ICursor] = {}
        #: When the reader began to wait for bytes, by ``seconds``; None while it does not.
        self.blocked_since: float | None = None
        #: What broke the read that the reader depends on.
        self.failure: Failure | None = None
        #: Bytes taken since the last jump, those of the film's headers not counted.
        self.taken = 0
        self._matroska = False
        #: Whether this is no film but a list of links: nothing of it is given away.
        self.refused = False
        self._leapt = False
        self._patience = INDEX_PATIENCE
        #: Whether libvlc still finds out what this is; its owner says when it has.
        self.opening = True
        self._preamble: Preamble | None = Preamble()

    # What the reactor's thread calls

    def start(self) -> None:
        """Begin to read at the front."""
        self._restart(self._generation)

    def cancel(self) -> None:
        """Free the reader at once and for good: every read gives -1 from now on."""
        with self._changed:
            self._cancelled = True
            self._generation += 1
            self._chunks.clear()
            self._held = 0
            self._changed.notify_all()
        self._drop_pass()
        for cursor in self._cursors.values():
            cursor.close()
        self._cursors.clear()

    def announce(self, played: int) -> None:
        """Tell data that is still arriving what is wanted next and what is on screen."""
        if self._cancelled or not IArriving.providedBy(self._data):
            return
        for kind, position in (("read", self._position + self._held), ("play", played)):
            if kind in self._cursors:
                self._cursors[kind].move(position)
            else:
                self._cursors[kind] = self._data.cursor(position, kind)  # type: ignore[attr-defined]

    @property
    def position(self) -> int:
        """The next byte that the reader takes."""
        return self._position

    @property
    def edge(self) -> int:
        """The first byte, from the reader's position on, that is not there yet."""
        edge = self._position + self._held
        if IArriving.providedBy(self._data):
            return max(edge, self._data.have.first_missing(edge))  # type: ignore[attr-defined]
        return edge

    @property
    def over(self) -> bool:
        """Whether the reader will get nothing but what is held here."""
        return self._ended or self.failure is not None

    @property
    def waiting_for(self) -> str:
        """What the reader waits for, in words, as far as the data can tell."""
        return self._data.waiting_for if IArriving.providedBy(self._data) else ""  # type: ignore[attr-defined]

    # What the reader's thread calls

    @property
    def length(self) -> int | None:
        """How many bytes there are in all; None while nobody knows."""
        return self._data.length

    def seek(self, position: int) -> None:
        """Read on from ``position``.  Never blocks; bytes already here are kept."""
        with self._changed:
            ahead = position - self._position
            if self._cancelled or ahead == 0:
                return
            self._position = position
            if 0 < ahead <= self._held:
                self._skip(ahead)
                return
            self._leapt = not self._is_here(position)
            self._chunks.clear()
            self._held = self.taken = 0
            self._ended, self._paused, self.failure = False, False, None
            self._preamble = None if position else Preamble()
            self._generation += 1
            generation = self._generation
        # A storm of seeks costs one read: only the newest generation still counts there.
        self._reactor.callFromThread(self._restart, generation)

    def read_into(self, room: memoryview) -> int:
        """Fill ``room`` with what is there, waiting for at least one byte.

        :returns: how many bytes; 0 at the end; -1 when cancelled or broken.
        """
        with self._changed:
            self._wait()
            if self._cancelled or not self._is_film():
                return -1
            if not self._chunks:
                return -1 if self.failure is not None else 0
            count = self._take(room)
            self._count(room[:count])
            # Half is left when the producer is woken: it never starts and stops for a sip.
            low = self._paused and self._held * 2 <= self._bound
            if low:
                self._paused = False
        if low:
            self._reactor.callFromThread(self._resume)
        return count

    def _wait(self) -> None:
        if self._has_answer():
            return
        self.blocked_since = self.seconds()
        try:
            if self._leapt and self.opening and self._matroska:
                self._wait_for_index()
            else:
                self._changed.wait_for(self._has_answer)
        finally:
            self.blocked_since = None

    def _is_film(self) -> bool:
        if self.head_bytes and not self._position and self._chunks:
            head = b"".join(self._chunks)[: self.head_bytes]
            self._matroska = head.startswith(MATROSKA)
            self.refused = is_manifest(head)
        return not self.refused

    def _wait_for_index(self) -> None:
        if not self._changed.wait_for(self._has_answer, self._patience):
            # An end is what libvlc takes best; it goes back to the front by itself.
            self._ended = True
            self._patience = 0.0

    def _is_here(self, position: int) -> bool:
        return not IArriving.providedBy(self._data) or self._data.have.covers(position, position + 1)  # type: ignore[attr-defined]

    def _has_answer(self) -> bool:
        if self._ended or self._cancelled or self.failure is not None:
            return True
        # The first read waits for enough to know what it is.
        return self._held >= max(1, 0 if self._position else self.head_bytes)

    def _take(self, room: memoryview) -> int:
        chunk = self._chunks[0]
        count = min(len(chunk), len(room))
        room[:count] = chunk[:count]
        self._skip(count)
        self._position += count
        return count

    def _count(self, taken: memoryview) -> None:
        self.taken += len(taken)
        # Only while the film is read from its beginning, without a jump.
        if self._preamble is not None and self._preamble.searching:
            self._preamble.look(bytes(taken))
            self.taken -= self._preamble.length

    def _skip(self, count: int) -> None:
        self._held -= count
        while count:
            chunk = self._chunks.popleft()
            if len(chunk) > count:
                self._chunks.appendleft(chunk[count:])
            count -= min(count, len(chunk))

    # Between a read under way and the reader

    def _restart(self, generation: int) -> None:
        self._drop_pass()
        if generation != self._generation or self._cancelled:
            return
        running = self._pass = Reading(self, generation)
        try:
            reading = self._data.read_to(running, self._position)
        except ValueError:
            self.ended(generation)
            return
        running.follow(reading)

    def _resume(self) -> None:
        if self._pass is not None and not self._paused:
            self._pass.resume()

    def _drop_pass(self) -> None:
        running, self._pass = self._pass, None
        if running is not None:
            running.drop()

    def arrived(self, generation: int, chunk: bytes) -> bool:
        """Keep ``chunk``; says whether that is enough for now."""
        with self._changed:
            if generation != self._generation or not chunk:
                return False
            self._chunks.append(memoryview(chunk))
            self._held += len(chunk)
            self._changed.notify_all()
            # Under the lock: a reader that empties all of it meanwhile must see the pause.
            self._paused = self._held >= self._bound
            return self._paused

    def ended(self, generation: int, failure: Failure | None = None) -> None:
        """Nothing more comes of this read; a place beyond the end is an end too."""
        with self._changed:
            if generation != self._generation:
                return
            if failure is None or failure.check(RangeError):
                self._ended = True
            else:
                self.failure = failure
            self._changed.notify_all()
