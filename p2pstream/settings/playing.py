"""The settings of ``p2p-play``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from p2pstream.errors import UsageError
from p2pstream.limits import LIMITS
from p2pstream.settings import kinds
from p2pstream.settings.fetching import FetchSettings
from p2pstream.settings.row import setting
from p2pstream.settings.several import LISTENING_PORT, WINDOW

__all__ = ["PlaySettings"]


@dataclass(frozen=True)
class PlaySettings(FetchSettings):
    """``p2p-play``."""

    program: ClassVar[str] = "play"
    topic: ClassVar[str] = "showing"

    start: float = setting(0.0, kinds.seconds, "--start TIME", "begin at SS, MM:SS or HH:MM:SS")
    latency: float = setting(
        LIMITS.live_delay_s,
        partial(kinds.span, LIMITS.live_delay_least_s, LIMITS.live_delay_most_s),
        "--latency TIME",
        "how long after it was captured a broadcast is shown, as 1s or 4s: less for quick answers, more"
        " where the network is rough",
    )
    window: float = setting(
        LIMITS.live_window_s,
        WINDOW,
        "--window TIME",
        "how much of a broadcast is kept to go back in, as 10m or 1h30m",
    )
    player: str | None = setting(
        None,
        kinds.text,
        "--player PLAYER",
        "sfml, vlc-window, none, or a program of its own, which is given an address on this machine:"
        " vlc, mpv or any command, in which {} stands for the address (default: sfml or vlc-window; none"
        " with -O)",
    )
    player_args: str = setting(
        "",
        str,
        "--player-args WORDS",
        "more words for the command of such a program, before the address: --player-args=--loop",
    )
    http: bool = setting(
        False,
        kinds.switch,
        "--http",
        "show nothing: print an address on this machine that any player opens, until Ctrl-C",
    )
    http_port: int = setting(
        0, LISTENING_PORT, "--http-port PORT", "the port of that address (default: 0, any free one)"
    )
    no_quit: bool = setting(
        False, kinds.switch, "--no-quit", "go on when such a program has ended, until Ctrl-C"
    )
    subtitles: str | None = setting(
        None,
        kinds.path,
        "-t --subtitles PATH",
        "show the subtitles in this file, srt, vtt or ass, in a window or by vlc and mpv (default: one"
        " called as what -o keeps)",
    )
    listing: bool = setting(
        False,
        kinds.switch,
        "-l --list",
        "show what the central knows instead, as p2p-list does",
        in_file=False,
    )
    out: str | None = setting(None, kinds.path, "-o --out PATH", "keep the film: a folder, or a file name")
    stdout: bool = setting(False, kinds.switch, "-O --stdout", "write the film to stdout, show nothing")
    fullscreen: bool = setting(False, kinds.switch, "--fullscreen", "fill the screen")
    volume: int = setting(100, partial(kinds.whole, 0, 200), "--volume PERCENT", "how loud, from 0 to 200")
    hw: str = setting(
        "auto",
        partial(kinds.one_of, ("auto", "none")),
        "--hw auto|none",
        "whether the graphics card may decode",
    )
    screenshot: str | None = setting(
        None,
        kinds.path,
        "--screenshot PATH",
        "write a picture of the window while playing",
    )

    def __post_init__(self) -> None:
        """See `FetchSettings`."""
        super().__post_init__()
        if self.http and (self.stdout or self.player is not None):
            raise UsageError("--http shows nothing itself; leave --player and --stdout out")
        if not self.is_served and (self.player_args or self.no_quit or self.http_port):
            raise UsageError("--player-args, --http-port and --no-quit are for players that are programs")

    @property
    def is_unseen(self) -> bool:
        """Whether nobody watches: the film goes to a pipe, or only to a file."""
        return self.stdout or self.player == "none"

    @property
    def is_served(self) -> bool:
        """Whether a program of its own plays it, from an address."""
        return self.http or self.player not in (None, "sfml", "vlc-window", "none")
