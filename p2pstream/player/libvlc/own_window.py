"""libvlc's own window, and the little that can be written into it."""

from __future__ import annotations

from typing import Any

__all__ = ["OwnWindow"]

#: Milliseconds for which a film's title is drawn as it begins.
TITLE_MS = 4000

#: Where a line over the pictures stands: in the middle, below.
BELOW = 8


class OwnWindow:
    """Opened by libvlc itself when there is a picture to show.

    :param vlc: the module.
    :param player: libvlc's media player.
    """

    def __init__(self, vlc: Any, player: Any) -> None:
        self._vlc = vlc
        self._player = player
        #: The title that is drawn as a film begins; empty for none.
        self.title = ""

    def draw_title(self, title: str) -> None:
        """Draw ``title`` over the first pictures of what is loaded next."""
        self.title = title
        self._player.set_video_title_display(self._vlc.Position.bottom, TITLE_MS)

    @property
    def there(self) -> bool:
        """Whether it has come."""
        return bool(self._player.has_vout())

    def set_fullscreen(self, fullscreen: bool) -> None:
        """Give it the whole screen, or take that back."""
        self._player.set_fullscreen(fullscreen)

    def write_over(self, text: str) -> None:
        """Write a line over the pictures, until another, or none, takes its place."""
        option = self._vlc.VideoMarqueeOption
        self._player.video_set_marquee_int(option.Enable, int(bool(text)))
        self._player.video_set_marquee_int(option.Position, BELOW)
        self._player.video_set_marquee_string(option.Text, text)
