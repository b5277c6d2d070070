"""The settings of the roles: a dataclass for each program, a field for each setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from p2pstream.content.addresses import CENTRAL_PORT, PEER_PORT, Address
from p2pstream.settings import kinds
from p2pstream.settings.row import setting
from p2pstream.settings.several import (
    CACHE_SIZE,
    LISTENING_PORT,
    DiallingSettings,
    SendingSettings,
    certificate,
    dlna,
    hostnames,
    no_exchange,
    no_mdns,
    private_key,
)

__all__ = ["CentralSettings", "PeerSettings", "ShareSettings"]

_UNSEEN = "do not tell the local network by mDNS that a central is here; a closed group never does"


@dataclass(frozen=True)
class CentralSettings(DiallingSettings):
    """``p2p-central``."""

    program: ClassVar[str] = "central"

    ip: str | None = setting(None, kinds.ip, "--ip ADDRESS", "listen on this address only (default: on all)")
    port: int = setting(CENTRAL_PORT, LISTENING_PORT, "--port PORT", "listen on this port; 0: any free one")
    hostname: tuple[str, ...] = hostnames()
    certificate: str | None = certificate()
    private_key: str | None = private_key()
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
    port: int = setting(PEER_PORT, LISTENING_PORT, "--port PORT", "listen on this port; 0: any free one")
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
    hostname: tuple[str, ...] = hostnames()
    certificate: str | None = certificate()
    private_key: str | None = private_key()
    cache_size: int | None = setting(
        None,
        CACHE_SIZE,
        "--cache-size SIZE",
        "keep no more than this of films that your other programs only watch, as 256M or 2G (default: 10G)",
    )
    no_exchange: bool = no_exchange()
    no_mdns: bool = no_mdns()
    no_pictures: bool = setting(
        False,
        kinds.switch,
        "--no-pictures",
        "make no pictures of films, and do not look for subtitles in them, to offer beside them",
    )
    dlna: bool = dlna()


@dataclass(frozen=True)
class ShareSettings(SendingSettings):
    """``p2p-share``."""

    program: ClassVar[str] = "share"

    ip: str | None = setting(
        None, kinds.ip, "--ip ADDRESS", "listen on this address only, and tell others this one (default: all)"
    )
    port: int = setting(PEER_PORT, LISTENING_PORT, "--port PORT", "the peer's port; 0: any free one")
    central_port: int = setting(CENTRAL_PORT, LISTENING_PORT, "--central-port PORT", "the central's port")
    hostname: tuple[str, ...] = hostnames()
    certificate: str | None = certificate()
    private_key: str | None = private_key()
    dlna: bool = dlna()
    no_mdns: bool = setting(
        False,
        kinds.switch,
        "--no-mdns",
        "do not tell the local network by mDNS that a central and a peer are here, nor look for peers there;"
        " a closed group never does",
    )
