"""The names of a mapping file, ready to be found by their words.  Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from p2pstream.central.names.words import WordIndex, words_of
from p2pstream.content.folding import fold
from p2pstream.content.names import NameTable
from p2pstream.limits import LIMITS, Limits

__all__ = ["MappedNames"]


class MappedNames(NameTable):
    """A table that does not change; making it of many names takes a while, so a worker does.

    Of names that fold to the same, one is listed; all are known.
    """

    def __init__(self, names: Iterable[str] = (), limits: Limits = LIMITS) -> None:
        super().__init__(names)
        self._listed = sorted({fold(name): name for name in self}.items())
        self._words = WordIndex()
        for number, (folded, _) in enumerate(self._listed):
            self._words.add(number, words_of(folded, limits.central_entry_words))
        # Sorts its words now, and not when somebody searches.
        self._words.find(("",))
        self._folds = [folded for folded, _ in self._listed]

    def same(self, folded: str) -> list[str]:
        """The name that folds to this, if there is one."""
        place = bisect_right(self._folds, folded) - 1
        return [self._listed[place][1]] if place >= 0 and self._folds[place] == folded else []

    def search(self, words: Sequence[str], after: str, most: int) -> Iterator[tuple[str, str]]:
        """Folds and names that have these words, in order, behind a fold."""
        start = bisect_right(self._folds, after) if after else 0
        if not words:
            yield from self._listed[start : start + most]
            return
        found = sorted(number for number in self._words.find(tuple(words)) if number >= start)
        yield from (self._listed[number] for number in found[:most])
