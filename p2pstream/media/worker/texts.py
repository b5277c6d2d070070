"""Subtitles that are inside a film, as WebVTT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av

from p2pstream.content.subtitles.ass import ass_payload
from p2pstream.content.subtitles.cues import LONGEST_MS, Cue
from p2pstream.content.subtitles.markup import payload
from p2pstream.content.subtitles.vtt import webvtt
from p2pstream.limits import Limits
from p2pstream.media.worker.opening import TEXTS, start_us

__all__ = ["shown_by", "texts"]


def texts(container: Any, limits: Limits) -> Iterator[tuple[Any, bytes]]:
    """Each track that is text and has any, as its stream and WebVTT.

    Text lies between pictures and sound: all of the film is read, where its container has no index of it.
    """
    streams = [each for each in container.streams.subtitles if each.codec_context.name in TEXTS]
    streams = streams[: limits.side_subtitles]
    found: dict[int, list[Cue]] = {stream.index: [] for stream in streams}
    if not streams:
        return
    _pass_over(container, found)
    for packet in container.demux(streams):
        cues = found[packet.stream.index]
        if len(cues) < limits.subtitle_cues and (cue := _cue(packet, start_us(container), limits)):
            cues.append(cue)
    for stream in streams:
        if cues := sorted(found[stream.index], key=lambda cue: (cue.start_ms, cue.end_ms)):
            yield stream, webvtt(cues, limits)


def _pass_over(container: Any, wanted: dict[int, list[Cue]]) -> None:
    """Have FFmpeg not gather what is not wanted, as far as this PyAV can say so."""
    for stream in container.streams:
        if stream.index not in wanted and hasattr(stream, "discard"):
            stream.discard = av.stream.Discard.all


def _cue(packet: Any, start: int, limits: Limits) -> Cue | None:
    if packet.pts is None or not packet.size or not packet.duration:
        return None
    start_ms = round(packet.pts * packet.time_base * 1000) - start // 1000
    end_ms = start_ms + round(packet.duration * packet.time_base * 1000)
    if not 0 <= start_ms < end_ms <= LONGEST_MS:
        return None
    shown, settings = shown_by(packet.stream.codec_context.name, bytes(packet), limits.subtitle_cue_length)
    return Cue(start_ms, end_ms, shown, settings) if shown else None


def shown_by(codec: str, raw: bytes, most: int) -> tuple[str, str]:
    """What one packet shows, and where."""
    if codec == "mov_text":
        # Its length, the text, then styles (3GPP TS 26.245).
        raw = raw[2 : 2 + int.from_bytes(raw[:2], "big")]
        return payload(_text(raw), most), ""
    if codec in ("ass", "ssa"):
        # As Matroska has it: number, layer, style, name, three margins, effect, text.
        return ass_payload(_text(raw).split(",", 8)[-1], most)
    return payload(_text(raw), most, escaped=codec == "webvtt"), ""


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\r\n", "\n")
