"""A stranger's text made WebVTT's: escaped, and of all marks bold, italic and underlined."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape

__all__ = ["payload"]

_MARK = re.compile(r"<\s{0,3}(/?)\s{0,3}([A-Za-z][^<>]{0,200}|[0-9:.]{5,20}|)>")
_KEPT = frozenset("biu")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def payload(text: str, most: int, escaped: bool = False) -> str:
    """What a cue shows; empty where nothing is to be seen.

    :param most: characters of ``text`` that count.
    :param escaped: whether ``&lt;`` stands for ``<`` in it.
    """
    lines = (line.strip() for line in "".join(_marked(text[:most], escaped)).split("\n"))
    shown = "\n".join(filter(None, lines))
    return shown if _MARK.sub("", shown).strip() else ""


def _marked(text: str, escaped: bool) -> Iterator[str]:
    """The parts of it, each made harmless; marks are closed in the order in which they must be."""
    open_marks: list[str] = []
    at = 0
    for found in _MARK.finditer(text):
        yield _harmless(text[at : found.start()], escaped)
        at = found.end()
        name = found[2].strip().lower()
        if name not in _KEPT:
            continue
        if not found[1]:
            if name not in open_marks:
                open_marks.append(name)
                yield f"<{name}>"
        elif name in open_marks:
            yield from _closed(open_marks, name)
    yield _harmless(text[at:], escaped)
    yield from (f"</{name}>" for name in reversed(open_marks))


def _closed(open_marks: list[str], name: str) -> Iterator[str]:
    """Close one mark, and for a moment those that were opened inside it."""
    inside = open_marks[open_marks.index(name) + 1 :]
    yield from (f"</{each}>" for each in reversed([name, *inside]))
    yield from (f"<{each}>" for each in inside)
    open_marks.remove(name)


def _harmless(text: str, escaped: bool) -> str:
    text = unescape(text) if escaped else text
    return "".join(_seen(text)).translate(_ESCAPES)


def _seen(text: str) -> Iterable[str]:
    # Marks of direction stay: right-to-left text needs them.
    for character in text.replace("\r", "\n"):
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp"):
            yield character
        else:
            yield " "
