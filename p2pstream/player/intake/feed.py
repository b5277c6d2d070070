"""What lies between an `IData`, filled by the reactor, and libvlc's thread, which takes.

Two threads meet here, under one Condition.  The reactor's side pauses its producer when
enough is held.  The other side may block, and must be freed by `ReadAhead.cancel` before
anybody waits for libvlc: its stop never returns while a read blocks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from threading import Condition

from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure

from p2pstream.content.manifests import HEAD_BYTES, is_manifest
from p2pstream.errors import RangeError
from p2pstream.interfaces import IData
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.intake.arrival import Arrival
from p2pstream.player.intake.chunks import Chunks
from p2pstream.player.intake.passage import Passage
from p2pstream.player.intake.preamble import FilmCount

__all__ = ["ReadAhead"]

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
        self._limits = limits
        self.seconds = seconds
        self.arrival = Arrival(data)
        self._changed = Condition()
        self._chunks = Chunks()
        self._position = 0
        # Every jump starts a new generation: what an older read still writes is dropped.
        self._generation = 0
        self._passage: Passage | None = None
        self._paused = False
        self._ended = False
        self._cancelled = False
        #: When the reader began to wait for bytes, by ``seconds``; None while it does not.
        self.blocked_since: float | None = None
        #: What broke the read that the reader depends on.
        self.failure: Failure | None = None
        self._film = FilmCount(limits)
        #: Whether this is no film but a list of links: nothing of it is given away.
        self.refused = False
        #: Whether libvlc still finds out what this is; its owner says when it has.
        self.opening = True
        self._matroska = False
        self._leapt = False
        self._patience = limits.index_wait_s

    @property
    def length(self) -> int | None:
        """How many bytes there are in all; None while nobody knows."""
        return self._data.length

    @property
    def position(self) -> int:
        """The next byte that the reader takes."""
        return self._position

    @property
    def ahead(self) -> int:
        """The next byte that is wanted of the data."""
        return self._position + len(self._chunks)

    @property
    def taken(self) -> int:
        """Bytes of film that the reader took since its last jump; headers are not film."""
        return self._film.count

    @property
    def over(self) -> bool:
        """Whether the reader will get nothing but what is held here."""
        return self._ended or self.failure is not None

    @property
    def full(self) -> bool:
        """Whether waiting brings no more: as much is held as may be, and no more can be seen to arrive."""
        return self._paused and not self.arrival.known

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
            self._changed.notify_all()
        self._drop_passage()
        self.arrival.close()

    # What the reader's thread calls

    def seek(self, position: int) -> None:
        """Read on from ``position``.  Never blocks; bytes already here are kept."""
        with self._changed:
            step = position - self._position
            if self._cancelled or step == 0:
                return
            self._position = position
            if 0 < step <= len(self._chunks):
                self._chunks.skip(step)
                return
            self._leapt = not self.arrival.has(position)
            self._chunks.clear()
            self._film.jump(position)
            self._ended, self._paused, self.failure = False, False, None
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
            count = self._chunks.take(room)
            self._position += count
            self._film.add(room[:count])
            # Half is left when the producer is woken: it never starts and stops for a sip.
            low = self._paused and len(self._chunks) * 2 <= self._limits.feed_bytes
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

    def _wait_for_index(self) -> None:
        if not self._changed.wait_for(self._has_answer, self._patience):
            # An end is what libvlc takes best; it goes back to the front by itself.
            self._ended = True
            self._patience = 0.0

    def _has_answer(self) -> bool:
        if self._ended or self._cancelled or self.failure is not None:
            return True
        # The first read waits for enough to know what it is.
        return len(self._chunks) >= max(1, 0 if self._position else self.head_bytes)

    def _is_film(self) -> bool:
        if self.head_bytes and not self._position and self._chunks:
            head = self._chunks.head(self.head_bytes)
            self._matroska = head.startswith(MATROSKA)
            self.refused = is_manifest(head)
        return not self.refused

    # Between a read under way and the reader

    def _restart(self, generation: int) -> None:
        self._drop_passage()
        if generation != self._generation or self._cancelled:
            return
        passage = self._passage = Passage(partial(self.arrived, generation), partial(self.ended, generation))
        try:
            reading = self._data.read_to(passage, self._position)
        except ValueError:
            self.ended(generation)
            return
        passage.follow(reading)

    def _resume(self) -> None:
        if self._passage is not None and not self._paused:
            self._passage.resume()

    def _drop_passage(self) -> None:
        passage, self._passage = self._passage, None
        if passage is not None:
            passage.drop()

    def arrived(self, generation: int, chunk: bytes) -> bool:
        """Keep ``chunk``; says whether that is enough for now."""
        with self._changed:
            if generation != self._generation or not chunk:
                return False
            self._chunks.put(chunk)
            self._changed.notify_all()
            # Under the lock: a reader that empties all of it meanwhile must see the pause.
            self._paused = len(self._chunks) >= self._limits.feed_bytes
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
