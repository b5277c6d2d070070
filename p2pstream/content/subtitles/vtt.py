"""WebVTT (W3C, Web Video Text Tracks), read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from p2pstream.content.subtitles.cues import Cue
from p2pstream.content.subtitles.markup import payload
from p2pstream.content.subtitles.srt import times
from p2pstream.limits import LIMITS, Limits

__all__ = ["clock", "is_vtt", "parse_vtt", "webvtt"]

_SETTINGS = re.compile(
    r"align:(?:start|center|end|left|right)|vertical:(?:rl|lr)|line:-?[0-9]{1,3}%?"
    r"|position:[0-9]{1,3}%|size:[0-9]{1,3}%"
)


def is_vtt(text: str) -> bool:
    """Whether it says so."""
    return text.startswith("WEBVTT") and text[6:7] in ("", " ", "\t", "\n")


def parse_vtt(text: str, limits: Limits = LIMITS) -> list[Cue]:
    """The cues; styles, regions and notes are left out."""
    found: list[Cue] = []
    during: tuple[int, int, str] | None = None
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.strip():
            if during is None:
                during = times(line)
            else:
                lines.append(line)
            continue
        if during is not None and (cue := _cue(during, lines, limits)) is not None:
            found.append(cue)
            if len(found) == limits.subtitle_cues:
                break
        during, lines = None, []
    return found


def _cue(during: tuple[int, int, str], lines: list[str], limits: Limits) -> Cue | None:
    shown = payload("\n".join(lines), limits.subtitle_cue_length, escaped=True)
    settings = " ".join(each for each in during[2].split() if _SETTINGS.fullmatch(each))
    return Cue(during[0], during[1], shown, settings) if shown else None


def webvtt(cues: Iterable[Cue], limits: Limits = LIMITS) -> bytes:
    """A file of them; it ends early rather than being larger than the bound."""
    parts, size = [b"WEBVTT\n"], 7
    for cue in cues:
        settings = f" {cue.settings}" if cue.settings else ""
        written = f"\n{clock(cue.start_ms)} --> {clock(cue.end_ms)}{settings}\n{cue.text}\n".encode()
        size += len(written)
        if size > limits.subtitle_vtt_bytes:
            break
        parts.append(written)
    return b"".join(parts)


def clock(ms: int) -> str:
    """A time as WebVTT writes it: ``01:02:03.456``."""
    seconds, part = divmod(ms, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}.{part:03}"
