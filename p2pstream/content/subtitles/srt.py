"""SubRip: a number, two times, lines of text; and what people make of it."""

from __future__ import annotations

import re

from p2pstream.content.subtitles.cues import Cue, time_ms
from p2pstream.content.subtitles.markup import payload
from p2pstream.limits import LIMITS, Limits

__all__ = ["parse_srt", "times"]

_TIMES = re.compile(r"\s*([0-9:.,]{5,16})\s*--?>\s*([0-9:.,]{5,16})(.{0,200})")
#: What programs for SubStation Alpha leave in files of this kind.
_BRACES = re.compile(r"\{\\[^{}]{0,200}\}")
_AT_TOP = re.compile(r"\{\\an?[789]\}|\{\\a[567]\}")


def times(line: str) -> tuple[int, int, str] | None:
    """The two times that a line has, and what follows them; None where it is no such line."""
    found = _TIMES.fullmatch(line[:300])
    if found is None:
        return None
    start, end = time_ms(found[1]), time_ms(found[2])
    return None if start is None or end is None or end <= start else (start, end, found[3])


def parse_srt(text: str, limits: Limits = LIMITS) -> list[Cue]:
    """The cues; lines that belong to none are passed over."""
    found: list[Cue] = []
    during: tuple[int, int, str] | None = None
    lines: list[str] = []
    for line in [*text.split("\n"), None]:
        following = None if line is None else times(line)
        if line is not None and following is None:
            lines.append(line)
            continue
        if during is not None and (cue := _cue(during, lines, line is not None, limits)) is not None:
            found.append(cue)
            if len(found) == limits.subtitle_cues:
                break
        during, lines = following, []
    return found


def _cue(during: tuple[int, int, str], lines: list[str], another: bool, limits: Limits) -> Cue | None:
    """What stood between two lines of times; the number of the next cue is none of it."""
    if another and lines and lines[-1].strip().isdecimal():
        lines = lines[:-1]
    text = "\n".join(lines)[: 2 * limits.subtitle_cue_length]
    shown = payload(_BRACES.sub("", text), limits.subtitle_cue_length)
    settings = "line:0" if _AT_TOP.search(text) else ""
    return Cue(during[0], during[1], shown, settings) if shown else None
