"""What plugins that speak over a link have in common."""

from __future__ import annotations

from p2pstream.content.sniff import Sniff
from p2pstream.protocols.link.framing import DIALLER_MAGIC
from p2pstream.protocols.registry import ThinProtocol
from p2pstream.transport.secure.tls import LINK

__all__ = ["LinkPlugin"]


class LinkPlugin(ThinProtocol):
    """A base for the plugin of a family: known by the magic that every link begins with."""

    version = "1"
    alpn = LINK

    def sniff(self, prefix: bytes) -> Sniff:
        """YES after the magic."""
        if prefix.startswith(DIALLER_MAGIC):
            return Sniff.YES
        return Sniff.MORE if DIALLER_MAGIC.startswith(prefix) else Sniff.NO
