"""What was in the window at one moment, and how that becomes a file."""

from __future__ import annotations

from pathlib import Path

from p2pstream.player.screen.png import png
from p2pstream.values import value

__all__ = ["Photograph"]


@value
class Photograph:
    """The pixels of a window: rows of red, green, blue and opacity, four bytes each."""

    pixels: bytes
    width: int
    height: int
    #: Where in it the film is: x, y, width, height.
    film: tuple[int, int, int, int]

    def save(self, path: str | Path) -> None:
        """Write it as PNG, in the place of what is there.

        Blocks, first the processor and then the disk: for workers.

        :raises OSError: it cannot be.
        """
        Path(path).write_bytes(png(self.pixels, self.width, self.height))
