"""What a peer says of itself to a central, and who is told what the central says by itself."""

from __future__ import annotations

from typing import Protocol

from p2pstream.content.addresses import Address
from p2pstream.content.listed import Lease
from p2pstream.values import value

__all__ = ["LineListener", "Silent", "Speaks"]


@value
class Speaks:
    """What a peer says of itself when it announces: its port, and `content.listed`'s bits."""

    port: int
    flags: int = 0
    load: int = 0
    uplink: int = 0


class LineListener(Protocol):
    """Who is told how a connection to a central fares."""

    def connected(self) -> None:
        """It is there; it may have forgotten everything."""

    def lost(self, reason: str, answered: bool) -> None:
        """It went, or a dial was in vain.  It is tried again.

        :param answered: somebody was there, and it came to nothing.
        """

    def leased(self, lease: Lease) -> None:
        """It tells, without being asked, that it sees us otherwise now."""

    def changed(self, name: str, key: bytes) -> None:
        """Something watched is not what it was: a name, or the bytes of a key."""

    def called(self, address: Address, nonce: bytes, key: bytes) -> None:
        """Somebody there wants that key, and cannot dial us: we are to dial."""


class Silent:
    """A listener that does not care."""

    def connected(self) -> None:
        """See `LineListener`."""

    def lost(self, reason: str, answered: bool) -> None:
        """See `LineListener`."""

    def leased(self, lease: Lease) -> None:
        """See `LineListener`."""

    def changed(self, name: str, key: bytes) -> None:
        """See `LineListener`."""

    def called(self, address: Address, nonce: bytes, key: bytes) -> None:
        """See `LineListener`."""
