"""SubStation Alpha: one line for each text, with fields between commas and marks in braces.

Where and how a text is drawn is left out, but for italics, bold, and that it stands at the top.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from p2pstream.content.subtitles.cues import Cue, time_ms
from p2pstream.content.subtitles.markup import payload
from p2pstream.limits import LIMITS, Limits

__all__ = ["ass_payload", "is_ass", "parse_ass"]

_FORMAT = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_MOST_FIELDS = 30
_BLOCK = re.compile(r"\{([^{}]{0,2000})\}")
_STYLE = re.compile(r"\\([biu])([01])(?![0-9])")
_TOP = re.compile(r"\\an[789]|\\a[567](?![0-9])")
#: What follows is a drawing, not text, until another of these says 0.
_DRAWING = re.compile(r"\\p([0-9]+)")
_BREAKS = re.compile(r"\\[Nn]")


def is_ass(text: str) -> bool:
    """Whether it is of this kind."""
    head = text[:4096].lstrip().lower()
    return head.startswith("[script info]") or "\n[events]" in head or "\ndialogue:" in f"\n{head}"


def parse_ass(text: str, limits: Limits = LIMITS) -> list[Cue]:
    """The cues, in the order of the file; comments are none."""
    fields: Sequence[str] = _FORMAT
    found: list[Cue] = []
    for line in text.split("\n"):
        kind, colon, rest = line.partition(":")
        kind = kind.strip().lower()
        if colon and kind == "format" and "text" in rest.lower():
            fields = [each.strip().lower() for each in rest.split(",", _MOST_FIELDS)]
        elif colon and kind == "dialogue":
            cue = _cue(fields, rest, limits)
            if cue is not None:
                found.append(cue)
            if len(found) == limits.subtitle_cues:
                break
    return found


def ass_payload(text: str, most: int) -> tuple[str, str]:
    """What a text with marks in braces shows, and its settings."""
    text = text[: 4 * most]
    parts, at, draws = list[str](), 0, False
    for block in _BLOCK.finditer(text):
        parts.append("" if draws else text[at : block.start()])
        at = block.end()
        for drawing in _DRAWING.finditer(block[1]):
            draws = drawing[1].strip("0") != ""
        parts += (f"<{'/' if state == '0' else ''}{mark}>" for mark, state in _STYLE.findall(block[1]))
    parts.append("" if draws else text[at:])
    shown = _BREAKS.sub("\n", "".join(parts)).replace("\\h", "\u00a0")
    return payload(shown, most), "line:0" if _TOP.search(text) else ""


def _cue(fields: Sequence[str], rest: str, limits: Limits) -> Cue | None:
    values = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
    start, end = time_ms(values.get("start", "")), time_ms(values.get("end", ""))
    if start is None or end is None or end <= start:
        return None
    shown, settings = ass_payload(values.get("text", ""), limits.subtitle_cue_length)
    return Cue(start, end, shown, settings) if shown else None
