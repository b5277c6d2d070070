"""How a stream of a name is given over HTTP: whether at all, and to be kept under which name.  Pure."""

from __future__ import annotations

from urllib.parse import quote

from p2pstream.content.manifests import is_manifest, shows_manifest
from p2pstream.content.media_types import BYTES, suffix_of, type_of

__all__ = ["disposition", "is_refused"]

#: What is text by nature.
_TEXTS = frozenset(["ass", "md", "nfo", "srt", "ssa", "sub", "txt", "vtt"])
#: What may stand bare in a quoted string (RFC 6266, appendix D: no percent sign either).
_PLAIN = frozenset(map(chr, range(32, 127))) - frozenset('"\\%')


def is_refused(name: str, head: bytes) -> bool:
    """Whether a stream that begins with ``head`` may be a list of links, which a player would follow.

    Served by us it would have the player's trust.  Names are no guide but to what is
    text by nature: a player looks at the bytes.
    """
    return shows_manifest(head) if suffix_of(name) in _TEXTS else is_manifest(head)


def disposition(name: str) -> str:
    """The value of Content-Disposition (RFC 6266): to be shown, if it can be, and kept under its name."""
    way = "attachment" if type_of(name) == BYTES else "inline"
    plain = "".join(character if character in _PLAIN else "_" for character in name)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'{way}; filename="{plain}"{extended}'
