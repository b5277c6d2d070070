"""The controls, along the edges of the window: the title above, bar and buttons below.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from p2pstream.content.text import duration_text, size_text
from p2pstream.content.views import LiveState
from p2pstream.player.live.wording import behind_text
from p2pstream.player.scene.layout import Layout
from p2pstream.player.scene.lettering import Measure, shortened
from p2pstream.player.scene.palette import ACCENT, BUFFERED, CLEAR, DEEP, LIVE, PAST, PILL, SHADE, SOFT, TRACK
from p2pstream.player.scene.shapes import WHITE, Box, Label, Primitive, Shade, SheetPart, Thumb
from p2pstream.player.scene.showing import Showing

__all__ = ["Edges", "pause_sign"]


class Edges:
    """Draws them for one geometry."""

    def __init__(self, layout: Layout, measure: Measure) -> None:
        self._layout = layout
        self._bar = layout.bar
        self._unit = layout.scale
        self._measure = measure

    def draw(self, showing: Showing) -> Iterator[Primitive]:
        """All of it, lowest first."""
        yield from self._shades()
        yield from self._title(showing.title)
        if showing.duration:
            yield from self._seek_bar(showing)
        yield from self._row(showing)
        if showing.duration and showing.pointed is not None:
            yield from self._tip(showing)

    def _shades(self) -> Iterator[Primitive]:
        wide, high, unit = self._layout.width, self._layout.height, self._unit
        yield Shade(0, wide, 56 * unit, DEEP, SHADE)
        yield Shade(56 * unit, wide, 64 * unit, SHADE, CLEAR)
        yield Shade(high - 148 * unit, wide, 64 * unit, CLEAR, SHADE)
        yield Shade(high - 84 * unit, wide, 84 * unit, SHADE, DEEP)

    def _title(self, title: str) -> Iterator[Primitive]:
        size = self._layout.size(22)
        text = shortened(title, self._bar.width, lambda part: self._measure(part, size))
        if text:
            yield Label(self._bar.x, 30 * self._unit, text, size, font="title")

    def _seek_bar(self, showing: Showing) -> Iterator[Primitive]:
        bar, out = self._bar, showing.dragging or showing.pointed is not None
        high = bar.height * (1.5 if out else 1.0)
        y = bar.y + (bar.height - high) / 2
        yield Box(bar.x, y, bar.width, high, TRACK, high / 2)
        for start, stop in showing.buffered:
            left, right = self._layout.x_of(start), self._layout.x_of(stop)
            if right - left >= 1:
                yield Box(left, y, right - left, high, BUFFERED, min(high, right - left) / 2)
        at = self._layout.x_of(_played(showing))
        if at - bar.x >= high:
            yield Box(bar.x, y, at - bar.x, high, ACCENT, high / 2)
        knob = (9.5 if out else 7) * self._unit
        yield Box(at - knob, y + high / 2 - knob, 2 * knob, 2 * knob, ACCENT, knob)

    def _row(self, showing: Showing) -> Iterator[Primitive]:
        """Pause button, time, volume, speed; at the other end rate and source."""
        unit, size = self._unit, self._layout.size(18)
        x, y = self._bar.x, self._layout.height - 31 * unit
        yield from pause_sign(showing.paused, x, y, 17 * unit)
        x += 34 * unit
        if showing.live is not None:
            yield from self._live_mark(showing.live, y)
            x += self._layout.live.width + 12 * unit
        time = _time(showing)
        yield Label(x, y, time, size)
        x += self._measure(time, size) + 22 * unit
        yield Label(x, y, "♪", self._layout.size(20), SOFT)
        x += 20 * unit
        yield from self._volume(showing, x, y)
        x += 92 * unit
        if showing.speed != 1:
            speed = f"{showing.speed:g}×"
            yield Label(x, y, speed, size)
            x += self._measure(speed, size) + 22 * unit
        yield from self._network(showing, x, y)

    def _live_mark(self, live: LiveState, y: float) -> Iterator[Primitive]:
        """Red where it is live, grey where a click would make it so."""
        mark = self._layout.live
        yield replace(mark, colour=LIVE if live.at_edge else PAST)
        yield Label(mark.x + mark.width / 2, y, "LIVE", self._layout.size(14), align="middle")

    def _volume(self, showing: Showing, x: float, y: float) -> Iterator[Primitive]:
        wide, high = 70 * self._unit, 4 * self._unit
        yield Box(x, y - high / 2, wide, high, TRACK, high / 2)
        loud = 0.0 if showing.muted else min(1.0, showing.volume / 100) * wide
        if loud >= high:
            yield Box(x, y - high / 2, loud, high, SOFT, high / 2)

    def _network(self, showing: Showing, left: float, y: float) -> Iterator[Primitive]:
        """As much of rate and source as there is room for."""
        size, right = self._layout.size(16), self._bar.x + self._bar.width
        rate = f"{size_text(showing.byte_rate)}/s" if showing.byte_rate > 0 else ""
        full = " · ".join(part for part in (rate, showing.source) if part)
        for text in (full, rate):
            if text and self._measure(text, size) <= right - left:
                yield Label(right, y, text, size, SOFT, "right")
                return

    def _tip(self, showing: Showing) -> Iterator[Primitive]:
        """The time under the pointer; in a broadcast, how long ago that was."""
        pointed, size = showing.pointed or 0.0, self._layout.size(16)
        if showing.live is None:
            text = duration_text(pointed * showing.duration)
        else:
            text = f"−{duration_text((1 - pointed) * showing.duration)}"
        half, high = self._measure(text, size) / 2 + 10 * self._unit, 15 * self._unit
        x = max(half, min(self._layout.width - half, self._layout.x_of(pointed)))
        y = self._bar.y - 28 * self._unit
        yield Box(x - half, y - high, 2 * half, 2 * high, PILL, 8 * self._unit)
        yield Label(x, y, text, size, align="middle")
        if showing.tile is not None:
            yield from self._thumb(showing.tile, self._layout.x_of(pointed), y - high)

    def _thumb(self, tile: SheetPart, middle: float, bottom: float) -> Iterator[Primitive]:
        """The picture of the moment under the pointer, above its time, as large as the window allows."""
        room, edge = bottom - 56 * self._unit, 3 * self._unit
        most = min(240 * self._unit / tile.width, room / tile.height, self._bar.width / 2 / tile.width)
        wide, high = tile.width * most, tile.height * most
        if room < 40 * self._unit:
            return
        x = max(self._bar.x, min(self._layout.width - self._bar.x - wide, middle - wide / 2))
        y = bottom - 8 * self._unit - high
        yield Box(x - edge, y - edge, wide + 2 * edge, high + 2 * edge, PILL, 2 * edge)
        yield Thumb(x, y, wide, high, tile)


def _played(showing: Showing) -> float:
    if showing.dragging and showing.pointed is not None:
        return showing.pointed
    if showing.live is not None and showing.live.at_edge:
        # What is newer cannot be shown yet.
        return 1.0
    return showing.position / showing.duration


def _time(showing: Showing) -> str:
    if showing.live is not None:
        return behind_text(showing.live)
    total = f" / {duration_text(showing.duration)}" if showing.duration else ""
    return duration_text(showing.position) + total


def pause_sign(paused: bool, x: float, y: float, size: float) -> Iterator[Primitive]:
    """Two bars while playing, a triangle while paused: what a click would do."""
    if paused:
        yield Label(x - size * 0.06, y, "▶", round(size * 1.25))
        return
    for left in (x, x + size * 0.55):
        yield Box(left, y - size / 2, size * 0.3, size, WHITE, size * 0.08)
