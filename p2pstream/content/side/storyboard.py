"""Pictures to seek by, as players on web pages take them: WebVTT that points into sheets."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.content.side.packfile import Storyboard
from p2pstream.content.subtitles.vtt import clock

__all__ = ["storyboard_vtt"]


def storyboard_vtt(board: Storyboard, duration_ms: int, address: Callable[[int], str]) -> bytes:
    """For each time the picture that is shown then (Media Fragments, ``#xywh=``).

    :param duration_ms: of the film; the last picture stands until then.
    :param address: of a sheet, by its number.
    """
    each, lines = board.across * board.down, ["WEBVTT\n"]
    for number in range(board.count):
        sheet, place = divmod(number, each)
        row, column = divmod(place, board.across)
        start, stop = number * board.every_ms, (number + 1) * board.every_ms
        if number == board.count - 1:
            stop = max(stop, duration_ms)
        box = f"{column * board.width},{row * board.height},{board.width},{board.height}"
        lines.append(f"{clock(start)} --> {clock(stop)}\n{address(sheet)}#xywh={box}\n")
    return "\n".join(lines).encode()
