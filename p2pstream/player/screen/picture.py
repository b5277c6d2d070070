"""The film's picture in the window: upload, colours, shape."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sfml import graphics

from p2pstream.player.libvlc.frames import BYTES_A_PIXEL, Still

__all__ = ["Picture", "fit"]

# libvlc writes blue, green, red (RV32); SFML reads red, green, blue.  Swapping them
# while drawing is free, having libvlc write RGBA costs half a core at 1080p30.
# SFML wants bytes here.
SWAP = b"""
uniform sampler2D film;
void main() {
    vec4 c = texture2D(film, gl_TexCoord[0].xy);
    gl_FragColor = vec4(c.b, c.g, c.r, 1.0);
}
"""


def fit(shape: Fraction, width: float, height: float) -> tuple[float, float, float, float]:
    """The largest rectangle of that shape in the middle of a window: x, y, width, height."""
    wide, high = min(width, height * float(shape)), min(height, width / float(shape))
    return (width - wide) / 2, (height - high) / 2, wide, high


class Picture:
    """The newest frame, drawn as large as the window allows.  Needs a window to exist."""

    def __init__(self) -> None:
        self._shader: Any = None
        if graphics.Shader.is_available():
            self._shader = graphics.Shader.from_memory(fragment=SWAP)
            self._shader.set_uniform("film", graphics.CurrentTexture)
        self._texture: Any = None
        self._sprite: Any = None
        self._generation = 0
        #: Width to height, as it is to be seen.
        self.shape = Fraction(16, 9)

    @property
    def chroma(self) -> bytes:
        """What libvlc is to write: without shaders it has to do the work itself."""
        return b"RGBA" if self._shader is None else b"RV32"

    @property
    def empty(self) -> bool:
        """Whether there is no frame yet."""
        return self._sprite is None

    def upload(self, still: Still) -> None:
        """Copy ``still`` to the graphics card."""
        # SFML does not look: a buffer too short would be read past its end.
        if len(still.pixels) != still.width * still.height * BYTES_A_PIXEL:
            raise ValueError(f"{len(still.pixels)} bytes are no {still.width}x{still.height} picture")
        if still.generation != self._generation:
            self._generation = still.generation
            self._texture = graphics.Texture.create(still.width, still.height)
            self._texture.smooth = True
            self._sprite = graphics.Sprite(self._texture)
        self._texture.update_from_pixels(still.pixels)

    def rehearse(self, window: Any) -> None:
        """Draw a tiny black frame, unseen.

        Without a graphics card the first use of a shader takes 0.1 s; taken here, while
        the stream is looked for, it costs the film no frames.
        """
        self.upload(Still(memoryview(bytes(BYTES_A_PIXEL)), 1, 1, -1))
        self.draw(window, 2, 2)
        self._sprite = self._texture = None

    def place(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Where the film is in a window of this size: x, y, width, height."""
        return fit(self.shape, width, height)

    def draw(self, window: Any, width: int, height: int) -> None:
        """Draw the frame, with black beside or above it where its shape is another."""
        if self._sprite is None:
            return
        x, y, wide, high = self.place(width, height)
        size = self._texture.size
        self._sprite.position = (round(x), round(y))
        self._sprite.scale = (wide / size.x, high / size.y)
        if self._shader is None:
            window.draw(self._sprite)
        else:
            window.draw(self._sprite, graphics.RenderStates(shader=self._shader))
