"""What a name may be, and a table of names."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice

from p2pstream.content.folding import fold
from p2pstream.content.text import printable
from p2pstream.errors import BadName
from p2pstream.limits import LIMITS

__all__ = ["JOINERS", "NameTable", "check_name", "decode_name"]

#: Names of a table that lie side by side; to put one in between moves no more than these.
_BLOCK = 1000

_REFUSED = {
    "Cc": "a control character",
    "Cs": "half a character",
    "Co": "a private character",
    "Cn": "a character that does not exist",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
    "Cf": "an invisible character",
}
#: Zero-width joiners are part of how Persian, Hindi and emoji are written.
JOINERS = "\u200c\u200d"
# A path would be built from these on one system or another.
_SEPARATORS = "/\\"
# Only with a real "/" is it one (`content.namespaces`); what folds to it must not pass for it.
_NAMESPACE = re.compile(r"~[a-z2-7]{52}/")


def check_name(text: str) -> str:
    """Return ``text`` if a stream may have that name.

    :raises BadName: one line that says which rule it breaks.
    """
    if not text:
        raise BadName("no name is given")
    fault = _fault(text)
    if fault:
        raise BadName(f"“{printable(text, 80)}” cannot be a name: {fault}")
    return text


def _fault(text: str) -> str:
    """Which rule ``text`` breaks; empty when none."""
    length = len(text.encode("utf-8", "surrogatepass"))
    if length > LIMITS.name_bytes:
        return f"it has {length} bytes, and {LIMITS.name_bytes} are the most"
    for character in text:
        if character in _SEPARATORS:
            return f"it contains “{character}”"
        kind = unicodedata.category(character)
        if kind in _REFUSED and character not in JOINERS:
            return f"it contains {_REFUSED[kind]} ({printable(character)})"
    if text[0] in " ." or text[-1] in " .":
        return "it begins or ends with a blank or a dot"
    folded = fold(text)
    if not folded:
        return "nothing of it can be seen"
    return "it passes for a name in somebody's own namespace" if _NAMESPACE.match(folded) else ""


def decode_name(received: bytes) -> str:
    """The name in ``received``, which came from a stranger.

    :raises BadName: not UTF-8, or not what `check_name` allows.
    """
    try:
        text = received.decode("utf-8")
    except UnicodeDecodeError:
        raise BadName(f"“{printable(received, 80)}” cannot be a name: it is not UTF-8") from None
    return check_name(text)


class NameTable:
    """A set of names, a million at most, that answers quickly whether one begins another."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        ordered = sorted(set(names))
        #: In order, in blocks none of which is empty, unless it is the only one; and where each begins.
        self._blocks = [ordered[at : at + _BLOCK] for at in range(0, len(ordered), _BLOCK)] or [[]]
        self._starts = ["", *(block[0] for block in self._blocks[1:])]

    def add(self, name: str) -> None:
        """Take ``name`` in; harmless when it is there."""
        block, place = self._find(name)
        names = self._blocks[block]
        if names[place : place + 1] == [name]:
            return
        names.insert(place, name)
        if len(names) >= 2 * _BLOCK:
            self._blocks.insert(block + 1, names[_BLOCK:])
            self._starts.insert(block + 1, names[_BLOCK])
            del names[_BLOCK:]

    def discard(self, name: str) -> None:
        """Drop ``name``; harmless when it is not there."""
        block, place = self._find(name)
        names = self._blocks[block]
        if names[place : place + 1] != [name]:
            return
        del names[place]
        if not names and len(self._blocks) > 1:
            del self._blocks[block], self._starts[block]
            self._starts[0] = ""

    def is_proper_prefix(self, name: str) -> bool:
        """Whether some longer name in the table begins with ``name``."""
        block, place = self._find(name)
        if self._blocks[block][place : place + 1] == [name]:
            place += 1
        if place == len(self._blocks[block]):
            block, place = block + 1, 0
        return block < len(self._blocks) and any(
            longer.startswith(name) for longer in self._blocks[block][place : place + 1]
        )

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        block, place = self._find(name)
        return self._blocks[block][place : place + 1] == [name]

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks:
            yield from block

    def behind(self, name: str) -> Iterator[str]:
        """Those that come after ``name``, in order; the table must not change meanwhile."""
        block, place = self._find(name)
        place += self._blocks[block][place : place + 1] == [name]
        yield from islice(self._blocks[block], place, None)
        for names in self._blocks[block + 1 :]:
            yield from names

    def __len__(self) -> int:
        return sum(map(len, self._blocks))

    def _find(self, name: str) -> tuple[int, int]:
        """The block in which a name is or would be, and its place there."""
        block = bisect_right(self._starts, name) - 1
        return block, bisect_left(self._blocks[block], name)
