"""Pictures out of a film: one for a list, and small ones to seek by.

Only key frames are decoded, one thread, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av

from p2pstream.content.side.facts import Facts
from p2pstream.content.side.packfile import PICTURE, SHEET, Storyboard
from p2pstream.limits import Limits
from p2pstream.media.worker.opening import start_us
from p2pstream.media.worker.tiles import Tile, jpeg, sheet, tile_of, tile_size

__all__ = ["pictures"]

#: No two pictures to seek by are closer than that.
_LEAST_MS = 5_000
_WIDTH, _HEIGHT = 160, 90
_PICTURE_WIDTH, _PICTURE_HEIGHT = 480, 270
#: So many packets without a picture, from one key frame on, and it is given up.
_PACKETS = 500
#: The part of a film in which the picture of it is looked for: after its title, before its end.
_FROM, _TO = 0.05, 0.6
#: On a sheet: 25 of them have some 64 KiB, one unit.
_ACROSS = _DOWN = 5


def pictures(container: Any, facts: Facts, limits: Limits) -> Iterator[tuple[str, bytes] | Storyboard]:
    """Kind and JPEG of each, the picture first, then sheets, last what is on them; of sound nothing."""
    video = next((stream for stream in container.streams.video), None)
    if video is None:
        return
    video.codec_context.skip_frame = "NONKEY"
    every_ms = max(_LEAST_MS, -(-facts.duration_ms // limits.side_tiles))
    count = max(1, min(limits.side_tiles, facts.duration_ms // every_ms))
    tiles = [_tile(container, video, number * every_ms) for number in range(count)]
    best = max(range(count), key=lambda number: _worth(tiles[number], number / count))
    frame = _frame_at(container, video, best * every_ms)
    if frame is None:
        return
    yield PICTURE, jpeg(_scaled(frame, video, _PICTURE_WIDTH, _PICTURE_HEIGHT))
    if count > 1:
        yield from _sheets(tiles, every_ms)


def _sheets(found: list[Tile | None], every_ms: int) -> Iterator[tuple[str, bytes] | Storyboard]:
    size = next(tile.size for tile in found if tile is not None)
    # A place where nothing could be decoded has the picture before it; another size comes of a broken film.
    tiles, last = list[Tile](), Tile.black(size)
    for tile in found:
        last = tile if tile is not None and tile.size == size else last
        tiles.append(last)
    across, down = min(_ACROSS, len(tiles)), min(_DOWN, -(-len(tiles) // _ACROSS))
    for start in range(0, len(tiles), across * down):
        yield SHEET, jpeg(sheet(tiles[start : start + across * down], across, down))
    yield Storyboard(every_ms, len(tiles), *size, across, down)


def _tile(container: Any, video: Any, at_ms: int) -> Tile | None:
    frame = _frame_at(container, video, at_ms)
    return None if frame is None else _scaled(frame, video, _WIDTH, _HEIGHT)


def _scaled(frame: Any, video: Any, width: int, height: int) -> Tile:
    aspect = video.codec_context.sample_aspect_ratio or Fraction(1)
    return tile_of(frame, tile_size(frame, aspect, width, height))


def _frame_at(container: Any, video: Any, at_ms: int) -> Any:
    """The key frame at that time, or the last one before it; None where none can be decoded."""
    try:
        container.seek(start_us(container) + at_ms * 1000, backward=True)
        for number, packet in enumerate(container.demux(video)):
            for frame in packet.decode():
                return frame
            if number == _PACKETS:
                return None
    except (av.error.FFmpegError, EOFError, ValueError):
        # A ValueError is what PyAV 19 makes of a decoder that does not open.
        return None
    return None


def _worth(tile: Tile | None, place: float) -> float:
    """How much there is to be seen: neither black nor one colour; and at a good place."""
    if tile is None:
        return -1.0
    return tile.variety * (1.0 if _FROM <= place <= _TO else 0.2)
