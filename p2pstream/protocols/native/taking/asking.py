"""What we ask for on one channel, and what we know of the other end.  Pure."""

from __future__ import annotations

from p2pstream.codes import Code
from p2pstream.content.hashes.hash_nodes import width
from p2pstream.content.keys import FileKey
from p2pstream.content.units import HASH_BYTES, UNIT
from p2pstream.errors import PeerError
from p2pstream.limits import Limits
from p2pstream.protocols.native.messages import Page
from p2pstream.protocols.native.taking.batch import Batch
from p2pstream.protocols.native.taking.elsewhere import Elsewhere
from p2pstream.protocols.native.taking.havemap import HaveMap

__all__ = ["Asking"]

_MOST_RID = 0xFFFFFFFF


class Asking:
    """Units and pages that are on their way to us."""

    def __init__(self, key: FileKey, limits: Limits) -> None:
        self._key = key
        self._limits = limits
        self._batches: dict[int, Batch] = {}
        self._rid = 0
        #: What the other end has.
        self.theirs = HaveMap(key.units, limits)
        #: What it says that it gives to others.
        self.elsewhere = Elsewhere(limits)
        #: How many units may be outstanding.
        self.credit: int = limits.native_first_units
        #: The units that are.
        self.units: set[int] = set()
        #: The pages of hashes that are.
        self.pages: set[Page] = set()
        #: The pieces of what belongs to the stream that are.
        self.metas: set[tuple[bytes, int]] = set()

    @property
    def waits(self) -> bool:
        """Whether anything is outstanding."""
        return bool(self.units or self.pages or self.metas)

    def ask(self, first: int, count: int) -> int:
        """These units are asked for from now on; the number of the request.

        :raises ValueError: one of them is asked for already, or there is no such unit.
        """
        if not 1 <= count <= self._limits.native_request_units or not 0 <= first <= self._key.units - count:
            raise ValueError(f"{count} units from {first} on cannot be asked for, of {self._key.units}")
        wanted = range(first, first + count)
        if not self.units.isdisjoint(wanted):
            raise ValueError(f"one of {count} units from {first} on is asked for already")
        self._rid = self._rid % _MOST_RID + 1
        while self._rid in self._batches:
            self._rid = self._rid % _MOST_RID + 1
        self._batches[self._rid] = Batch(self._rid, first, count)
        self.units.update(wanted)
        return self._rid

    def arriving(self, rid: int, first: int, length: int) -> int:
        """How many units a frame of ``length`` bytes brings.

        :raises PeerError: nobody asked for them, or they would not be whole.
        """
        count = -(-length // UNIT)
        batch = self._batches.get(rid)
        if batch is None or not batch.holds(first, count):
            raise PeerError(
                f"{count} units from {first} on were sent; nobody asked for them", Code.UNSOLICITED
            )
        start, stop = self._key.span(first, first + count)
        if length != stop - start:
            raise PeerError(f"{count} units from {first} on cannot be {length} bytes")
        return count

    def answered(self, rid: int, first: int, count: int) -> None:
        """These units arrived, or will not.

        :raises PeerError: nobody asked for them.
        """
        batch = self._batches.get(rid)
        if batch is None or not batch.holds(first, count):
            raise PeerError(
                f"{count} units from {first} on were refused; nobody asked for them", Code.UNSOLICITED
            )
        batch.answer(first, count)
        if not batch.left:
            del self._batches[rid]
        self.units.difference_update(range(first, first + count))

    def within(self, first: int, count: int) -> list[tuple[int, int, int]]:
        """Which of these units are outstanding: number of the request, first, count."""
        wanted = range(first, first + count)
        if self.units.isdisjoint(wanted):
            return []
        return [
            (batch.rid, *run) for batch in list(self._batches.values()) for run in batch.within(first, count)
        ]

    def everything(self) -> list[tuple[int, int, int]]:
        """All units that are outstanding: number of the request, first, count."""
        return [(batch.rid, *run) for batch in self._batches.values() for run in batch.within(0, 0)]

    def split(self, page: Page, hashes: bytes) -> tuple[bytes, bytes]:
        """The nodes and the uncles of a page that came.

        :raises PeerError: nobody asked for it, or it is not as long as it is.
        """
        layer, first, count, uncles = page
        if page not in self.pages:
            raise PeerError("a page of hashes was sent; nobody asked for it", Code.UNSOLICITED)
        nodes = HASH_BYTES * min(count, width(self._key, layer) - first)
        length = nodes + HASH_BYTES * uncles
        if len(hashes) != length:
            raise PeerError(f"a page of hashes has {len(hashes)} bytes, not {length}")
        self.pages.remove(page)
        return hashes[:nodes], hashes[nodes:]
