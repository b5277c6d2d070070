"""Subtitles that lie beside a film: which files are whose, and what they are called."""

from __future__ import annotations

import re

from p2pstream.content.text import printable
from p2pstream.values import value

__all__ = ["SUFFIXES", "SideText", "is_beside", "text_names"]

#: Files that may be subtitles.
SUFFIXES = (".srt", ".vtt", ".ass", ".ssa")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@value
class SideText:
    """A track, as it was found."""

    language: str
    label: str
    #: A file of subtitles of any kind; or WebVTT, where it was made from such.
    raw: bytes


def is_beside(film: str, name: str) -> bool:
    """Whether a file of that name has the subtitles of a film: ``film.srt``, ``film.en.srt``, in any case."""
    stem, _, suffix = name.rpartition(".")
    own = film.rpartition(".")[0].casefold()
    return f".{suffix.lower()}" in SUFFIXES and bool(own) and f"{stem.casefold()}.".startswith(f"{own}.")


def text_names(film: str, name: str) -> tuple[str, str]:
    """Language and label that the name tells: of ``film.pt-BR.forced.srt`` those between."""
    own, stem = film.rpartition(".")[0], name.rpartition(".")[0]
    between = [part for part in stem[len(own) :].split(".") if part]
    language = between[0] if between and _is_language(between[0]) else ""
    label = " ".join(between) or "subtitles"
    return language, printable(label, 60)


def _is_language(part: str) -> bool:
    """As BCP 47 has the shortest of them: two or three letters, maybe a region."""
    return _LANGUAGE.fullmatch(part) is not None
