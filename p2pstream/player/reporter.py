"""What the overlay is told: the film, the network and the remote control, in one value."""

from __future__ import annotations

from typing import Protocol

from p2pstream.content.ranges import Ranges
from p2pstream.content.text import printable
from p2pstream.content.views import PlayerState, StreamSnapshot
from p2pstream.content.waits import awaited_text, while_playing
from p2pstream.interfaces import IArriving, IData, IStreamView
from p2pstream.player.control.hands import Hands
from p2pstream.player.live.playback import LivePlayback
from p2pstream.player.live.wording import doing, notice
from p2pstream.player.playback import Playback
from p2pstream.player.scene.seek_pictures import SeekPictures
from p2pstream.player.scene.shapes import SheetPart
from p2pstream.player.scene.showing import Showing

__all__ = ["Reporter"]


class Drawn(Protocol):
    """What is known of the picture on the canvas."""

    @property
    def heading(self) -> str:
        """The film's name, if it can be drawn."""

    @property
    def blank(self) -> bool:
        """Whether no frame has been seen yet."""


class Reporter:
    """Knows the film's name, its data, and who looks at its arriving."""

    def __init__(self, title: str, view: IStreamView | None, data: IData | None = None) -> None:
        self.title = title
        #: Pictures to seek by, once they are there.
        self.pictures: SeekPictures | None = None
        self._view = view
        self._data = data

    def showing(self, playback: Playback | LivePlayback | None, hands: Hands, drawn: Drawn) -> Showing:
        """Everything that the overlay shows at this moment."""
        snapshot, remote = self._snapshot(), hands.remote
        if playback is None:
            return Showing(
                detail=drawn.heading,
                doing="Looking for it",
                buffering=0,
                controls=False,
                help=remote.help,
                message=remote.fading.message,
            )
        state, buffering, live = playback.state, playback.buffering, playback.state.live
        return Showing(
            title=drawn.heading,
            position=state.position,
            duration=state.duration,
            buffered=_parts(playback, snapshot),
            paused=playback.paused,
            volume=remote.volume,
            muted=remote.muted,
            speed=1.0 if live is not None and live.at_edge else remote.speed,
            byte_rate=0.0 if _whole(snapshot) else snapshot.rate,
            source=_sources(snapshot),
            doing=_doing(state),
            buffering=buffering,
            detail=printable(awaited_text(while_playing(snapshot.awaited, state))),
            message=remote.fading.message,
            notice="" if live is None else notice(state, live),
            controls=_controls(hands) or playback.paused or buffering is not None or state.phase == "ended",
            help=remote.help,
            pointed=hands.pointed,
            tile=self._tile(hands.pointed, state),
            dragging=hands.dragging,
            live=None if live is None or live.ended else live,
            sound_only=drawn.blank and state.phase in ("playing", "paused"),
        )

    def _tile(self, pointed: float | None, state: PlayerState) -> SheetPart | None:
        if self.pictures is None or pointed is None or state.live is not None:
            return None
        return self.pictures.at(pointed * state.duration)

    def _snapshot(self) -> StreamSnapshot:
        if self._view is not None:
            return self._view.snapshot()
        data = self._data
        if data is None or not data.length:
            return StreamSnapshot(self.title)
        have = data.have if IArriving.providedBy(data) else Ranges([(0, data.length)])  # type: ignore[attr-defined]
        return StreamSnapshot(self.title, data.length, have)


def _doing(state: PlayerState) -> str:
    if state.live is not None:
        return doing(state, state.live)
    return "Opening" if state.phase == "opening" else "Buffering"


def _parts(playback: Playback | LivePlayback, snapshot: StreamSnapshot) -> tuple[tuple[float, float], ...]:
    """What is here, as fractions of the bar."""
    if isinstance(playback, LivePlayback):
        return playback.buffered()
    return _fractions(snapshot.have, snapshot.length or playback.meter.likely_length)


def _controls(hands: Hands) -> bool:
    """Whether somebody uses the controls, or just did."""
    return hands.dragging or hands.remote.fading.controls


def _fractions(have: Ranges, length: int | None) -> tuple[tuple[float, float], ...]:
    if not length:
        return ()
    # A length that was only judged may turn out to be too small.
    length = max(length, *(stop for _, stop in have), 0)
    return tuple((start / length, stop / length) for start, stop in have)


def _whole(snapshot: StreamSnapshot) -> bool:
    """Whether nothing more comes: a rate of the last seconds would be that of nothing."""
    return snapshot.length is not None and snapshot.have.total >= snapshot.length


def _sources(snapshot: StreamSnapshot) -> str:
    sending = [source.address for source in snapshot.sources if source.state == "sending"]
    if not sending:
        return ""
    more = f" and {len(sending) - 1} more" if len(sending) > 1 else ""
    return printable(sending[0], 60) + more
