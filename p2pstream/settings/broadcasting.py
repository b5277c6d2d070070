"""The settings of ``p2p-live``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from p2pstream.limits import LIMITS
from p2pstream.settings import kinds
from p2pstream.settings.commands import CommandSettings
from p2pstream.settings.row import setting
from p2pstream.settings.several import LISTENING_PORT, WINDOW, SendingSettings

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

__all__ = ["LiveSettings"]


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
