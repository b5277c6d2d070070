"""What a stream is called in HTTP: its type, and the name to keep it under.  Pure.

Only what players play has a type of its own.  Whatever else is shared is bytes to be
kept: served as a page, a stranger's file could act as one of ours.
"""

from __future__ import annotations

from urllib.parse import quote

from p2pstream.content.manifests import is_manifest, shows_manifest

__all__ = ["BYTES", "disposition", "is_refused", "type_of"]

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
_BY_SUFFIX = {suffix: kind for kind, suffixes in _TYPES.items() for suffix in suffixes.split()}
#: What is text by nature.
_TEXTS = frozenset(["ass", "md", "nfo", "srt", "ssa", "sub", "txt", "vtt"])
#: What may stand bare in a quoted string (RFC 6266, appendix D: no percent sign either).
_PLAIN = frozenset(map(chr, range(32, 127))) - frozenset('"\\%')


def type_of(name: str) -> str:
    """The media type of a stream of this name."""
    return _BY_SUFFIX.get(_suffix(name), BYTES)


def is_refused(name: str, head: bytes) -> bool:
    """Whether a stream that begins with ``head`` may be a list of links, which a player would follow.

    Served by us it would have the player's trust.  Names are no guide but to what is
    text by nature: a player looks at the bytes.
    """
    return shows_manifest(head) if _suffix(name) in _TEXTS else is_manifest(head)


def disposition(name: str) -> str:
    """The value of Content-Disposition (RFC 6266): to be shown, if it can be, and kept under its name."""
    way = "attachment" if type_of(name) == BYTES else "inline"
    plain = "".join(character if character in _PLAIN else "_" for character in name)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'{way}; filename="{plain}"{extended}'


def _suffix(name: str) -> str:
    before, _, suffix = name.rpartition(".")
    return suffix.lower() if before else ""
