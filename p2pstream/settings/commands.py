"""The settings of the commands: a dataclass for each program, a field for each setting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from p2pstream.content.addresses import PEER_PORT
from p2pstream.errors import UsageError
from p2pstream.limits import LIMITS
from p2pstream.settings import kinds
from p2pstream.settings.row import setting
from p2pstream.settings.several import (
    CACHE_SIZE,
    DIALLED_PORT,
    LISTENING_PORT,
    KeepingSettings,
    SendingSettings,
    no_exchange,
)

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

__all__ = ["CommandSettings", "FetchSettings", "GetSettings", "ListSettings", "LiveSettings", "PlaySettings"]

WINDOW = partial(kinds.span, LIMITS.live_window_least_s, LIMITS.live_window_most_s)


@dataclass(frozen=True)
class CommandSettings(KeepingSettings):
    """What all commands have that ask a central."""

    topic: ClassVar[str] = "what is told"

    quiet: bool = setting(False, kinds.switch, "-q --quiet", "say nothing but errors")
    json: bool = setting(False, kinds.switch, "--json", "write events to stdout, a JSON object a line")
    debug: bool = setting(False, kinds.switch, "--debug", "show where in the code an error arose")


@dataclass(frozen=True)
class ListSettings(CommandSettings):
    """``p2p-list``."""

    program: ClassVar[str] = "list"


@dataclass(frozen=True)
class FetchSettings(CommandSettings, SendingSettings):
    """What all commands that fetch a stream have."""

    topic: ClassVar[str] = "fetching, and giving on"

    peer_port: int = setting(
        PEER_PORT,
        DIALLED_PORT,
        "--peer-port PORT",
        "the port of peers that are listed without one",
    )
    port: int = setting(
        0,
        LISTENING_PORT,
        "--port PORT",
        "where others are let in; your router may forward it (default: 0, any free port)",
    )
    cache_size: int | None = setting(
        None,
        CACHE_SIZE,
        "--cache-size SIZE",
        "keep no more than this of films that are only watched, as 256M or 2G: who was not watched for"
        " longest goes, then what you have seen (default: 10G)",
    )
    download_limit: int | None = setting(
        None,
        kinds.rate,
        "--download-limit RATE",
        "ask for no more than so many bytes a second of what is proven (default: whatever comes)",
    )
    no_upload: bool = setting(
        False, kinds.switch, "--no-upload", "give others nothing of the film meanwhile, and listen to nobody"
    )
    keep_seeding: bool = setting(
        False,
        kinds.switch,
        "--keep-seeding",
        "when all is done, go on giving others what is here until Ctrl-C; a p2p-peer of yours that fetched it"
        " gives what is only watched by itself",
    )
    accept_publisher: bool = setting(
        False,
        kinds.switch,
        "--accept-publisher",
        "take the film from whoever has its name now, and remember them instead of who had it before",
    )
    no_peer: bool = setting(
        False,
        kinds.switch,
        "--no-peer",
        "fetch alone, also where a p2p-peer of yours runs on the same --state: else that fetches, with the"
        " limits that it has",
    )
    web_seed: tuple[str, ...] = setting(
        (),
        kinds.url,
        "--web-seed URL",
        "a web server that has the film at this address, as a source more; may be repeated, and what it"
        " sends is proven as all else",
        repeatable=True,
        between=" ",
        in_file=False,
    )
    on_done: str | None = setting(
        None,
        kinds.text,
        "--on-done COMMAND",
        "run this when the whole film is here; it is told of it in a line of JSON on its stdin",
    )
    protocol: str = setting(
        "native", kinds.text, "--protocol NAME", "what to speak with the peers; classic: as in 2016, unproven"
    )
    no_exchange: bool = no_exchange()

    def __post_init__(self) -> None:
        """Refuse what cannot both be.

        :raises UsageError: two settings contradict each other.
        """
        if self.keep_seeding and self.no_upload:
            raise UsageError("--keep-seeding gives to others, and --no-upload gives nothing; leave one out")


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


@dataclass(frozen=True)
class LiveSettings(CommandSettings, SendingSettings):
    """``p2p-live``."""

    program: ClassVar[str] = "live"
    topic: ClassVar[str] = "broadcasting"

    port: int = setting(
        0,
        LISTENING_PORT,
        "--port PORT",
        "where viewers are let in; your router may forward it (default: 0, any free port)",
    )
    listen: bool = setting(
        False,
        kinds.switch,
        "--listen",
        "take in what OBS or ffmpeg send: by RTMP, HTTP, or MPEG-TS over TCP or UDP, all on one port",
    )
    listen_port: int = setting(1935, LISTENING_PORT, "--listen-port PORT", "that port")
    bind: str = setting(
        "127.0.0.1",
        kinds.ip,
        "--bind IP",
        "where to listen for that: elsewhere than on this machine, RTMP and HTTP need a stream key, which is"
        " printed, and nobody else is let in but --from",
    )
    senders: tuple[IPv4Network | IPv6Network, ...] = setting(
        (),
        kinds.senders,
        "--from ADDR",
        "who may send MPEG-TS over TCP or UDP, which know no key: 192.168.7.3 or 192.168.7.0/24; may be"
        " repeated, or several with commas",
        repeatable=True,
        between=",",
    )
    new_key: bool = setting(
        False, kinds.switch, "--new-key", "have another stream key than the last time", in_file=False
    )
    encode: bool = setting(
        False, kinds.switch, "--encode", "code it anew, in H.264 and AAC (x264 is under the GPL)"
    )
    loop: bool = setting(False, kinds.switch, "--loop", "begin a film again when it is over")
    no_record: bool = setting(
        False, kinds.switch, "--no-record", "keep no more of it than the window, and nothing when it is over"
    )
    window: float = setting(
        LIMITS.live_window_s,
        WINDOW,
        "--window TIME",
        "how far back viewers may go in what is not recorded, or once the disk is full: 10m, 1h30m",
    )


@dataclass(frozen=True)
class GetSettings(FetchSettings):
    """``p2p-get``."""

    program: ClassVar[str] = "get"
    topic: ClassVar[str] = "the film"

    out: str | None = setting(
        None, kinds.path, "-o --out PATH", "where to put the film: a folder or a file, which is replaced"
    )
