"""A catalogue that is gone when the program ends."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from twisted.internet.defer import Deferred, execute, succeed
from zope.interface import implementer

from p2pstream.central.names.ownership import check, check_room, counting
from p2pstream.central.names.ownership import succeed as succession
from p2pstream.central.names.words import WordIndex
from p2pstream.content.signed.catalogued import Entry, KnownAs
from p2pstream.interfaces import ICatalogue
from p2pstream.limits import LIMITS, Limits

__all__ = ["MemoryCatalogue"]


@implementer(ICatalogue)
class MemoryCatalogue:
    """Entries in dictionaries."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._names: dict[str, dict[bytes, Entry]] = {}
        self._places: dict[int, Entry] = {}
        self._order: list[tuple[str, int]] = []
        self._changes: dict[int, int] = {}
        self._words = WordIndex()
        self._of: Counter[bytes] = Counter()
        self._next = 1

    def publish(self, entry: Entry) -> Deferred[Entry]:
        """See `ICatalogue.publish`."""
        return execute(self._publish, entry)

    def resolve(self, fold: str, now_ms: int) -> Deferred[Sequence[Entry]]:
        """See `ICatalogue.resolve`."""
        return succeed(self._counting(fold, now_ms))

    def search(
        self, words: Sequence[str], after: tuple[str, int] | None, most: int, now_ms: int
    ) -> Deferred[Sequence[Entry]]:
        """See `ICatalogue.search`."""
        if words:
            found = sorted((self._places[place].fold, place) for place in self._words.find(tuple(words)))
        else:
            found = self._order
        start = bisect_right(found, after) if after is not None else 0
        listed = (self._marked(place, now_ms) for _, place in islice(found, start, None))
        return succeed(list(islice((entry for entry in listed if entry is not None), most)))

    def changed_since(self, change: int, most: int, now_ms: int) -> Deferred[Sequence[Entry]]:
        """See `ICatalogue.changed_since`."""
        later = sorted(number for number in self._changes if number > change)[:most]
        entries = [self._places[self._changes[number]] for number in later]
        return succeed([self._marked(entry.place, now_ms) or entry for entry in entries])

    def known(self, place: int, most: int, now_ms: int) -> Deferred[Sequence[KnownAs]]:
        """See `ICatalogue.known`."""
        live = (entry for entry in self._places.values() if entry.place > place)
        found = sorted((entry for entry in live if entry.key and entry.until_ms > now_ms), key=_place)[:most]
        return succeed([(e.place, e.fold, e.name, e.key, e.synced) for e in found])

    def purge(self, now_ms: int) -> Deferred[Sequence[Entry]]:
        """See `ICatalogue.purge`."""
        over = (entry for entry in self._places.values() if entry.until_ms <= now_ms)
        gone = list(islice(over, self._limits.catalogue_batch))
        for entry in gone:
            self._drop(entry)
        return succeed(gone)

    def count(self) -> int:
        """See `ICatalogue.count`."""
        return len(self._places)

    def close(self) -> Deferred[None]:
        """See `ICatalogue.close`."""
        return succeed(None)

    def _publish(self, entry: Entry) -> Entry:
        same = self._names.get(entry.fold, {})
        old, inherited = same.get(entry.publisher), same.get(entry.heir_of)
        if old is not None and not check(old, entry):
            return old
        if old is None and inherited is None:
            room = self._limits.catalogue_memory_records
            check_room(len(self._places), self._of[entry.publisher], room, self._limits)
        kept = succession(entry, old, inherited, self._next, self._next)
        self._next += 1
        for before in (old, inherited):
            if before is not None:
                self._drop(before)
        self._keep(kept)
        return kept

    def _keep(self, entry: Entry) -> None:
        self._names.setdefault(entry.fold, {})[entry.publisher] = entry
        self._places[entry.place] = entry
        self._changes[entry.change] = entry.place
        insort(self._order, (entry.fold, entry.place))
        self._words.add(entry.place, tuple(entry.words.split()))
        self._of[entry.publisher] += 1

    def _drop(self, entry: Entry) -> None:
        same = self._names[entry.fold]
        del same[entry.publisher], self._places[entry.place], self._changes[entry.change]
        if not same:
            del self._names[entry.fold]
        del self._order[bisect_right(self._order, (entry.fold, entry.place)) - 1]
        self._words.discard(entry.place, tuple(entry.words.split()))
        self._of[entry.publisher] -= 1
        if not self._of[entry.publisher]:
            del self._of[entry.publisher]

    def _counting(self, fold: str, now_ms: int) -> list[Entry]:
        return counting(self._names.get(fold, {}).values(), now_ms)

    def _marked(self, place: int, now_ms: int) -> Entry | None:
        """An entry, if it counts, and whether it is the owner's."""
        entry = self._places[place]
        same = (other for other in self._counting(entry.fold, now_ms) if other.place == place)
        return next(same, None)


def _place(entry: Entry) -> int:
    return entry.place
