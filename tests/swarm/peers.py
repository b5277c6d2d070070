"""Peers in memory that answer, lie, refuse or keep silent, one step at a time."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred, fail

from p2pstream.content.addresses import Address
from p2pstream.content.ranges import Ranges
from p2pstream.errors import Refused
from p2pstream.testing.proofs.proven import ProvenFilm
from p2pstream.testing.proofs.units import FakeUnitSource

__all__ = ["MemoryPeer"]


class MemoryPeer(FakeUnitSource):
    """A peer of a download; sends whole runs, and its pages at once."""

    def __init__(self, address: Address, film: ProvenFilm, units: Ranges | None = None) -> None:
        super().__init__(film, units, str(address))
        #: What it makes of the hashes that it sends.
        self.spoil_hashes: Callable[[bytearray], None] = lambda nodes: None
        #: The most hashes that it tells in one page.
        self.widest = 512
        self.pages: list[tuple[int, int, int, int]] = []
        #: Units that it was asked for and sent.
        self.sent = 0

    def ask_hashes(self, layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        """Refused where it is too much at once; else told, as it is told before the units that follow."""
        self.pages.append((layer, first, count, uncles))
        if count > self.widest:
            return fail(Refused("ask for less", 8))
        return super().ask_hashes(layer, first, count, uncles).addCallback(self._spoil_page)

    def step(self, most: int = 16) -> int:
        """Send a run."""
        sent = super().step(most)
        self.sent += sent
        return sent

    def _spoil_page(self, page: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
        nodes = bytearray(page[0])
        self.spoil_hashes(nodes)
        return bytes(nodes), page[1]
