"""Which player shows the film."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from p2pstream.errors import NoPlayer

if TYPE_CHECKING:
    from p2pstream.interfaces import IEvents, IPlayer
    from p2pstream.settings import PlaySettings

__all__ = ["choose_player"]

_SUBTITLES = (".srt", ".ass", ".ssa", ".vtt", ".sub")


def choose_player(reactor: Any, settings: PlaySettings, kept_as: str | None, events: IEvents) -> IPlayer:
    """The player that was asked for, or the first that can work here.

    :param kept_as: the path that the film is kept under; subtitles beside it are shown.
    :raises errors.NoPlayer: naming what is missing.
    """
    from p2pstream.player.options import PlayerOptions
    from p2pstream.player.preflight import display_problem, sfml_problem

    problem = display_problem()
    if problem:
        raise NoPlayer(problem)
    options = PlayerOptions(
        fullscreen=settings.fullscreen,
        volume=settings.volume,
        hardware=settings.hw,
        subtitles=_subtitles_beside(kept_as),
    )
    missing = "" if settings.player == "vlc-window" else sfml_problem()
    if missing and (settings.player == "sfml" or settings.screenshot):
        raise NoPlayer(missing)
    if missing:
        events.happened("player_missing", player="sfml", reason=missing)
    if missing or settings.player == "vlc-window":
        from p2pstream.player.vlc_player import VlcPlayer

        events.happened("player_chosen", player="vlc-window")
        return VlcPlayer(reactor, options)

    from p2pstream.player.sfml_player import SfmlPlayer

    events.happened("player_chosen", player="sfml")
    return SfmlPlayer(reactor, options)


def _subtitles_beside(film: str | None) -> str:
    """A subtitle file with the film's own name; empty when there is none."""
    if film is None:
        return ""
    stem = os.path.splitext(film)[0]
    return next((stem + ending for ending in _SUBTITLES if os.path.isfile(stem + ending)), "")
