"""Reads a stream in order from one peer, and proves every unit before it is handed on."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.codes import words
from p2pstream.content.hashes.hash_nodes import unit_hash
from p2pstream.content.hashes.merkle import PartialTree
from p2pstream.content.units import UNIT
from p2pstream.errors import BadProof, P2PStreamError, Refused, SourceLost, Unproven
from p2pstream.interfaces import IUnitListener, IUnitSource

__all__ = ["ProvenUnits"]

#: Units that are asked for ahead of the reader: 1 MiB.
_AHEAD = 16


@implementer(IUnitListener)
class ProvenUnits:
    """A `data.reading.Supply` over a source, whose only listener it is.

    :param stop: the byte up to which it will be read.
    """

    def __init__(self, source: IUnitSource, stop: int) -> None:
        self._source = source
        self._tree = PartialTree(source.key)
        self._end = -(-stop // UNIT)
        self._asked: set[int] = set()
        self._here: dict[int, bytes] = {}
        self._fault: P2PStreamError | None = None
        self._waiting: Deferred[None] | None = None
        source.listen(self)

    def at_hand(self, start: int, stop: int) -> bytes | None:
        """Always to be waited for: what is here has to be forgotten, and more asked for."""
        return None

    def later(self, start: int, stop: int) -> Deferred[bytes]:
        """See `Supply`: at most one unit at a time."""
        return Deferred.fromCoroutine(self._later(start, stop))

    async def _later(self, start: int, stop: int) -> bytes:
        unit = start // UNIT
        for passed in [here for here in self._here if here < unit]:
            del self._here[passed]
        await self._prove(unit)
        while unit not in self._here:
            self._ask(unit)
            await self._change()
        chunk = self._here[unit]
        return chunk[start - unit * UNIT : stop - unit * UNIT]

    async def _prove(self, unit: int) -> None:
        """Have the hash of a unit, and those of its neighbours."""
        while (page := self._tree.needs(unit, 1)) is not None:
            nodes, uncles = await self._source.ask_hashes(*page)
            layer, first, _, _ = page
            try:
                taken = self._tree.add_page(layer, first, nodes, uncles)
            except BadProof as fault:
                self._source.spoilt(unit, str(fault))
                raise
            if not taken:
                raise Unproven(f"{self._source.address} sent hashes that lead nowhere")

    def _ask(self, unit: int) -> None:
        """Ask for this unit and those after it, as far as proofs, credit and what is there go."""
        if self._fault is not None:
            raise self._fault
        for wanted in range(unit, min(unit + _AHEAD, self._end)):
            if not self._source.room or self._tree.unit_hash(wanted) is None:
                return
            if wanted not in self._asked and wanted not in self._here:
                if not self._source.units.covers(wanted, wanted + 1):
                    return
                self._source.ask(wanted, 1, 0 if wanted == unit else 1)
                self._asked.add(wanted)

    def _change(self) -> Deferred[None]:
        """Fires when something came, or may be asked for."""
        self._waiting = Deferred()
        return self._waiting

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.called:
            waiting.callback(None)

    def lend(self, source: IUnitSource, first: int, count: int) -> memoryview | None:
        """See `IUnitListener`."""
        start, stop = source.key.span(first, first + count)
        return memoryview(bytearray(stop - start))

    def arrived(self, source: IUnitSource, first: int, count: int, run: memoryview) -> None:
        """See `IUnitListener`."""
        for unit in range(first, first + count):
            self._asked.discard(unit)
            chunk = run[(unit - first) * UNIT : (unit - first + 1) * UNIT]
            if unit_hash(chunk, source.key, unit) != self._tree.unit_hash(unit):
                self._fault = BadProof(f"unit {unit} of {source.address} is not what its hash says")
                source.spoilt(unit, str(self._fault))
                break
            self._here[unit] = bytes(chunk)
        self._wake()

    def dropped(self, source: IUnitSource, first: int, count: int, run: memoryview) -> None:
        """See `IUnitListener`; `lost` follows."""

    def refused(self, source: IUnitSource, first: int, count: int, code: int) -> None:
        """See `IUnitListener`."""
        self._fault = self._fault or Refused(f"{source.address} does not send it: {words(code)}", code)
        self._wake()

    def changed(self, source: IUnitSource) -> None:
        """See `IUnitListener`."""
        self._wake()

    def lost(self, source: IUnitSource, reason: Failure) -> None:
        """See `IUnitListener`."""
        self._fault = self._fault or SourceLost(reason.getErrorMessage())
        self._wake()
