"""The table: a dataclass for each program, a field for each setting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from p2pstream.content.addresses import CENTRAL_PORT, PEER_PORT, Address
from p2pstream.errors import UsageError
from p2pstream.limits import LIMITS
from p2pstream.settings import kinds
from p2pstream.settings.row import Setting, setting

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

__all__ = [
    "TABLES",
    "CentralSettings",
    "CommandSettings",
    "DiallingSettings",
    "FetchSettings",
    "GetSettings",
    "KeepingSettings",
    "ListSettings",
    "PeerSettings",
    "PlaySettings",
    "SendingSettings",
    "Settings",
    "ShareSettings",
]

_LISTENING_PORT = partial(kinds.whole, 0, 65535)
_DIALLED_PORT = partial(kinds.whole, 1, 65535)
_CACHE_SIZE = partial(kinds.size, LIMITS.store_cache_least)


@dataclass(frozen=True)
class Settings:
    """What every program has."""

    program: ClassVar[str] = ""

    config: str | None = setting(
        None,
        kinds.path,
        "--config FILE",
        "read settings from this TOML file (/dev/null: from none)",
        in_file=False,
    )

    @classmethod
    def rows(cls) -> Iterator[Setting]:
        """The table of this program, in the order of its help: its own settings first."""
        own = cls.__annotations__
        for entry in sorted(fields(cls), key=lambda entry: entry.name not in own):
            column = dict(entry.metadata)
            words = column.pop("flags").split()
            flags = tuple(word for word in words if word.startswith("-"))
            argument = " ".join(words[len(flags) :])
            yield Setting(cls.program, entry.name, flags, argument, entry.default, **column)


@dataclass(frozen=True)
class KeepingSettings(Settings):
    """What all have that keep something, and talk to others."""

    state: str | None = setting(
        None,
        kinds.path,
        "--state DIR",
        "keep keys and what is known from one run to the next in this private folder"
        " (default: p2pstream in XDG_STATE_HOME, which is ~/.local/state)",
    )
    secret_file: str | None = setting(
        None,
        kinds.path,
        "--secret-file FILE",
        "only talk to those who have the same secret, which this file holds (or P2PSTREAM_SECRET itself)",
    )


_ALONE = "neither tell peers of other peers of a stream, nor be told"
_UNSEEN = "do not tell the local network by mDNS that a central is here; a closed group never does"


@dataclass(frozen=True)
class DiallingSettings(KeepingSettings):
    """What all have that dial peers."""

    local: tuple[IPv4Network | IPv6Network, ...] = setting(
        (),
        kinds.network,
        "--local NET",
        "count this private network as one that this machine is on, as 192.168.7.0/24 behind another router"
        " of yours: its peers are dialled, and come first; may be repeated, or several with commas",
        repeatable=True,
        between=",",
    )


@dataclass(frozen=True)
class SendingSettings(DiallingSettings):
    """What all have that send films to others."""

    upload_limit: int | None = setting(
        None,
        kinds.rate,
        "--upload-limit RATE",
        "send no more than so many bytes a second, all in all: 2M, 500k, 8Mbit (default: whatever goes)",
    )
    limit_local: bool = setting(
        False, kinds.switch, "--limit-local", "have limits count on this machine and its network, too"
    )


@dataclass(frozen=True)
class CentralSettings(DiallingSettings):
    """``p2p-central``."""

    program: ClassVar[str] = "central"

    ip: str | None = setting(None, kinds.ip, "--ip ADDRESS", "listen on this address only (default: on all)")
    port: int = setting(CENTRAL_PORT, _LISTENING_PORT, "--port PORT", "listen on this port; 0: any free one")
    mapping: str | None = setting(
        None, kinds.path, "--mapping FILE", "names and who has them (default: ./fileToIP.txt if it is there)"
    )
    no_mdns: bool = setting(False, kinds.switch, "--no-mdns", _UNSEEN)


@dataclass(frozen=True)
class PeerSettings(SendingSettings):
    """``p2p-peer``."""

    program: ClassVar[str] = "peer"

    ip: str | None = setting(
        None, kinds.ip, "--ip ADDRESS", "listen on this address only, and tell others this one (default: all)"
    )
    port: int = setting(PEER_PORT, _LISTENING_PORT, "--port PORT", "listen on this port; 0: any free one")
    share: tuple[str, ...] = setting(
        ("share",),
        kinds.path,
        "--share DIR",
        "offer the films in this folder; may be repeated",
        repeatable=True,
    )
    central: tuple[Address, ...] = setting(
        (Address("127.0.0.1", CENTRAL_PORT),),
        kinds.central,
        "--central HOST[:PORT]",
        "have what is shared listed there; may be repeated, or several with commas between them",
        repeatable=True,
        between=",",
    )
    cache_size: int | None = setting(
        None,
        _CACHE_SIZE,
        "--cache-size SIZE",
        "keep no more than this of films that your other programs only watch, as 256M or 2G (default: 10G)",
    )
    no_exchange: bool = setting(False, kinds.switch, "--no-exchange", _ALONE)


@dataclass(frozen=True)
class ShareSettings(SendingSettings):
    """``p2p-share``."""

    program: ClassVar[str] = "share"

    ip: str | None = setting(
        None, kinds.ip, "--ip ADDRESS", "listen on this address only, and tell others this one (default: all)"
    )
    port: int = setting(PEER_PORT, _LISTENING_PORT, "--port PORT", "the peer's port; 0: any free one")
    central_port: int = setting(CENTRAL_PORT, _LISTENING_PORT, "--central-port PORT", "the central's port")
    no_mdns: bool = setting(False, kinds.switch, "--no-mdns", _UNSEEN)


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
        _DIALLED_PORT,
        "--peer-port PORT",
        "the port of peers that are listed without one",
    )
    port: int = setting(
        0,
        _LISTENING_PORT,
        "--port PORT",
        "where others are let in; your router may forward it; 0: any free port",
    )
    cache_size: int | None = setting(
        None,
        _CACHE_SIZE,
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
    no_exchange: bool = setting(False, kinds.switch, "--no-exchange", _ALONE)

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


TABLES: tuple[type[Settings], ...] = (
    CentralSettings,
    PeerSettings,
    PlaySettings,
    GetSettings,
    ListSettings,
    ShareSettings,
)
