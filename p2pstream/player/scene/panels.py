"""What stands in the middle of the window: why the film does not move, and what the keys do.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from p2pstream.player.control.controls import KEYS
from p2pstream.player.scene.edges import pause_sign
from p2pstream.player.scene.layout import Layout
from p2pstream.player.scene.lettering import Measure, shortened
from p2pstream.player.scene.palette import ACCENT, HELP, PILL, SOFT, TRACK
from p2pstream.player.scene.shapes import Box, Label, Primitive
from p2pstream.player.scene.showing import Showing

__all__ = ["Panels"]


class Panels:
    """Draws them for one geometry."""

    def __init__(self, layout: Layout, measure: Measure) -> None:
        self._layout = layout
        self._unit = layout.scale
        self._middle = (layout.width / 2, layout.height / 2)
        self._measure = measure

    def buffering(self, showing: Showing, percent: int) -> Iterator[Primitive]:
        """What is being done, how far it is, and what it waits for: as much as is known."""
        unit, size, small = self._unit, self._layout.size(24), self._layout.size(16)
        title = f"{showing.doing} {percent} %" if percent else f"{showing.doing} …"
        room = self._layout.width * 0.8
        detail = shortened(showing.detail, room, lambda part: self._measure(part, small))
        widest = self._measure(f"{showing.doing} 99 %", size), self._measure(detail, small), 240 * unit
        wide = max(widest) + 56 * unit
        high = (76 + (26 if percent else 0) + (28 if detail else 0)) * unit
        middle = self._middle[0]
        x, y = middle - wide / 2, self._middle[1] - high / 2
        yield Box(x, y, wide, high, PILL, 16 * unit)
        y += 38 * unit
        yield Label(middle, y, title, size, align="middle")
        if percent:
            y += 28 * unit
            gauge = wide - 56 * unit
            yield Box(x + 28 * unit, y, gauge, 5 * unit, TRACK, 2.5 * unit)
            yield Box(x + 28 * unit, y, max(5 * unit, gauge * percent / 100), 5 * unit, ACCENT, 2.5 * unit)
        if detail:
            yield Label(middle, y + 31 * unit, detail, small, SOFT, "middle")

    def paused(self) -> Iterator[Primitive]:
        """The sign of a film that stands still."""
        (x, y), radius, size = self._middle, 46 * self._unit, 36 * self._unit
        yield Box(x - radius, y - radius, 2 * radius, 2 * radius, PILL, radius)
        yield from pause_sign(False, x - size * 0.425, y, size)

    def sound_only(self) -> Iterator[Primitive]:
        """The sign of a film without pictures."""
        yield Label(*self._middle, "♪", self._layout.size(120), SOFT, "middle")

    def message(self, text: str) -> Iterator[Primitive]:
        """What a key just did."""
        size = self._layout.size(20)
        text = shortened(text, self._layout.width * 0.8, lambda part: self._measure(part, size))
        half, high = self._measure(text, size) / 2 + 20 * self._unit, 21 * self._unit
        x, y = self._middle[0], 96 * self._unit
        yield Box(x - half, y - high, 2 * half, 2 * high, PILL, high)
        yield Label(x, y, text, size, align="middle")

    def help(self) -> Iterator[Primitive]:
        """The keys and what they do."""
        width, height = self._layout.width, self._layout.height
        unit = min(self._unit, height / 600, width / 560)
        size = max(9, round(18 * unit))
        left = max(self._measure(keys, size) for keys, _ in KEYS)
        right = max(self._measure(meaning, size) for _, meaning in KEYS)
        line, pad, gap = 32 * unit, 30 * unit, 30 * unit
        wide, high = left + right + gap + 2 * pad, line * len(KEYS) + 2 * pad
        # Above the middle, so that it leaves the bar to be seen.
        x, y = (width - wide) / 2, max(4 * unit, (height - 36 * self._unit - high) / 2)
        yield Box(x, y, wide, high, HELP, 18 * unit)
        for row, (keys, meaning) in enumerate(KEYS):
            middle = y + pad + line * (row + 0.5)
            yield Label(x + pad + left, middle, keys, size, ACCENT, "right")
            yield Label(x + pad + left + gap, middle, meaning, size)
