"""The settings of the commands: a dataclass for each program, a field for each setting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from p2pstream.content.addresses import PEER_PORT
from p2pstream.errors import UsageError
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

__all__ = ["CommandSettings", "FetchSettings", "GetSettings", "ListSettings", "PlaySettings"]


@dataclass(frozen=True)
class CommandSettings(KeepingSettings):
    """What all commands have that ask a central."""

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
        "where others are let in; your router may forward it; 0: any free port",
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

    start: float = setting(0.0, kinds.seconds, "--start TIME", "begin at SS, MM:SS or HH:MM:SS")
    player: str | None = setting(
        None,
        partial(kinds.one_of, ("sfml", "vlc-window", "none")),
        "--player PLAYER",
        "sfml, vlc-window or none (default: the first that works; none with -O)",
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

    @property
    def is_unseen(self) -> bool:
        """Whether nobody watches: the film goes to a pipe, or only to a file."""
        return self.stdout or self.player == "none"


@dataclass(frozen=True)
class GetSettings(FetchSettings):
    """``p2p-get``."""

    program: ClassVar[str] = "get"

    out: str | None = setting(
        None, kinds.path, "-o --out PATH", "where to put the film: a folder or a file, which is replaced"
    )
