"""Sheets of pictures to seek by, on the graphics card, each from the moment it is pointed at."""

from __future__ import annotations

from typing import Any

from sfml import graphics

from p2pstream.player.scene.seek_pictures import SeekPictures
from p2pstream.player.scene.shapes import Thumb

__all__ = ["Sheets"]


class Sheets:
    """Those of one film; needs a window to exist."""

    def __init__(self, pictures: SeekPictures) -> None:
        self._pictures = pictures
        #: By number; None for one that cannot be shown.
        self._textures: dict[int, Any] = {}

    def sprite(self, thumb: Thumb) -> Any:
        """What draws it; None where its sheet is no picture, or too small for it."""
        tile = thumb.tile
        texture = self._texture(tile.sheet)
        if texture is None or tile.x + tile.width > texture.width or tile.y + tile.height > texture.height:
            return None
        sprite = graphics.Sprite(texture)
        sprite.texture_rectangle = graphics.Rect((tile.x, tile.y), (tile.width, tile.height))
        sprite.position = (round(thumb.x), round(thumb.y))
        sprite.scale = (thumb.width / tile.width, thumb.height / tile.height)
        return sprite

    def _texture(self, number: int) -> Any:
        if number not in self._textures:
            try:
                texture = graphics.Texture.from_memory(self._pictures.sheet(number))
                texture.smooth = True
            except (OSError, ValueError):
                texture = None
            self._textures[number] = texture
        return self._textures[number]
