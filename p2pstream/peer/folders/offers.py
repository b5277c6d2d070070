"""Which file stands behind each name.

Names are flat: the last part of a path.  Where several files have the same one, the
share that was named first wins, then the file that lies higher, then the path.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zope.interface import implementer

from p2pstream.content.names import NameTable
from p2pstream.data.disk import Stamp
from p2pstream.interfaces import INames
from p2pstream.values import value

__all__ = ["Offer", "Offers", "Turn"]

#: The table of names is sorted anew, not name by name, when more than this many change.
_MANY = 100


@dataclass(frozen=True, order=True)
class Offer:
    """One file of one share; of several with one name the smallest wins."""

    #: The number of the share, in the order of the command line.
    share: int
    depth: int
    path: str
    stamp: Stamp

    @classmethod
    def of(cls, share: int, path: str, stamp: Stamp) -> Offer:
        """The offer of a file at a path relative to the share."""
        return cls(share, path.count("/"), path, stamp)

    @property
    def name(self) -> str:
        """What people ask for."""
        return self.path.rpartition("/")[2]


@value
class Turn:
    """What one change did to the names."""

    #: What stands behind its name from now on.
    shared: tuple[Offer, ...]
    #: What no longer does.
    withdrawn: tuple[Offer, ...]
    #: What came and has to wait behind another, which is beside it.
    hidden: tuple[tuple[Offer, Offer], ...]


@implementer(INames)
class Offers:
    """All files that are ready, by name; as `INames`, what can be asked for."""

    def __init__(self) -> None:
        self._names = NameTable()
        self._rivals: dict[str, list[Offer]] = {}
        #: Of each share: how many of its files stand behind their names, and their bytes.
        self.counts: Counter[int] = Counter()
        self.lengths: Counter[int] = Counter()

    def get(self, name: str) -> Offer | None:
        """What stands behind a name."""
        rivals = self._rivals.get(name)
        return rivals[0] if rivals else None

    def is_proper_prefix(self, name: str) -> bool:
        """As `INames` says."""
        return self._names.is_proper_prefix(name)

    def __contains__(self, name: object) -> bool:
        return name in self._rivals

    def __len__(self) -> int:
        return len(self._rivals)

    def __iter__(self) -> Iterator[Offer]:
        """What stands behind each name."""
        return (rivals[0] for rivals in self._rivals.values())

    @property
    def length(self) -> int:
        """The bytes of all that stands behind a name."""
        return sum(self.lengths.values())

    def behind(self, name: str) -> Iterator[Offer]:
        """What stands behind the names that come after that one, by name."""
        return (self._rivals[each][0] for each in self._names.behind(name))

    def change(self, gone: Iterable[Offer], come: Iterable[Offer]) -> Turn:
        """Take some offers out and others in."""
        gone, come = list(gone), list(come)
        touched = dict.fromkeys(offer.name for offer in (*gone, *come))
        before = {name: self.get(name) for name in touched}
        for offer in gone:
            self._drop(offer)
        for offer in come:
            insort(self._rivals.setdefault(offer.name, []), offer)
        after = {name: self.get(name) for name in touched}
        self._rename(before, after)
        changed = [name for name in touched if before[name] != after[name]]
        hidden = ((offer, after[offer.name]) for offer in come)
        turn = Turn(
            shared=tuple(filter(None, map(after.get, changed))),
            withdrawn=tuple(filter(None, map(before.get, changed))),
            hidden=tuple((offer, winner) for offer, winner in hidden if winner and winner != offer),
        )
        self._count(turn.shared, 1)
        self._count(turn.withdrawn, -1)
        return turn

    def _count(self, offers: Iterable[Offer], times: int) -> None:
        for offer in offers:
            self.counts[offer.share] += times
            self.lengths[offer.share] += times * offer.stamp.size

    def _drop(self, offer: Offer) -> None:
        rivals = self._rivals[offer.name]
        rivals.remove(offer)
        if not rivals:
            del self._rivals[offer.name]

    def _rename(self, before: dict[str, Offer | None], after: dict[str, Offer | None]) -> None:
        if len(after) > _MANY:
            self._names = NameTable(self._rivals)
            return
        for name, offer in after.items():
            if offer is None:
                self._names.discard(name)
            elif before[name] is None:
                self._names.add(name)
