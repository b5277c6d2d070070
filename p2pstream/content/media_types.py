"""What a stream's name says that it is.  Pure.

Only what players play has a type of its own.  Whatever else is shared is bytes to be
kept: served as a page, a stranger's file could act as one of ours.
"""

from __future__ import annotations

__all__ = ["BYTES", "PLAYED", "essence_of", "suffix_of", "type_of"]

BYTES = "application/octet-stream"

_TYPES = {
    "video/mp4": "mp4 m4v",
    "video/x-matroska": "mkv mk3d",
    "video/webm": "webm",
    "video/quicktime": "mov qt",
    "video/mp2t": "ts m2ts mts",
    "video/mpeg": "mpg mpeg vob m2v",
    "video/ogg": "ogv ogm",
    "video/x-msvideo": "avi divx",
    "video/x-ms-wmv": "wmv asf",
    "video/x-flv": "flv f4v",
    "video/3gpp": "3gp 3g2",
    "audio/mpeg": "mp3 mp2",
    "audio/mp4": "m4a m4b",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/ogg": "ogg oga opus spx",
    "audio/wav": "wav",
    "audio/aiff": "aif aiff",
    "audio/x-matroska": "mka",
    "audio/webm": "weba",
    "audio/x-ms-wma": "wma",
    "audio/ac3": "ac3",
    "text/vtt; charset=utf-8": "vtt",
}
#: Those of pictures that move, and of sound.
PLAYED = tuple(kind for kind in _TYPES if kind.partition("/")[0] in ("audio", "video"))
_BY_SUFFIX = {suffix: kind for kind, suffixes in _TYPES.items() for suffix in suffixes.split()}


def type_of(name: str) -> str:
    """The media type of a stream of this name, as HTTP says it."""
    return _BY_SUFFIX.get(suffix_of(name), BYTES)


def essence_of(name: str) -> str:
    """That without parameters, which records have no room for."""
    return type_of(name).partition(";")[0]


def suffix_of(name: str) -> str:
    """What stands behind the last dot, in lower case; empty where nothing stands before it."""
    before, _, suffix = name.rpartition(".")
    return suffix.lower() if before else ""
