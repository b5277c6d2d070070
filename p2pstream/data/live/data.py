"""A broadcast as data: it grows at one end, is forgotten at the other, and is read in between."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

from p2pstream.content.hashes.slices import slice_roots
from p2pstream.content.hls import Segments
from p2pstream.content.keys import LiveKey
from p2pstream.content.signed.heads import Head
from p2pstream.content.units import HASH_BYTES, LEAF
from p2pstream.data.live.journal import Slice
from p2pstream.data.live.reading import LiveReading, Stuffing
from p2pstream.data.live.recent import RecentSlices
from p2pstream.data.live.stuffing import zeros
from p2pstream.data.live.writing import Leaf, WindowWriting
from p2pstream.errors import BadProof, ReadStopped
from p2pstream.interfaces import IDisk, ILiveData, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["LiveData"]


@implementer(ILiveData)
class LiveData(LiveReading):
    """One channel's stream; nothing gets in that is not proven by a head.

    Whoever calls has checked that the channel signed the heads, and takes care of their order
    (`content.signed.lineage`).  Readers wait for bytes that are to come; what was given up they get
    as ``stuffing``, and what is older than the window fails with `errors.Gone`.

    :param window_s: how far back it can be read; the disk has room for that.
    :param keeps_all: it can be read from its first byte on, until `let_go`.
    """

    seekable = True

    def __init__(
        self,
        key: LiveKey,
        disk: IDisk,
        workers: IWorkers,
        window_s: float,
        limits: Limits = LIMITS,
        stuffing: Stuffing = zeros,
        keeps_all: bool = False,
    ) -> None:
        super().__init__(window_s, limits, stuffing, keeps_all)
        self.key = key
        #: For players of HTTP, as far as is known; in the stream's own positions.
        self.segments = Segments(limits)
        self._slices = RecentSlices(limits.live_recent_slices)
        self._unwritten: set[tuple[int, int]] = set()
        self._writing = WindowWriting(disk, key, workers, self._not_written, limits)

    @property
    def raps(self) -> Sequence[tuple[int, int]]:
        """Where one may begin to watch: the position, and the source's clock when it was captured."""
        return self._horizon.raps

    @property
    def breaks(self) -> Sequence[int]:
        """Where timestamps do not go on from what is before."""
        return self._horizon.breaks

    @property
    def newest_ms(self) -> int | None:
        """The source's clock at the end of the newest slice; None before the first."""
        return self._horizon.newest_ms

    @property
    def complete(self) -> bool:
        """Whether it has ended, and all of it is here, from the first byte on."""
        return self.length is not None and self.have.covers(0, self.length)

    @property
    def keeps_all(self) -> bool:
        """Whether nothing of it is forgotten."""
        return self._horizon.keeps_all

    @property
    def window_s(self) -> float:
        """How far back it can be read, where not all of it is kept."""
        return self._horizon.window_s

    @property
    def trouble(self) -> Exception | None:
        """What the disk refused last; None while it takes all."""
        return self._writing.trouble

    def let_go(self) -> bool:
        """Forget what is older than the window, from now on; whether that gives room back.

        Where nothing is older, the window is half of what it was, down to its least.
        """
        moved = self._horizon.let_go()
        if moved:
            self._move_on()
        return moved

    def resume(self, entry: Slice, oldest: int) -> None:
        """Go on behind a slice of an epoch of which all leaves from ``oldest`` on are on the disk."""
        self._note(entry)
        start = self.timeline.position(entry.head.epoch, oldest) or 0
        self.have = self.have.add(start, self.edge)
        self._horizon.start = start
        self._arrived()

    def add(self, entry: Slice) -> bool:
        """A slice, whose head holds; whether it is of use.

        :raises BadProof: these are not the hashes of its leaves.
        """
        if slice_roots(entry.head.first, entry.leaves) != entry.head.roots:
            raise BadProof(f"the hashes of a slice from leaf {entry.head.first} on are not those of its head")
        if not self._note(entry):
            return False
        self._writing.put_entry(entry)
        self._tell()
        return True

    def put(self, epoch: int, leaf: int, content: bytes) -> bool:
        """A leaf that came; whether it is what its slice says, and new.

        :raises BadProof: it is not: its sender lies.
        """
        entry = self._slices.over(epoch, leaf)
        position = self.timeline.position(epoch, leaf)
        if entry is None or position is None or self.has(epoch, leaf):
            return False
        at = (leaf - entry.head.first) * HASH_BYTES
        expected = entry.leaves[at : at + HASH_BYTES]
        if len(content) != entry.head.leaf_bytes(leaf) or sha256(content).digest() != expected:
            raise BadProof(f"leaf {leaf} of epoch {epoch} is not what its head says")
        self._keep(epoch, leaf, position, content)
        self._writing.put(epoch, leaf, content)
        self._arrived()
        return True

    def record(self, entry: Slice, content: bytes) -> Deferred[None]:
        """A slice of our own, with all its bytes; they are here once they are durable.

        Slices are recorded one after another.

        :returns: fails with `errors.StorageError`: then nothing of it is here.
        """
        return Deferred.fromCoroutine(self._record(entry, content))

    def note_segment(self, head: Head) -> None:
        """What a head says of segments, whose bytes need not be here."""
        position = self.timeline.position(head.epoch, head.first)
        if position is None:
            return
        if head.segment is not None:
            self.segments.add(position + head.segment.byte, head.epoch, head.captured_ms, head.segment)
        if head.final is not None:
            self.segments.end(position + head.length, head.epoch, head.captured_ms)

    def has(self, epoch: int, leaf: int) -> bool:
        """Whether a leaf is here."""
        position = self.timeline.position(epoch, leaf)
        return position is not None and self.have.covers(position, position + 1)

    def skip(self, epoch: int, leaf: int) -> None:
        """A leaf will not come in time: readers go on behind it."""
        position = self.timeline.position(epoch, leaf)
        if position is not None and not self.has(epoch, leaf):
            self._holes = self._holes.add(position, self._leaf_stop(position))
            self._wake()

    def leaf(self, epoch: int, leaf: int) -> bytes | None:
        """A leaf, if it is in memory."""
        return self._leaves.get(epoch, leaf)

    def slice(self, epoch: int, leaf: int) -> Slice | None:
        """The slice that a leaf belongs to, if it is in memory."""
        return self._slices.over(epoch, leaf)

    def later_slice(self, epoch: int, leaf: int) -> Deferred[Slice | None]:
        """The slice that a leaf belongs to, from the disk if need be; None where it is not known."""
        entry = self._slices.over(epoch, leaf)
        if entry is not None or self.timeline.position(epoch, leaf) is None:
            return succeed(entry)
        return self._writing.entry(epoch, leaf)

    def close(self, remove: bool = False) -> Deferred[None]:
        """Nothing more comes, and readers fail with `errors.ReadStopped`.

        :param remove: leave nothing of it on the disk.
        """
        self.fail(ReadStopped("the broadcast was left"))
        return self._writing.close(remove)

    async def _record(self, entry: Slice, content: bytes) -> None:
        head = entry.head
        cut = (content[at : at + LEAF] for at in range(0, len(content), LEAF))
        leaves = list(enumerate(cut, head.first))
        await self._writing.record(entry, leaves)
        self._note(entry)
        for leaf, part in leaves:
            self._keep(head.epoch, leaf, self.timeline.position(head.epoch, leaf) or 0, part)
        self._arrived()

    def _note(self, entry: Slice) -> bool:
        """A slice belongs to what is to be read; False where it is of an epoch that is over."""
        head = entry.head
        if self.timeline.epoch is None or head.epoch > self.timeline.epoch:
            self.timeline.begin(head.epoch)
        position = self.timeline.position(head.epoch, head.first)
        if position is None or position < self.start or self._slices.over(head.epoch, head.first) is not None:
            return False
        self._slices.put(entry)
        self.timeline.grow(head.epoch, head.first * LEAF + head.length)
        self.note_segment(head)
        newest = position + head.length == self.timeline.edge
        if not newest:
            self._horizon.late(head, position)
        elif self._horizon.grown(head, position):
            self._move_on()
        if head.final is not None:
            self.length = self.timeline.edge
            self._wake()
        return True

    def _move_on(self) -> None:
        """What is older than the window is forgotten."""
        start = self.start
        self.segments.forget(start)
        self.have, self._holes = self.have.remove(0, start), self._holes.remove(0, start)
        epoch, leaf, _ = self.timeline.place(start)
        self._writing.forget(epoch, leaf, self.timeline.forget(start))
        self._wake()

    def _keep(self, epoch: int, leaf: int, position: int, content: bytes) -> None:
        if position < self.start:
            return
        self.have = self.have.add(position, position + len(content))
        self._holes = self._holes.remove(position, position + len(content))
        for place in self._leaves.put(epoch, leaf, content):
            if place in self._unwritten:
                self._unwritten.discard(place)
                self._lose(*place)

    def _not_written(self, leaves: list[Leaf]) -> None:
        """These are in memory alone, for as long as they are there."""
        for epoch, leaf, _ in leaves:
            if self._leaves.get(epoch, leaf) is not None:
                self._unwritten.add((epoch, leaf))
            else:
                self._lose(epoch, leaf)

    def _lose(self, epoch: int, leaf: int) -> None:
        position = self.timeline.position(epoch, leaf)
        if position is not None:
            self.have = self.have.remove(position, self._leaf_stop(position))
            self._tell()
