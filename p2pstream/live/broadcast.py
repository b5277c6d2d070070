"""A broadcast of ours: bytes in, slices that are signed and durable, leaves to those who watch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from typing import Any

from twisted.internet.defer import Deferred
from zope.interface import implementer

from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.hashes.slices import Peaks, slice_roots
from p2pstream.content.hls import Boundary, Cutting, SegmentStart
from p2pstream.content.keys import FileKey
from p2pstream.content.signed.heads import Head, leaf_number
from p2pstream.content.signing import Identity
from p2pstream.content.units import LEAF, ZERO_HASH
from p2pstream.data.live import LiveData, Slice
from p2pstream.errors import SessionError, StorageError
from p2pstream.interfaces import IBroadcast, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.live.mesh import Mesh
from p2pstream.live.party import LiveParty
from p2pstream.live.unsigned import Cut, Unsigned

__all__ = ["Broadcast"]


class State(Enum):
    """Whether more may be fed in."""

    RUNNING = auto()
    ENDING = auto()
    OVER = auto()


@implementer(IBroadcast)
class Broadcast(LiveParty):
    """The source of a channel.

    :param channel: what signs.
    :param data: an empty window, or one that goes on behind ``last``.
    :param last: the newest slice that was signed before, with its peaks; None for an epoch that begins.
    :param wall_ms: unix ms.
    """

    def __init__(
        self,
        channel: Identity,
        data: LiveData,
        clock: Any,
        workers: IWorkers,
        wall_ms: Callable[[], int],
        uplink: int | None = None,
        epoch: int = 1,
        last: Slice | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        mesh = Mesh(uplink * 1000.0 if uplink is not None else None, source=True, limits=limits)
        super().__init__(data, mesh, clock, uplink, limits)
        self._channel = channel
        self._workers = workers
        self._wall_ms = wall_ms
        self._feed = Unsigned()
        self._segment = data.segments.newest
        # What was cut off when we ended is as long as was captured of it.
        ended_ms = last.head.captured_ms + last.head.duration_ms if last is not None else 0
        self._cutting = Cutting(data.segments.lasting(ended_ms), limits)
        self._state = State.RUNNING
        self._epoch = epoch
        self._peaks = Peaks()
        self._last: Head | None = None
        self._broken = False
        self._signing = False
        self._producer: Any = None
        self._paused = False
        self._ending: Deferred[FileKey] | None = None
        self._signed_at = clock.seconds()
        #: Bytes of leaves that were sent from here.
        self.sent = 0
        #: What the disk refused; then nothing more is broadcast.
        self.trouble: StorageError | None = None
        if last is not None:
            self._resume(last)

    @property
    def bitrate(self) -> float:
        """See `IBroadcast`."""
        return self.mesh.rate

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """See `IConsumer`."""
        if self._producer is not None:
            raise RuntimeError("a broadcast is fed by one producer at a time")
        self._producer, self._paused = producer, False
        if not streaming:
            producer.resumeProducing()

    def unregisterProducer(self) -> None:
        """See `IConsumer`."""
        self._producer = None

    def write(self, data: bytes) -> None:
        """See `IBroadcast`."""
        self.put(data)

    def put(
        self,
        content: bytes,
        rap: bool = False,
        discontinuity: bool = False,
        captured_ms: int | None = None,
        clock_s: float | None = None,
    ) -> None:
        """See `IBroadcast`."""
        if self.trouble is not None:
            # Its producer is told to stop, and may have some on their way.
            return
        if self._state is not State.RUNNING:
            raise SessionError("bytes were fed into a broadcast that is over")
        captured = self._wall_ms() if captured_ms is None else captured_ms
        clock_s = captured / 1000 if clock_s is None else clock_s
        begins = self._cutting.look(clock_s, rap, discontinuity) if content else None
        self._feed.put(content, rap, discontinuity, captured, begins)
        if self._feed.waiting >= self._limits.live_slice_full * LEAF:
            self._sign()
        self._look_at_producer()

    def end(self) -> Deferred[FileKey]:
        """See `IBroadcast`."""
        if self._ending is not None:
            raise SessionError("a broadcast was ended twice")
        self._state = State.ENDING
        self._ending = Deferred()
        self._sign()
        return self._ending

    def stop(self) -> Deferred[None]:
        """See `IBroadcast`."""
        self._state = State.OVER
        self.close()
        return self.data.close()

    def leaf(self, number: int) -> bytes | None:
        """See `ILiveParty`."""
        content = super().leaf(number)
        self.sent += len(content or b"")
        return content

    def looked(self) -> None:
        """See `LiveParty`: what was fed in meanwhile is a slice."""
        self._sign()

    def _resume(self, last: Slice) -> None:
        assert last.peaks is not None, "a source has written down the whole tree"
        self._epoch = last.head.epoch
        self._peaks = last.peaks.copy()
        self._last = last.head
        self.lineage.take(last.head)
        self._broken = True
        for start, stop in self.data.have:
            first = self.data.timeline.place(start)[1]
            self.mesh.have = self.mesh.have.add(
                leaf_number(self._epoch, first), leaf_number(self._epoch, first - (start - stop) // LEAF)
            )

    def _sign(self) -> None:
        if self._signing or self._state is State.OVER:
            return
        ready = self._feed.waiting >= LEAF or self._state is State.ENDING
        if ready or self._now - self._signed_at >= self._limits.live_heartbeat_s:
            self._signing = True
            self.start(self._sign_all())

    async def _sign_all(self) -> None:
        """Slice after slice, for as long as there are whole leaves."""
        try:
            while True:
                final = self._state is State.ENDING and self._feed.waiting < LEAF
                await self._sign_one(self._feed.cut(0 if final else self._limits.live_slice_full), final)
                if final or (self._feed.waiting < LEAF and self._state is not State.ENDING):
                    break
        except StorageError as fault:
            self._broke(fault)
        finally:
            self._signing = False
        self._look_at_producer()

    async def _sign_one(self, cut: Cut, final: bool) -> None:
        leaves = await self._workers.run(leaf_hashes, cut.content)
        head, peaks = self._next(cut, leaves, final)
        # A crash must not let anybody have what we do not know of ourselves.
        await self._record(Slice(head, leaves, peaks), cut.content)
        self._last, self._peaks, self._broken = head, peaks, False
        self._signed_at = self._now
        self.lineage.take(head)
        self.mesh.heard(head, float("inf"), self._now)
        self.accepted(head)
        for leaf in range(head.first, head.stop):
            self.act(self.mesh.came(leaf_number(head.epoch, leaf), None, self._now))
        if head.final is not None and self._ending is not None:
            self._state = State.OVER
            self._ending.callback(head.final)

    async def _record(self, entry: Slice, content: bytes) -> None:
        while True:
            try:
                return await self.data.record(entry, content)
            except StorageError:
                # What nobody can go back to any more makes room for what is now.
                if not self.data.let_go():
                    raise

    def _next(self, cut: Cut, leaves: bytes, final: bool) -> tuple[Head, Peaks]:
        last, peaks = self._last, self._peaks.copy()
        first, count = peaks.leaves, len(leaves) // 32
        roots = slice_roots(first, leaves)
        peaks.add(first, count, roots)
        captured = cut.captured_ms if count else self._wall_ms()
        head = Head(
            epoch=self._epoch,
            seq=last.seq + 1 if last is not None else 0,
            first=first,
            count=count,
            captured_ms=max(captured, last.captured_ms if last is not None else 0),
            duration_ms=min(max(self._wall_ms() - captured, 0), 60_000),
            rap=cut.rap,
            prev=last.digest if last is not None else ZERO_HASH,
            roots=roots,
            discontinuity=cut.discontinuity or self._broken,
            segment=self._begun(*cut.segment) if cut.segment is not None else None,
        )
        if final:
            length = first * LEAF + len(cut.content)
            head = replace(head, final=FileKey(peaks.root(), length))
        return head.signed(self._channel), peaks

    def _begun(self, byte: int, begins: Boundary) -> SegmentStart:
        """One more segment."""
        last, lasted = self._segment, begins.lasted_ms
        if last is None:
            # More than any earlier epoch can have got to.
            self._segment = SegmentStart(byte, self._wall_ms() // 1000, 0, lasted)
        else:
            self._segment = SegmentStart(byte, last.number + 1, last.breaks + begins.broken, lasted)
        return self._segment

    def _broke(self, fault: StorageError) -> None:
        self.trouble = fault
        self._state = State.OVER
        ended, self._ending = self._ending, None
        if ended is not None:
            ended.errback(fault)
        if self._producer is not None:
            self._producer.stopProducing()

    def _look_at_producer(self) -> None:
        """Pause whoever feeds it while much is not signed yet, or have them go on: half is left then."""
        most = self._limits.live_unsigned_bytes
        full = self._feed.waiting >= most or (self._paused and self._feed.waiting > most // 2)
        if self._producer is not None and full is not self._paused:
            self._paused = full
            (self._producer.pauseProducing if full else self._producer.resumeProducing)()
