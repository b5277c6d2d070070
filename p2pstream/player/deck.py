"""What the remote control works on: a film being played, or not yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.content.views import PlayerState
from p2pstream.interfaces import IData, IWatched
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.libvlc.machine import Machine
from p2pstream.player.libvlc.vlc import Libvlc
from p2pstream.player.live.playback import LivePlayback
from p2pstream.player.playback import Playback
from p2pstream.player.scene.side_texts import TextTrack

__all__ = ["Deck"]


class Deck:
    """Has a film or a broadcast in it, or none; passes a viewer's wishes on when that can be done.

    What libvlc cannot be asked just now is dropped, or kept where it is a wish that lasts.
    """

    def __init__(self, reactor: Any, limits: Limits = LIMITS) -> None:
        self._reactor = reactor
        self._limits = limits
        self.playback: Playback | LivePlayback | None = None
        self.machine: Machine | None = None

    def play(
        self, data: IData, title: str, start: float, subtitles: str, when_playing: Callable[[], None]
    ) -> Deferred[PlayerState]:
        """Put a film in and play it; the rest is as `Playback` says."""
        assert self.machine is not None, "play comes after open"
        broadcast = IWatched(data, None)
        if broadcast is not None:
            self.playback = LivePlayback(
                self.machine, broadcast, title, self._reactor, self._limits, when_playing=when_playing
            )
        else:
            self.playback = Playback(
                self.machine,
                data,
                title,
                self._reactor,
                self._limits,
                subtitles=subtitles,
                when_playing=when_playing,
            )
        return self.playback.run(start)

    @property
    def state(self) -> PlayerState:
        """How the film stands."""
        return PlayerState() if self.playback is None else self.playback.state

    @property
    def idle(self) -> Libvlc | None:
        """libvlc, where there is one that may be asked something now."""
        return None if self.machine is None else self.machine.idle

    @property
    def _playing(self) -> Libvlc | None:
        # Asked for sound without a film, libvlc looks for a sound card there and then.
        return None if self.playback is None else self.idle

    @property
    def paused(self) -> bool:
        return self.playback is not None and self.playback.paused

    @property
    def is_live(self) -> bool:
        live = self.state.live
        return live is not None and not live.ended

    def position(self) -> tuple[float, float]:
        return self.state.position, self.state.duration

    def pause(self, paused: bool) -> None:
        if self.playback is not None:
            self.playback.pause(paused)

    def seek(self, seconds: float) -> None:
        if self.playback is not None:
            self.playback.seek(seconds)

    def to_edge(self) -> None:
        if isinstance(self.playback, LivePlayback):
            self.playback.to_edge()

    def offer_texts(self, tracks: Sequence[TextTrack]) -> bool:
        """Let the viewer choose these subtitles, too; False: nothing is played that can have any."""
        if not tracks or not isinstance(self.playback, Playback):
            return False
        self.playback.offer_texts(tracks)
        return True

    def set_rate(self, rate: float) -> None:
        if self.playback is not None:
            self.playback.set_rate(rate)

    def set_volume(self, percent: int, muted: bool) -> None:
        libvlc = self._playing
        if libvlc is not None:
            libvlc.set_volume(percent, muted)

    def next_sound(self) -> str:
        libvlc = self._playing
        return "" if libvlc is None else libvlc.choices.next_sound()

    def next_subtitles(self) -> str:
        libvlc = self._playing
        return "" if libvlc is None else libvlc.choices.next_subtitles()
