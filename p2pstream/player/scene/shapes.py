"""What a drawing is made of, as values: boxes, shades, labels.  Pure."""

from __future__ import annotations

from p2pstream.values import value

__all__ = ["WHITE", "Box", "Colour", "Label", "Primitive", "Shade", "SheetPart", "Thumb"]

#: Red, green, blue, opacity; 0 to 255.
Colour = tuple[int, int, int, int]

WHITE = (255, 255, 255, 255)


@value
class Box:
    """A filled rectangle with round corners."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour
    radius: float = 0.0

    def covers(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a point is inside, or at most ``margin`` away."""
        inside_x = self.x - margin <= x < self.x + self.width + margin
        return inside_x and self.y - margin <= y < self.y + self.height + margin


@value
class Shade:
    """A rectangle as wide as the window whose colour changes from top to bottom."""

    y: float
    width: float
    height: float
    top: Colour
    bottom: Colour


@value
class Label:
    """One line of text; ``x`` is its left edge, its middle or its right edge."""

    x: float
    #: The middle of its capitals.
    y: float
    text: str
    size: int
    colour: Colour = WHITE
    align: str = "left"
    #: "title" where the film's own name stands: it may need another font.
    font: str = "plain"


@value
class SheetPart:
    """A part of a sheet of pictures to seek by, in its pixels."""

    sheet: int
    x: int
    y: int
    width: int
    height: int


@value
class Thumb:
    """A picture to seek by; where its sheet cannot be shown, nothing."""

    x: float
    y: float
    width: float
    height: float
    tile: SheetPart


Primitive = Box | Shade | Label | Thumb
