"""What the remote control works on: a film being played, or not yet."""

from __future__ import annotations

from p2pstream.player.playback import Playback
from p2pstream.player.vlc import Libvlc

__all__ = ["Deck"]


class Deck:
    """Has a film in it, or none; passes a viewer's wishes on when that can be done.

    libvlc is asked nothing while a worker is inside it: the wish is then dropped, or
    kept where it is one that lasts.
    """

    def __init__(self) -> None:
        self.playback: Playback | None = None
        self.libvlc: Libvlc | None = None

    def _idle(self) -> Libvlc | None:
        return None if self.playback is None or self.playback.busy else self.libvlc

    @property
    def paused(self) -> bool:
        return self.playback is not None and self.playback.paused

    def position(self) -> tuple[float, float]:
        if self.playback is None:
            return 0.0, 0.0
        return self.playback.state.position, self.playback.state.duration

    def pause(self, paused: bool) -> None:
        if self.playback is not None:
            self.playback.pause(paused)

    def seek(self, seconds: float) -> None:
        if self.playback is not None:
            self.playback.seek(seconds)

    def set_rate(self, rate: float) -> None:
        if self.playback is not None:
            self.playback.set_rate(rate)

    def set_volume(self, percent: int, muted: bool) -> None:
        libvlc = self._idle()
        if libvlc is not None:
            libvlc.set_volume(percent, muted)

    def next_sound(self) -> str:
        libvlc = self._idle()
        return "" if libvlc is None else libvlc.next_sound()

    def next_subtitles(self) -> str:
        libvlc = self._idle()
        return "" if libvlc is None else libvlc.next_subtitles()
