"""Where a broadcast is, at whoever takes part in it and speaks HTTP.  Pure."""

from __future__ import annotations

__all__ = ["PLAYLIST", "PLAYLIST_KIND", "STREAM", "live_path"]

#: What the playlist is called, and the stream without end beside it.
PLAYLIST, STREAM = "index.m3u8", "stream.ts"
#: The media type of a playlist (RFC 8216, section 10).
PLAYLIST_KIND = "application/vnd.apple.mpegurl"


def live_path(key: str, part: str = PLAYLIST) -> str:
    """The path of a part of it.

    :param key: the text of its key.
    """
    return f"/live/{key}/{part}"
