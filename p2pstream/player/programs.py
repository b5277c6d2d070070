"""The command lines of other people's players.  Pure.

What stands on one is ours and the user's: an address in which every stranger's name is
percent-encoded, and never a name as it is.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

from p2pstream.errors import UsageError
from p2pstream.player.options import PlayerOptions

__all__ = ["PLACE", "PROGRAMS", "command_line", "split"]

#: What in a command stands for the address; without, that comes last.
PLACE = "{}"


def _vlc(options: PlayerOptions, start: float) -> list[str]:
    words = ["vlc", "--play-and-exit", "--no-video-title-show"]
    words += ["--fullscreen"] if options.fullscreen else []
    words += ["--avcodec-hw=none"] if options.hardware == "none" else []
    words += [f"--start-time={start:g}"] if start else []
    words += [f"--sub-file={options.subtitles}"] if options.subtitles else []
    return words


def _mpv(options: PlayerOptions, start: float) -> list[str]:
    words = ["mpv", "--no-ytdl", "--load-unsafe-playlists=no", f"--volume={options.volume}"]
    words += ["--fullscreen"] if options.fullscreen else []
    words += ["--hwdec=no"] if options.hardware == "none" else []
    words += [f"--start={start:g}"] if start else []
    words += [f"--sub-file={options.subtitles}"] if options.subtitles else []
    return words


#: Those whose options we know.
PROGRAMS: dict[str, Callable[[PlayerOptions, float], list[str]]] = {"mpv": _mpv, "vlc": _vlc}


def command_line(
    player: str, address: str, options: PlayerOptions, start: float = 0.0, more: Sequence[str] = ()
) -> list[str]:
    """The words that have ``player`` play what is at ``address``.

    :param player: one of `PROGRAMS`, or a command; what it does not know of ``options`` it is not told.
    :param start: seconds.
    :param more: words of the user's, before the address.
    :raises UsageError: the command has no words, or a quotation mark without a second one.
    """
    known = PROGRAMS.get(player)
    words = split(player, "--player") if known is None else known(options, start)
    if not words:
        raise UsageError("--player: there is no word in it")
    words = [*words, *more]
    if any(PLACE in word for word in words):
        return [word.replace(PLACE, address) for word in words]
    return [*words, address]


def split(command: str, flag: str) -> list[str]:
    """The words of a command, as a shell parts them; no shell is ever run.

    :raises UsageError: a quotation mark has no second one.
    """
    try:
        return shlex.split(command)
    except ValueError as fault:
        raise UsageError(f"{flag}: {str(fault).lower()}") from None
