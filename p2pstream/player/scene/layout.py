"""Where in the window things are that a hand can reach.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from p2pstream.player.scene.palette import CLEAR, TRACK
from p2pstream.player.scene.shapes import Box

__all__ = ["Layout"]


@dataclass(frozen=True)
class Layout:
    """The geometry of one window size.

    Coordinates are pixels of the window, x to the right, y down.  Everything scales with
    the window.
    """

    width: int
    height: int
    scale: float = field(init=False)
    #: The whole seek bar.
    bar: Box = field(init=False)
    #: Where a click pauses or goes on.
    button: Box = field(init=False)
    #: Where a click is live again, in a broadcast.
    live: Box = field(init=False)

    def __post_init__(self) -> None:
        # Small windows keep readable text, large ones do not shout.
        scale = max(0.62, min(self.width / 1280, self.height / 720) ** 0.6)
        margin = 28 * scale
        bar = Box(margin, self.height - 66 * scale, max(1.0, self.width - 2 * margin), 5 * scale, TRACK)
        button = Box(margin - 8 * scale, self.height - 50 * scale, 36 * scale, 40 * scale, CLEAR)
        live = Box(margin + 34 * scale, self.height - 43 * scale, 56 * scale, 24 * scale, CLEAR, 5 * scale)
        for name, value in (("scale", scale), ("bar", bar), ("button", button), ("live", live)):
            object.__setattr__(self, name, value)

    def on_bar(self, x: float, y: float) -> bool:
        """Whether a point is on the seek bar, or near enough for a hand."""
        return self.bar.covers(x, y, 11 * self.scale)

    def on_button(self, x: float, y: float) -> bool:
        """Whether a point is on the button that pauses."""
        return self.button.covers(x, y)

    def on_live(self, x: float, y: float) -> bool:
        """Whether a point is on the mark that says whether a broadcast is live."""
        return self.live.covers(x, y)

    def fraction_at(self, x: float) -> float:
        """Which part of the film a place on the bar stands for, 0 to 1."""
        return max(0.0, min(1.0, (x - self.bar.x) / self.bar.width))

    def x_of(self, fraction: float) -> float:
        """Where on the bar a part of the film is."""
        return self.bar.x + self.bar.width * max(0.0, min(1.0, fraction))

    def size(self, size: float) -> int:
        """How high a text is, in pixels, that is to be ``size`` in a window of 1280 by 720."""
        return max(10, round(size * self.scale))
