"""Subtitles: SubRip, SubStation Alpha and WebVTT in, WebVTT out.

What comes in is a stranger's.  Each parser reads it once, from the first line to the last,
stops at the bounds of `limits`, and lets nothing through but text and the few marks that
`markup` writes anew.
"""

from __future__ import annotations

from p2pstream.content.subtitles.ass import is_ass, parse_ass
from p2pstream.content.subtitles.cues import Cue
from p2pstream.content.subtitles.encodings import decoded
from p2pstream.content.subtitles.srt import parse_srt
from p2pstream.content.subtitles.vtt import is_vtt, parse_vtt, webvtt
from p2pstream.errors import BadSubtitles
from p2pstream.limits import LIMITS, Limits

__all__ = ["parse_subtitles", "to_webvtt"]


def parse_subtitles(raw: bytes, limits: Limits = LIMITS) -> list[Cue]:
    """The cues in a file, in the order of their times; what it is, is seen by what is in it.

    :raises errors.BadSubtitles: there is none, or the file is larger than they are.
    """
    if len(raw) > limits.subtitle_bytes:
        raise BadSubtitles(f"subtitles of {len(raw)} bytes are larger than {limits.subtitle_bytes}")
    text = decoded(raw)
    if is_vtt(text):
        found = parse_vtt(text, limits)
    elif is_ass(text):
        found = parse_ass(text, limits)
    else:
        found = parse_srt(text, limits)
    if not found:
        raise BadSubtitles("no line of text with a time is in these subtitles")
    return sorted(found, key=lambda cue: (cue.start_ms, cue.end_ms))


def to_webvtt(raw: bytes, limits: Limits = LIMITS) -> bytes:
    """A file of subtitles as WebVTT.

    :raises errors.BadSubtitles: as `parse_subtitles`.
    """
    return webvtt(parse_subtitles(raw, limits), limits)
