"""What is drawn over the film, and where: pure layout.

Coordinates are pixels of the window, x to the right, y down.  Everything scales with
the window.  Text is light on a dark shade that is dense enough for a contrast of
4.5 to 1 even over a white film.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from p2pstream.content.text import duration_text, size_text
from p2pstream.player.controls import KEYS
from p2pstream.player.shapes import WHITE, Box, Colour, Label, Primitive, Shade

__all__ = ["Layout", "Showing"]

#: How wide a text of some size is, in pixels.
Measure = Callable[[str, int], float]

SOFT = (226, 228, 232, 255)
ACCENT = (255, 184, 61, 255)
TRACK = (255, 255, 255, 70)
BUFFERED = (255, 255, 255, 120)
PILL = (12, 14, 18, 216)
CLEAR = (6, 8, 12, 0)
SHADE = (6, 8, 12, 190)
DEEP = (6, 8, 12, 226)


@dataclass(frozen=True)
class Showing:
    """Everything that the overlay shows."""

    title: str = ""
    position: float = 0.0
    #: Seconds in all; 0 while unknown, and then there is no bar to seek on.
    duration: float = 0.0
    #: Parts of the film that are there, as fractions of it.
    buffered: Sequence[tuple[float, float]] = ()
    paused: bool = False
    volume: int = 100
    muted: bool = False
    speed: float = 1.0
    #: Bytes a second from the network, and who sends them.
    byte_rate: float = 0.0
    source: str = ""
    #: What is being done, and how many percent of it, while nothing moves; else None.
    doing: str = "Buffering"
    buffering: int | None = None
    #: One line more about it: what is waited for.
    detail: str = ""
    #: What a key just did.
    message: str = ""
    #: Whether the controls are out, and the help.
    controls: bool = True
    help: bool = False
    #: Where the pointer is on the bar, as a fraction; None when it is not.
    pointed: float | None = None
    dragging: bool = False
    #: Whether the film has no pictures.
    sound_only: bool = False


@dataclass(frozen=True)
class Layout:
    """The geometry of one window size."""

    width: int
    height: int
    scale: float = field(init=False)
    #: The whole seek bar.
    bar: Box = field(init=False)
    #: Where a click pauses or goes on.
    button: Box = field(init=False)

    def __post_init__(self) -> None:
        # Small windows keep readable text, large ones do not shout.
        scale = max(0.62, min(self.width / 1280, self.height / 720) ** 0.6)
        margin = 28 * scale
        bar = Box(margin, self.height - 66 * scale, max(1.0, self.width - 2 * margin), 5 * scale, TRACK)
        button = Box(margin - 8 * scale, self.height - 50 * scale, 36 * scale, 40 * scale, CLEAR)
        for name, value in (("scale", scale), ("bar", bar), ("button", button)):
            object.__setattr__(self, name, value)

    def on_bar(self, x: float, y: float) -> bool:
        """Whether a point is on the seek bar, or near enough for a hand."""
        return self.bar.covers(x, y, 11 * self.scale)

    def on_button(self, x: float, y: float) -> bool:
        """Whether a point is on the button that pauses."""
        return self.button.covers(x, y)

    def fraction_at(self, x: float) -> float:
        """Which part of the film a place on the bar stands for, 0 to 1."""
        return max(0.0, min(1.0, (x - self.bar.x) / self.bar.width))

    def x_of(self, fraction: float) -> float:
        """Where on the bar a part of the film is."""
        return self.bar.x + self.bar.width * max(0.0, min(1.0, fraction))

    def scene(self, showing: Showing, measure: Measure) -> tuple[Primitive, ...]:
        """All there is to draw, lowest first."""
        return tuple(self._scene(showing, measure))

    def _scene(self, showing: Showing, measure: Measure) -> Iterator[Primitive]:
        if showing.controls:
            yield from self._shades()
            yield from self._title(showing, measure)
            yield from self._bar(showing)
            yield from self._row(showing, measure)
            yield from self._tip(showing, measure)
        if showing.help:
            yield from self._help(measure)
        elif showing.buffering is not None:
            yield from self._buffering(showing, measure)
        elif showing.paused:
            yield from self._paused()
        elif showing.sound_only:
            yield Label(self.width / 2, self.height / 2, "♪", self._size(120), SOFT, "middle")
        if showing.message:
            yield from self._message(showing.message, measure)

    def _size(self, size: float) -> int:
        return max(10, round(size * self.scale))

    def _shades(self) -> Iterator[Primitive]:
        wide, unit = self.width, self.scale
        yield Shade(0, wide, 56 * unit, DEEP, SHADE)
        yield Shade(56 * unit, wide, 64 * unit, SHADE, CLEAR)
        yield Shade(self.height - 148 * unit, wide, 64 * unit, CLEAR, SHADE)
        yield Shade(self.height - 84 * unit, wide, 84 * unit, SHADE, DEEP)

    def _title(self, showing: Showing, measure: Measure) -> Iterator[Primitive]:
        size = self._size(22)
        text = shortened(showing.title, self.bar.width, lambda part: measure(part, size))
        if text:
            yield Label(self.bar.x, 30 * self.scale, text, size, font="title")

    def _bar(self, showing: Showing) -> Iterator[Primitive]:
        if not showing.duration:
            return
        out = showing.dragging or showing.pointed is not None
        high = self.bar.height * (1.5 if out else 1.0)
        y = self.bar.y + (self.bar.height - high) / 2
        yield Box(self.bar.x, y, self.bar.width, high, TRACK, high / 2)
        for start, stop in showing.buffered:
            left, right = self.x_of(start), self.x_of(stop)
            if right - left >= 1:
                yield Box(left, y, right - left, high, BUFFERED, min(high, right - left) / 2)
        at = self.x_of(self._played(showing))
        if at - self.bar.x >= high:
            yield Box(self.bar.x, y, at - self.bar.x, high, ACCENT, high / 2)
        knob = (9.5 if out else 7) * self.scale
        yield Box(at - knob, y + high / 2 - knob, 2 * knob, 2 * knob, ACCENT, knob)

    def _played(self, showing: Showing) -> float:
        if showing.dragging and showing.pointed is not None:
            return showing.pointed
        return showing.position / showing.duration

    def _row(self, showing: Showing, measure: Measure) -> Iterator[Primitive]:
        """Pause button, time, volume, speed; at the other end rate and source."""
        unit, y = self.scale, self.height - 31 * self.scale
        size = self._size(18)
        x = self.bar.x
        yield from self._sign(showing.paused, x, y, 17 * unit)
        x += 34 * unit
        for text, colour in self._left_texts(showing):
            yield Label(x, y, text, size, colour)
            x += measure(text, size) + 22 * unit
        yield Label(x, y, "♪", self._size(20), SOFT)
        x += 20 * unit
        yield from self._volume(showing, x, y)
        x += 92 * unit
        if showing.speed != 1:
            yield Label(x, y, f"{showing.speed:g}×", size)
            x += measure(f"{showing.speed:g}×", size) + 22 * unit
        yield from self._network(showing, x, y, measure)

    def _left_texts(self, showing: Showing) -> Iterator[tuple[str, Colour]]:
        total = f" / {duration_text(showing.duration)}" if showing.duration else ""
        yield duration_text(showing.position) + total, WHITE

    def _sign(self, paused: bool, x: float, y: float, size: float) -> Iterator[Primitive]:
        """Two bars while playing, a triangle while paused: what a click would do."""
        if paused:
            yield Label(x - size * 0.06, y, "▶", round(size * 1.25))
            return
        for left in (x, x + size * 0.55):
            yield Box(left, y - size / 2, size * 0.3, size, WHITE, size * 0.08)

    def _volume(self, showing: Showing, x: float, y: float) -> Iterator[Primitive]:
        wide, high = 70 * self.scale, 4 * self.scale
        yield Box(x, y - high / 2, wide, high, TRACK, high / 2)
        loud = 0.0 if showing.muted else min(1.0, showing.volume / 100) * wide
        if loud >= high:
            yield Box(x, y - high / 2, loud, high, SOFT, high / 2)

    def _network(self, showing: Showing, left: float, y: float, measure: Measure) -> Iterator[Primitive]:
        """As much of rate and source as there is room for."""
        size, right = self._size(16), self.bar.x + self.bar.width
        rate = f"{size_text(showing.byte_rate)}/s" if showing.byte_rate > 0 else ""
        full = " · ".join(part for part in (rate, showing.source) if part)
        for text in (full, rate):
            if text and measure(text, size) <= right - left:
                yield Label(right, y, text, size, SOFT, "right")
                return

    def _tip(self, showing: Showing, measure: Measure) -> Iterator[Primitive]:
        """The time under the pointer."""
        if showing.pointed is None or not showing.duration:
            return
        text, size = duration_text(showing.pointed * showing.duration), self._size(16)
        half = measure(text, size) / 2 + 10 * self.scale
        x = max(half, min(self.width - half, self.x_of(showing.pointed)))
        y = self.bar.y - 28 * self.scale
        high = 15 * self.scale
        yield Box(x - half, y - high, 2 * half, 2 * high, PILL, 8 * self.scale)
        yield Label(x, y, text, size, align="middle")

    def _buffering(self, showing: Showing, measure: Measure) -> Iterator[Primitive]:
        """What is being done, how far it is, and what it waits for: as much as is known."""
        percent, unit = showing.buffering or 0, self.scale
        title, size = f"{showing.doing} {percent} %" if percent else f"{showing.doing} …", self._size(24)
        small, room = self._size(16), self.width * 0.8
        detail = shortened(showing.detail, room, lambda part: measure(part, small))
        wide = max(measure(f"{showing.doing} 99 %", size), measure(detail, small), 240 * unit) + 56 * unit
        high = (76 + (26 if percent else 0) + (28 if detail else 0)) * unit
        x, y = (self.width - wide) / 2, (self.height - high) / 2
        yield Box(x, y, wide, high, PILL, 16 * unit)
        y += 38 * unit
        yield Label(self.width / 2, y, title, size, align="middle")
        if percent:
            y += 28 * unit
            gauge = wide - 56 * unit
            yield Box(x + 28 * unit, y, gauge, 5 * unit, TRACK, 2.5 * unit)
            yield Box(x + 28 * unit, y, max(5 * unit, gauge * percent / 100), 5 * unit, ACCENT, 2.5 * unit)
        if detail:
            yield Label(self.width / 2, y + 31 * unit, detail, small, SOFT, "middle")

    def _paused(self) -> Iterator[Primitive]:
        radius = 46 * self.scale
        x, y = self.width / 2, self.height / 2
        yield Box(x - radius, y - radius, 2 * radius, 2 * radius, PILL, radius)
        size = 36 * self.scale
        yield from self._sign(False, x - size * 0.425, y, size)

    def _message(self, text: str, measure: Measure) -> Iterator[Primitive]:
        size = self._size(20)
        text = shortened(text, self.width * 0.8, lambda part: measure(part, size))
        half, high = measure(text, size) / 2 + 20 * self.scale, 21 * self.scale
        x, y = self.width / 2, 96 * self.scale
        yield Box(x - half, y - high, 2 * half, 2 * high, PILL, high)
        yield Label(x, y, text, size, align="middle")

    def _help(self, measure: Measure) -> Iterator[Primitive]:
        unit = min(self.scale, self.height / 600, self.width / 560)
        size = max(9, round(18 * unit))
        left = max(measure(keys, size) for keys, _ in KEYS)
        right = max(measure(meaning, size) for _, meaning in KEYS)
        line, pad, gap = 32 * unit, 30 * unit, 30 * unit
        wide, high = left + right + gap + 2 * pad, line * len(KEYS) + 2 * pad
        # Above the middle, so that it leaves the bar to be seen.
        x, y = (self.width - wide) / 2, max(4 * unit, (self.height - 36 * self.scale - high) / 2)
        yield Box(x, y, wide, high, (*PILL[:3], 236), 18 * unit)
        for row, (keys, meaning) in enumerate(KEYS):
            middle = y + pad + line * (row + 0.5)
            yield Label(x + pad + left, middle, keys, size, ACCENT, "right")
            yield Label(x + pad + left + gap, middle, meaning, size)


def shortened(text: str, room: float, width: Callable[[str], float]) -> str:
    """``text``, or its beginning and an ellipsis, so that it is at most ``room`` wide."""
    if width(text) <= room:
        return text
    shortest, longest = 0, len(text)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if width(text[:middle].rstrip() + "…") <= room:
            shortest = middle
        else:
            longest = middle - 1
    return text[:shortest].rstrip() + "…" if shortest else ""
