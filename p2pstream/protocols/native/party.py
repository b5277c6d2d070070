"""Who takes part in the exchange of addresses: at each channel's other end, and who is told of it.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.protocols.native.events import Acquainted, Introduced
from p2pstream.protocols.native.messages import Introduce
from p2pstream.protocols.native.session import NativeSession

__all__ = ["Acquaintances", "Introductions", "Party"]


class Party:
    """One peer that has, or wants, a stream, and takes part.

    :param link: a `link.protocol.LinkProtocol`.
    """

    __slots__ = ("_channel", "_link", "_session")

    def __init__(self, link: Any, session: NativeSession, channel: int) -> None:
        self._link = link
        self._session = session
        self._channel = channel

    @property
    def id(self) -> bytes:
        """Its id, once it is proven; empty before."""
        opposite = self._link.opposite
        return opposite.id if opposite is not None and opposite.authenticated else b""

    @property
    def bound(self) -> bool:
        """Whether nobody stands between."""
        return self._link.opposite is not None and self._link.opposite.bound

    @property
    def address(self) -> Address:
        """Where it is connected from, or was dialled."""
        # In memory, and over UNIX sockets, everybody is on this machine.
        return self._link.address or Address("127.0.0.1", 1)

    def introduce(self, tickets: Sequence[bytes], dropped: Sequence[Address]) -> None:
        """Tell it of others."""
        self._session.introduce(self._channel, Introduce(tuple(tickets), tuple(dropped)))


class Introductions(Protocol):
    """Who decides what peers are told of each other: `peer.fetching.exchange.Exchange`."""

    def joined(self, key: FileKey, party: Party) -> None:
        """It has a channel with us about that stream now."""

    def introduced(self, key: FileKey, party: Party, said: Introduce) -> None:
        """It tells of others, and of itself."""

    def parted(self, key: FileKey, party: Party) -> None:
        """It has none any more."""


class Acquaintances:
    """The streams of one link about which both ends tell each other of others.

    :param introductions: None where nobody takes part.
    """

    __slots__ = ("_introductions", "_parties", "_session")

    def __init__(self, session: NativeSession, introductions: Introductions | None) -> None:
        self._session = session
        self._introductions = introductions
        self._parties: dict[int, tuple[FileKey, Party]] = {}

    def happened(self, event: Acquainted | Introduced, link: Any) -> None:
        """The session tells of one."""
        if self._introductions is None:
            return
        channel = event.channel
        if isinstance(event, Acquainted):
            self._parties[channel] = event.key, Party(link, self._session, channel)
            self._introductions.joined(*self._parties[channel])
        elif channel in self._parties:
            self._introductions.introduced(*self._parties[channel], event.said)

    def part(self, channel: int) -> None:
        """A channel is over, whoever ended it."""
        if self._introductions is not None and channel in self._parties:
            self._introductions.parted(*self._parties.pop(channel))

    def part_all(self) -> None:
        """The link is over."""
        for channel in list(self._parties):
            self.part(channel)
