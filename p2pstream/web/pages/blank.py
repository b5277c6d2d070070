"""What stands where a film has no picture: an evening with hills, for each name its own.  Pure."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from itertools import pairwise

from p2pstream.limits import LIMITS
from p2pstream.web.markup import Markup, joined, tag

__all__ = ["blank"]

_WIDTH, _HEIGHT = 320, 180


def blank(name: str, picture: str = "") -> Markup:
    """The same for the same name, as wide and as high as films are.

    :param picture: where one of the film may be; it covers the evening, and where it cannot be had
        nothing of it is seen: an ``img`` would be drawn torn, a poster is not.
    """
    evening = _evening(name)
    if not picture:
        return evening
    return joined([evening, tag.video(poster=picture, preload="none", aria_hidden="true", class_="picture")])


@lru_cache(LIMITS.page_blanks)
def _evening(name: str) -> Markup:
    chance = sha256(name.encode("utf-8", "surrogatepass")).digest()
    hue = chance[0] * 360 // 256
    sky = tag.rect(width=_WIDTH, height=_HEIGHT, fill=_colour(hue, 30, 19))
    x, y, r = 40 + chance[1] * 240 // 255, 48 + chance[2] * 40 // 255, 15 + chance[3] * 9 // 255
    light = _colour(hue + 40, 66, 68)
    glow = [tag.circle(cx=x, cy=y, r=r * each, fill=light, opacity=".07") for each in (9, 6, 4, 2)]
    sun = tag.circle(cx=x, cy=y, r=r, fill=light)
    hills = (
        _hill(chance[4:9], 96, 34, _colour(hue + 10, 32, 23)),
        _hill(chance[9:14], 122, 30, _colour(hue, 32, 16)),
        _hill(chance[14:19], 148, 22, _colour(hue - 8, 34, 10)),
    )
    return tag.svg(
        sky, glow, sun, hills, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", preserveAspectRatio="xMidYMid slice",
        class_="blank", aria_hidden="true",
    )  # fmt: skip


def _hill(chance: bytes, top: int, rise: int, colour: str) -> Markup:
    """A ridge through five heights, from one side to the other."""
    step = _WIDTH // 4
    points = [(each * step, top + rise - 2 * rise * height // 255) for each, height in enumerate(chance)]
    x, y = points[0]
    way = [f"M{x} {y}"]
    for left, right in pairwise(points):
        middle = (left[0] + right[0]) // 2
        way.append(f"C{middle} {left[1]} {middle} {right[1]} {right[0]} {right[1]}")
    return tag.path(d="".join([*way, f"V{_HEIGHT}H0z"]), fill=colour)


def _colour(hue: int, saturation: int, lightness: int) -> str:
    return f"hsl({hue % 360} {saturation}% {lightness}%)"
