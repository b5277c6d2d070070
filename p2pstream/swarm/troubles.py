"""What was wrong with each source, and the one line that is made of it in the end."""

from __future__ import annotations

from twisted.internet.error import ConnectError, DNSLookupError

from p2pstream.content.addresses import Address
from p2pstream.content.text import printable, size_text
from p2pstream.errors import NoSource, P2PStreamError, PeersDisagree
from p2pstream.transport.networks.dialling import dial_trouble

__all__ = ["Troubles", "in_words"]

# How a connection that breaks says so.
_CONNECTION = "the connection"
_AND_NOW = "ask those who share it which is the right one"


class Troubles:
    """Who sent which part, and why nobody sent all of it."""

    def __init__(self, name: str) -> None:
        self._name = printable(name, 80)
        self._reasons: dict[Address, str] = {}
        # Who was the first to send the bytes before each of these places, ascending.
        self._reached: list[tuple[int, Address]] = []
        self._difference: PeersDisagree | None = None

    def sent(self, address: Address, received: int) -> None:
        """This source's bytes were taken, or were the same as those that were there."""
        if not self._reached or received > self._reached[-1][0]:
            self._reached.append((received, address))

    def add(self, address: Address, fault: Exception, received: int) -> str:
        """Note what was wrong with a source that sent ``received`` bytes; returns it in words."""
        # Whoever reads it has just read whose it is.
        reason = in_words(fault).replace(f"{_CONNECTION} to {address}", _CONNECTION, 1)
        if isinstance(fault, PeersDisagree):
            reason = self._told_apart(fault, received)
        before = f"sent {size_text(received)}, then " if received else ""
        if not received and reason.startswith(_CONNECTION):
            before = "sent nothing, then "
        self._reasons[address] = before + reason
        return reason

    def verdict(self) -> P2PStreamError:
        """The error that the download ends with."""
        said = "; ".join(f"{address} {reason}" for address, reason in self._reasons.items())
        if self._difference is not None:
            line = f"peers share different streams under the name “{self._name}”: {said}; {_AND_NOW}"
            return PeersDisagree(self._difference.offset, line)
        if not said:
            return NoSource(f"nobody is listed for “{self._name}”")
        return NoSource(f"nobody could send “{self._name}”: {said}; try again later")

    def _told_apart(self, fault: PeersDisagree, received: int) -> str:
        self._difference = self._difference or fault
        others = (address for stop, address in self._reached if stop > fault.offset)
        other = next(others, "an earlier peer")
        if fault.offset == received:
            return f"ended at byte {received}, where {other} went on"
        return f"sent other bytes than {other} from byte {fault.offset} on"


def in_words(fault: Exception) -> str:
    """What went wrong, for people."""
    if isinstance(fault, P2PStreamError):
        return str(fault)
    if isinstance(fault, ConnectError | DNSLookupError):
        return f"cannot be reached: {dial_trouble(fault)}"
    return f"failed: {dial_trouble(fault)}"
