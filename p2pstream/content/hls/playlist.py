"""How segments are told to players: a media playlist (RFC 8216, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from p2pstream.content.hls.segments import MediaSegment
from p2pstream.limits import LIMITS, Limits

__all__ = ["playlist"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Decimal fractions of seconds came with the third version.
_VERSION = 3
#: In the year 2248; what a head says of later is left out, for dates end with the year 9999.
_LATEST_MS = 1 << 43


def playlist(segments: Sequence[MediaSegment], ended: bool, limits: Limits = LIMITS) -> bytes:
    """The text of a playlist that stands beside its segments.

    How long a segment can be, and what each is called, never changes; the window slides over
    them until the broadcast has ended.

    :param segments: such as follow each other; the oldest first.
    """
    longest = round(limits.live_segment_most_s)
    first = segments[0] if segments else None
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", f"#EXT-X-TARGETDURATION:{longest}"]
    if first is not None:
        lines.append(f"#EXT-X-MEDIA-SEQUENCE:{first.number}")
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{first.breaks}")
    if ended:
        lines.append("#EXT-X-PLAYLIST-TYPE:VOD")
    breaks = None
    for each in segments:
        if breaks is not None and each.breaks != breaks:
            lines.append("#EXT-X-DISCONTINUITY")
        if each.breaks != breaks and each.captured_ms < _LATEST_MS:
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{_date(each.captured_ms)}")
        breaks = each.breaks
        lines += [f"#EXTINF:{min(each.lasted_ms / 1000, longest + 0.499):.3f},", each.name]
    if ended:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join([*lines, ""]).encode("ascii")


def _date(unix_ms: int) -> str:
    """ISO 8601, to the millisecond."""
    date = _EPOCH + timedelta(milliseconds=unix_ms)
    return date.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
