"""What a browser can play: as it is, in another container, or not at all, and then for what.

What all current browsers on desktops and phones decode without the system's help; a
codec that only some have (HEVC, AC-3) counts as one that none has, and is named.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from p2pstream.content.side.facts import AUDIO, VIDEO, Facts, FilmTrack
from p2pstream.values import value

__all__ = ["InBrowser", "Playable", "playable", "wrapped"]


class InBrowser(StrEnum):
    """How a film gets into a browser."""

    #: As it is.
    FILE = "file"
    #: The same pictures and sound, wrapped anew while it plays.
    REMUX = "remux"
    NONE = "no"


@value
class Playable:
    """How, as what, and what is lost."""

    way: InBrowser
    #: The type with codecs, for what is sent that way; empty where nothing is.
    mime: str = ""
    #: Codecs, as people call them, that a browser cannot decode.
    cannot: tuple[str, ...] = ()


#: What people call those that browsers lack, or have on some systems only.
_CALLED = {
    "hevc": "HEVC (H.265)",
    "ac3": "AC-3 (Dolby Digital)",
    "eac3": "E-AC-3 (Dolby Digital Plus)",
    "dts": "DTS",
    "truehd": "Dolby TrueHD",
    "mpeg4": "MPEG-4 part 2 (DivX, Xvid)",
    "mpeg2video": "MPEG-2",
    "mpeg1video": "MPEG-1",
    "wmv3": "WMV 9",
    "vc1": "VC-1",
    "wmav2": "WMA",
    "mp2": "MP2",
    "prores": "ProRes",
    "theora": "Theora",
    "alac": "ALAC",
}
#: Containers that browsers open, and what they then decode in them.
_OPENED = {
    "mp4": ("video/mp4", {"h264", "av1", "vp9", "aac", "mp3", "opus", "flac"}),
    "webm": ("video/webm", {"vp8", "vp9", "av1", "vorbis", "opus"}),
    "mp3": ("audio/mpeg", {"mp3"}),
    "flac": ("audio/flac", {"flac"}),
    "wav": ("audio/wav", {"pcm_s16le"}),
    "ogg": ("audio/ogg", {"vorbis", "opus", "flac"}),
}
#: What they decode in fragmented MP4.
_WRAPPED = frozenset(_OPENED["mp4"][1])
#: H.264 of which browsers have all tools: baseline, main, extended, high with 8 bits.
_AVC_PROFILES = frozenset(["42", "4d", "58", "64"])


def playable(facts: Facts) -> Playable:
    """What becomes of a film in a browser: the first picture and the first sound that it knows."""
    shown = [track for track in facts.tracks if track.kind in (VIDEO, AUDIO)]
    cannot = tuple(dict.fromkeys(_called(track) for track in shown if not _decodes(track)))
    taken = [track for kind in (VIDEO, AUDIO) if (track := _first(facts, kind, _decodes)) is not None]
    if not taken or (facts.of(VIDEO) and taken[0].kind != VIDEO):
        return Playable(InBrowser.NONE, "", cannot)
    kind, decoded = _OPENED.get(facts.container, ("", frozenset[str]()))
    if all(track.codec in decoded for track in shown) and not cannot:
        return Playable(InBrowser.FILE, _mime(kind, taken))
    rewrapped = [track for kind in (VIDEO, AUDIO) if (track := _first(facts, kind, wrapped)) is not None]
    if rewrapped and rewrapped[0].kind == taken[0].kind:
        return Playable(InBrowser.REMUX, _mime("video/mp4", rewrapped), cannot)
    return Playable(InBrowser.NONE, "", cannot or tuple(_called(track) for track in taken))


def wrapped(track: FilmTrack) -> bool:
    """Whether browsers decode it in fragmented MP4."""
    return track.codec in _WRAPPED and _decodes(track)


def _first(facts: Facts, kind: str, may: Callable[[FilmTrack], bool]) -> FilmTrack | None:
    return next((track for track in facts.of(kind) if may(track)), None)


def _decodes(track: FilmTrack) -> bool:
    if track.codec == "h264":
        return not track.rfc6381 or track.rfc6381[5:7] in _AVC_PROFILES
    return any(track.codec in decoded for _, decoded in _OPENED.values())


def _called(track: FilmTrack) -> str:
    if track.codec == "h264":
        return "H.264 with more than 8 bits, or all colours"
    return _CALLED.get(track.codec, track.codec.upper())


def _mime(kind: str, tracks: list[FilmTrack]) -> str:
    codecs = [track.rfc6381 for track in tracks]
    return f'{kind}; codecs="{", ".join(codecs)}"' if all(codecs) else kind
