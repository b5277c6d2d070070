"""Words that names are found by.  Pure."""

from __future__ import annotations

import re
from bisect import bisect_left

__all__ = ["WordIndex", "words_of"]

_WORD = re.compile(r"[^\W_]+")


def words_of(folded: str, most: int) -> tuple[str, ...]:
    """The first words of a text that is folded already, each once."""
    return tuple(dict.fromkeys(_WORD.findall(folded)))[:most]


class WordIndex:
    """Things, numbered, by the beginnings of their words."""

    def __init__(self) -> None:
        self._things: dict[str, set[int]] = {}
        self._sorted: list[str] = []

    def add(self, thing: int, words: tuple[str, ...]) -> None:
        """It is found by these."""
        for word in words:
            self._things.setdefault(word, set()).add(thing)

    def discard(self, thing: int, words: tuple[str, ...]) -> None:
        """It is no longer found by these."""
        for word in words:
            things = self._things.get(word, set())
            things.discard(thing)
            if not things:
                self._things.pop(word, None)

    def find(self, beginnings: tuple[str, ...]) -> set[int]:
        """What has, for each of these, a word that begins so."""
        found: set[int] | None = None
        for beginning in beginnings:
            having = set().union(*(self._things[word] for word in self._beginning(beginning)))
            found = having if found is None else found & having
        return found or set()

    def _beginning(self, beginning: str) -> list[str]:
        if len(self._sorted) != len(self._things):
            self._sorted = sorted(self._things)
        start = bisect_left(self._sorted, beginning)
        stop = bisect_left(self._sorted, beginning + chr(0x10FFFF))
        return [word for word in self._sorted[start:stop] if word in self._things]
