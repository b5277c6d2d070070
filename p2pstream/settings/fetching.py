"""The settings of the commands that fetch: what all of them have, and those of ``p2p-get``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from p2pstream.content.addresses import PEER_PORT
from p2pstream.errors import UsageError
from p2pstream.settings import kinds
from p2pstream.settings.commands import CommandSettings
from p2pstream.settings.row import setting
from p2pstream.settings.several import (
    CACHE_SIZE,
    DIALLED_PORT,
    LISTENING_PORT,
    SendingSettings,
    no_exchange,
    no_mdns,
)

__all__ = ["FetchSettings", "GetSettings"]


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
    no_mdns: bool = no_mdns()

    def __post_init__(self) -> None:
        """Refuse what cannot both be.

        :raises UsageError: two settings contradict each other.
        """
        if self.keep_seeding and self.no_upload:
            raise UsageError("--keep-seeding gives to others, and --no-upload gives nothing; leave one out")


@dataclass(frozen=True)
class GetSettings(FetchSettings):
    """``p2p-get``."""

    program: ClassVar[str] = "get"
    topic: ClassVar[str] = "the film"

    out: str | None = setting(
        None, kinds.path, "-o --out PATH", "where to put the film: a folder or a file, which is replaced"
    )
