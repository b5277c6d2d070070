"""Where the film is seen: window, picture and overlay, drawn together."""

from __future__ import annotations

import unicodedata

from p2pstream.content.text import printable
from p2pstream.player.libvlc.frames import Still
from p2pstream.player.options import PlayerOptions
from p2pstream.player.scene.layout import Layout
from p2pstream.player.scene.overlay import scene
from p2pstream.player.scene.seek_pictures import SeekPictures
from p2pstream.player.scene.showing import Showing
from p2pstream.player.screen.paint import Painter
from p2pstream.player.screen.photograph import Photograph
from p2pstream.player.screen.picture import Picture
from p2pstream.player.screen.sheets import Sheets
from p2pstream.player.screen.titles import Fonts, drawable
from p2pstream.player.screen.window import Window

__all__ = ["Canvas"]


class Canvas:
    """Draws one moment at a time."""

    def __init__(self, title: str, options: PlayerOptions) -> None:
        #: The film's name as the title bar shows it, and as glyphs in a row.
        self.title = unicodedata.normalize("NFC", printable(title))
        self.window = Window(self.title, options.size, options.fullscreen)
        self.picture = Picture()
        self.picture.rehearse(self.window.native)
        self.fonts = Fonts()
        self._painter = Painter(self.fonts)
        self._pointer = True
        if not drawable(self.title) or not self.fonts.has(self.fonts.plain, self.title):
            self.fonts.title = None

    @property
    def wants_font(self) -> bool:
        """Whether some other font may be able to draw the title."""
        return self.fonts.title is None and drawable(self.title)

    @property
    def heading(self) -> str:
        """The title, if there is a font to draw it with."""
        return "" if self.fonts.title is None else self.title

    @property
    def blank(self) -> bool:
        """Whether no frame has been seen yet."""
        return self.picture.empty

    @property
    def fullscreen(self) -> bool:
        return self.window.fullscreen

    def toggle_fullscreen(self) -> None:
        """The whole screen, or the window again."""
        self.window.toggle_fullscreen()
        self._pointer = True

    @property
    def layout(self) -> Layout:
        """The geometry of the window as it is now."""
        return Layout(*self.window.size)

    @property
    def film_box(self) -> tuple[int, int, int, int]:
        """Where in the window the film is: x, y, width, height."""
        x, y, wide, high = self.picture.place(*self.window.size)
        return round(x), round(y), round(wide), round(high)

    def show_by(self, pictures: SeekPictures) -> None:
        """There are pictures to seek by."""
        self._painter.sheets = Sheets(pictures)

    def take(self, still: Still) -> None:
        """Show this frame from the next drawing on."""
        self.picture.upload(still)

    def draw(self, showing: Showing) -> None:
        """Draw everything; it is seen after `finish`."""
        self.window.begin()
        self.picture.draw(self.window.native, *self.window.size)
        self._painter.draw(self.window.native, scene(self.layout, showing, self._painter.measure))
        if self._pointer != showing.controls:
            self._pointer = showing.controls
            self.window.show_pointer(self._pointer)

    def finish(self) -> None:
        """Bring what was drawn to the screen."""
        self.window.finish()

    def photograph(self) -> Photograph:
        """What was drawn; to be called before `finish`."""
        image = self.window.picture()
        return Photograph(bytes(image.pixels), int(image.width), int(image.height), self.film_box)

    def close(self) -> None:
        """The window is gone at once."""
        self.window.close()
