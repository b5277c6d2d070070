"""Which player shows the film."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from p2pstream.content.text import printable
from p2pstream.errors import NoPlayer, UsageError

if TYPE_CHECKING:
    from p2pstream.interfaces import IEvents, IPlayer
    from p2pstream.settings import PlaySettings

__all__ = ["check_subtitles", "choose_player", "subtitles_of"]

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
        subtitles=subtitles_of(settings, kept_as),
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


def check_subtitles(settings: PlaySettings) -> None:
    """See that those are there that are asked for, and somebody to show them.

    :raises UsageError: they are not.
    """
    path = settings.subtitles
    if path is None:
        return
    if settings.is_unseen or settings.http:
        raise UsageError("--subtitles needs a window, or a player that is a program")
    if not os.path.isfile(path):
        raise UsageError(f"--subtitles: {printable(path)} is no file that is there")


def subtitles_of(settings: PlaySettings, film: str | None) -> str:
    """The subtitle file that was asked for, or one with the film's own name; empty when there is none.

    :param film: the path that it is kept under.
    """
    if settings.subtitles is not None:
        return os.path.abspath(settings.subtitles)
    if film is None:
        return ""
    # So that it never begins as an option does.
    stem = os.path.splitext(os.path.abspath(film))[0]
    return next((stem + ending for ending in _SUBTITLES if os.path.isfile(stem + ending)), "")
