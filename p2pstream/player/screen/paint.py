"""Draws a scene of `overlay` with SFML: round boxes, gradients, text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from sfml import graphics

from p2pstream.player.scene.shapes import Box, Colour, Label, Primitive, Shade, Thumb
from p2pstream.player.screen.sheets import Sheets
from p2pstream.player.screen.titles import Fonts

__all__ = ["Painter"]

#: Width of the picture of a disc that all round corners are cut from.
DISC = 48

#: Where the capitals of a font are, seen from the top that SFML counts from.
CAPITALS = 0.635


class Painter:
    """Turns scenes into drawables, anew only when the scene changes."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        #: Where pictures to seek by are taken from; None while there are none.
        self.sheets: Sheets | None = None
        self._disc = _disc()
        self._scene: tuple[Primitive, ...] = ()
        self._drawn: list[tuple[Any, Any]] = []

    def measure(self, text: str, size: int) -> float:
        """How wide ``text`` is in the plain font, in pixels."""
        return float(graphics.Text(self._fonts.plain, text, size).local_bounds.width)

    def draw(self, window: Any, scene: tuple[Primitive, ...]) -> None:
        """Draw ``scene`` on ``window``."""
        if scene != self._scene:
            self._scene, self._drawn = scene, list(self._drawables(scene))
        for drawable, states in self._drawn:
            if states is None:
                window.draw(drawable)
            else:
                window.draw(drawable, states)

    def _drawables(self, scene: Iterable[Primitive]) -> Iterator[tuple[Any, Any]]:
        states = graphics.RenderStates(texture=self._disc)
        for primitive in scene:
            if isinstance(primitive, Box):
                yield _triangles(_round_box(primitive)), states
            elif isinstance(primitive, Shade):
                yield _triangles(_shade(primitive)), None
            elif isinstance(primitive, Thumb):
                sprite = self.sheets.sprite(primitive) if self.sheets is not None else None
                if sprite is not None:
                    yield sprite, None
            else:
                yield self._text(primitive), None

    def _text(self, label: Label) -> Any:
        font = self._fonts.title if label.font == "title" else self._fonts.plain
        text = graphics.Text(font or self._fonts.plain, label.text, label.size)
        text.fill_color = graphics.Color(*label.colour)
        width = text.local_bounds.width
        left = label.x - {"left": 0, "middle": width / 2, "right": width}[label.align]
        # Whole pixels: glyphs between them are blurred.
        text.position = (round(left), round(label.y - label.size * CAPITALS))
        return text


def _disc() -> Any:
    """A white disc with a soft edge: corners of any size, smooth without antialiasing."""
    half = DISC // 2
    # One quarter is computed, the others are its reflections: this is in the way of the
    # first frame.
    quarter = [
        bytes(round(255 * max(0.0, min(1.0, half - math.hypot(x + 0.5, y + 0.5)))) for x in range(half))
        for y in range(half)
    ]
    rows = [row[::-1] + row for row in (*quarter[::-1], *quarter)]
    pixels = bytearray(b"\xff" * (4 * DISC * DISC))
    pixels[3::4] = b"".join(rows)
    texture = graphics.Texture.from_image(graphics.Image.from_pixels(DISC, DISC, bytes(pixels)))
    # No mipmap: making one takes 110 ms where there is no graphics card.
    texture.smooth = True
    return texture


Corner = tuple[float, float, Colour, float, float]


def _triangles(corners: Iterable[Corner]) -> Any:
    array = graphics.VertexArray(graphics.PrimitiveType.TRIANGLES)
    for x, y, colour, u, v in corners:
        array.append(graphics.Vertex((x, y), graphics.Color(*colour), (u, v)))
    return array


def _quad(
    x: tuple[float, float], y: tuple[float, float], u: tuple[float, float], v: tuple[float, float], c: Colour
) -> Iterator[Corner]:
    for across, down in ((0, 0), (1, 0), (1, 1), (0, 0), (1, 1), (0, 1)):
        yield x[across], y[down], c, u[across], v[down]


def _round_box(box: Box) -> Iterator[Corner]:
    """Nine parts: four quarters of the disc, and its middle stretched between them."""
    radius = min(box.radius, box.width / 2, box.height / 2)
    columns = _cuts(box.x, box.width, radius)
    rows = _cuts(box.y, box.height, radius)
    for x0, x1, u0, u1 in columns:
        for y0, y1, v0, v1 in rows:
            yield from _quad((x0, x1), (y0, y1), (u0, u1), (v0, v1), box.colour)


def _cuts(start: float, length: float, radius: float) -> list[tuple[float, float, float, float]]:
    """One direction of the nine parts: from, to, and the same in the disc."""
    half, stop = DISC / 2, start + length
    if radius <= 0:
        return [(start, stop, half, half)]
    return [
        (start, start + radius, 0, half),
        (start + radius, stop - radius, half, half),
        (stop - radius, stop, half, DISC),
    ]


def _shade(shade: Shade) -> Iterator[Corner]:
    top, bottom = shade.y, shade.y + shade.height
    for x, y in (
        (0, top),
        (shade.width, top),
        (shade.width, bottom),
        (0, top),
        (shade.width, bottom),
        (0, bottom),
    ):
        yield x, y, shade.top if y == top else shade.bottom, 0, 0
