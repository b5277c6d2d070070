"""Who may send what ``p2p-live --listen`` broadcasts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from hmac import compare_digest
from ipaddress import IPv4Network, IPv6Network, ip_address

from p2pstream.content.keys import to_base32
from p2pstream.data.disk import telling
from p2pstream.errors import Refused
from p2pstream.interfaces import IDisk
from p2pstream.values import value

__all__ = ["Admittance", "kept_key"]

_KEY_BYTES = 16
_KEY_MOST = 64


@value
class Admittance:
    """Who may publish here.

    :ivar key: what RTMP and HTTP have to show; empty for nothing.
    :ivar senders: who may speak what knows no key; None for everybody who can reach the port.
    """

    key: str
    senders: Sequence[IPv4Network | IPv6Network] | None

    def with_key(self, shown: str) -> None:
        """Let in whoever shows it.

        :raises Refused: that is another one.
        """
        if self.key and not compare_digest(shown.encode(), self.key.encode()):
            raise Refused("that is not the stream key: copy it from where p2p-live prints it")

    def on_the_peer_port(self, shown: str, host: str) -> None:
        """Let in who is on this machine, and from elsewhere who shows the key, if there is one.

        :raises Refused: it is neither.
        """
        if ip_address(host).is_loopback:
            return
        if not self.key:
            raise Refused("broadcasts are taken in from this machine alone; --bind has others let in")
        self.with_key(shown)

    def without_key(self, host: str) -> None:
        """Let in who sends from there.

        :raises Refused: it is none of those who may.
        """
        if self.senders is not None and not any(ip_address(host) in each for each in self.senders):
            raise Refused(f"nobody said that MPEG-TS may come from there: --from {host} does")


def kept_key(disk: IDisk, path: str, new: bool) -> str:
    """The stream key of a channel, made if there is none, or if a new one is wished; for a worker.

    :raises errors.StorageError: it cannot be read, or kept.
    """
    with telling("use", "the stream key"):
        if not new:
            with suppress(FileNotFoundError):
                return disk.read(path, _KEY_MOST).decode("ascii", "replace").strip()
        key = to_base32(os.urandom(_KEY_BYTES))
        disk.replace(path, f"{key}\n".encode("ascii"))
        return key
