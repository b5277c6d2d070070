"""The same pictures and sound in fragmented MP4, which browsers take as it comes.

Nothing is decoded.  Times stay those of the film, from wherever it begins, so that
fragments of several such streams fit beside each other on one line of time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import av
from av.bitstream import BitStreamFilterContext

from p2pstream.content.side.browsers import wrapped
from p2pstream.content.side.facts import AUDIO, VIDEO, Facts
from p2pstream.media.copies import copy_of
from p2pstream.media.worker.opening import shown_tracks, start_us

__all__ = ["remux"]

_OPTIONS = {
    # delay_moov: what decoders are set up with may only be known after the first packets.
    "movflags": "frag_keyframe+empty_moov+delay_moov+default_base_moof+frag_discont+skip_trailer",
    # The times are those that we say.
    "use_editlist": "0",
    "avoid_negative_ts": "make_non_negative",
    # From one key frame to the next may be ten seconds: nobody waits so long for a picture.
    "frag_duration": "1000000",
    "min_frag_duration": "400000",
}
_US = 1_000_000
#: How far before a time its key frame is looked for, one after the other; at last from the beginning.
_BACK_US = (0, 2 * _US, 8 * _US, 32 * _US, 400_000 * _US)
#: So many pictures may wait for their times; no decoder puts more in another order.
_REORDERED = 17
#: So many parts of sound that lie before a picture: ten seconds of it.
_BEFORE = 500


def remux(container: Any, facts: Facts, start_ms: int, into: Any) -> None:
    """Write all of it from the last key frame before ``start_ms`` on.

    :raises ValueError: there is nothing in it that a browser decodes.
    """
    streams = list(_taken(container, facts))
    if not streams:
        raise ValueError("there is nothing in it that a browser can decode")
    begin = start_us(container)
    with av.open(into, "w", format="mp4", options=_OPTIONS) as out:
        copies = {stream.index: copy_of(stream, out) for stream in streams}
        filters = {stream.index: _bare(stream) for stream in streams}
        for packet in _timed(_from_picture(container, streams, start_ms * 1000)):
            at, unit = packet.stream.index, packet.time_base
            moved = round(begin / (_US * unit))
            packet.pts, packet.dts = packet.pts - moved, packet.dts - moved
            for each in filters[at].filter(packet) if filters[at] is not None else [packet]:
                each.time_base, each.stream = unit, copies[at]
                out.mux(each)


def _taken(container: Any, facts: Facts) -> Iterator[Any]:
    """The first picture and the first sound that can be in it."""
    tracks = list(zip(shown_tracks(container), facts.tracks, strict=False))
    for kind in (VIDEO, AUDIO):
        found = next((stream for stream, track in tracks if track.kind == kind and wrapped(track)), None)
        if found is not None:
            yield found


def _bare(stream: Any) -> Any:
    """What takes off the heads that sound has in transport streams, one a frame; None: there are none."""
    context = stream.codec_context
    if context.name != "aac" or context.extradata:
        return None
    return BitStreamFilterContext("aac_adtstoasc", stream)


def _from_picture(container: Any, streams: list[Any], start: int) -> Iterator[Any]:
    """All packets from the last key frame before that time on, in microseconds; of sound from there."""
    begin, has_picture = start_us(container), streams[0].type == "video"
    for back in _BACK_US:
        if start:
            container.seek(begin + max(0, start - back), backward=True)
        packets = (packet for packet in container.demux(streams) if packet.size)
        before = deque[Any](maxlen=_BEFORE)
        for first in packets:
            if _is_picture(first) or not has_picture:
                break
            if first.stream.type != "video":
                before.append(first)
        else:
            continue
        # A container without an index may lead behind the key frame that is looked for.
        if start <= back or _at_us(first) <= begin + start:
            # Sound may lie before the picture that it belongs to.
            yield from (each for each in before if not start or _at_us(each) >= _at_us(first))
            yield first
            yield from packets
            return


def _at_us(packet: Any) -> float:
    at = packet.pts if packet.pts is not None else packet.dts
    return 0.0 if at is None else float(at * packet.time_base * _US)


def _is_picture(packet: Any) -> bool:
    return packet.stream.type == "video" and bool(packet.is_keyframe)


def _timed(packets: Iterator[Any]) -> Iterator[Any]:
    """Packets whose times of decoding are known, and ascend, each track's own."""
    last: dict[int, int] = {}
    untimed: list[Any] = []
    for packet in packets:
        if packet.dts is None and packet.pts is None:
            continue
        if packet.dts is None and packet.stream.type == "video" and len(untimed) < _REORDERED:
            # Matroska does not tell them, and of the first pictures they cannot be reckoned either.
            untimed.append(packet)
            continue
        for each in (*_dated(untimed, packet), packet):
            each.dts = each.pts if each.dts is None else each.dts
            # AVI has no times of showing.
            each.pts = each.dts if each.pts is None else max(each.pts, each.dts)
            before = last.get(each.stream.index)
            if before is None or each.dts > before:
                last[each.stream.index] = each.dts
                yield each
        untimed = untimed if packet.stream.type != "video" else []


def _dated(untimed: list[Any], following: Any) -> list[Any]:
    """Pictures that come before one whose time is known: a frame apart, backwards from there."""
    if following.stream.type != "video" or not untimed:
        return []
    apart = max(1, following.duration or untimed[0].duration or 1)
    for number, packet in enumerate(reversed(untimed), 1):
        packet.dts = following.dts - number * apart if following.dts is not None else packet.pts
    return untimed
