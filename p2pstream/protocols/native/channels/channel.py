"""One channel, and the table of those of a connection.  Pure.

::

    OPENING --OPENED--> OPEN <--serve-- WANTED
       |                 |                |
       '-----CLOSE sent--+----------------'--> CLOSING --CLOSE came--> (its number is free)
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from p2pstream.codes import Code
from p2pstream.content.keys import FileKey
from p2pstream.errors import PeerError, SessionError
from p2pstream.limits import Limits
from p2pstream.protocols.native.events import ChannelOffer
from p2pstream.protocols.native.giving.serving import Serving
from p2pstream.protocols.native.taking.asking import Asking

__all__ = ["FOLLOWING", "Channel", "Channels", "Phase"]

_NUMBERS = 0x10000


class Phase(Enum):
    """How far a channel is."""

    OPENING = "we asked for it"
    WANTED = "the other end asked for it"
    OPEN = "both know it"
    CLOSING = "we ended it, and the other end has not said that it knows"


#: Which phase may follow which.
FOLLOWING: dict[Phase, frozenset[Phase]] = {
    Phase.OPENING: frozenset({Phase.OPEN, Phase.CLOSING}),
    Phase.WANTED: frozenset({Phase.OPEN, Phase.CLOSING}),
    Phase.OPEN: frozenset({Phase.CLOSING}),
    Phase.CLOSING: frozenset(),
}


class Channel:
    """What two peers say to each other about one stream; each may ask, and each may have it.

    :param offer: what we offered when we opened it.
    """

    def __init__(
        self, number: int, key: FileKey, phase: Phase, limits: Limits, offer: ChannelOffer | None = None
    ) -> None:
        self.number = number
        self.key = key
        self.phase = phase
        self.offer = offer
        #: Whether the other end wants to be told of other peers; when it told of some last.
        self.exchanges = False
        self.introduced_at: float | None = None
        self.asking = Asking(key, limits)
        self.serving = Serving(key, limits)

    def enter(self, phase: Phase) -> None:
        """It is so far now.

        :raises SessionError: it cannot be; a bug.
        """
        if phase not in FOLLOWING[self.phase]:
            raise SessionError(f"channel {self.number}: {phase.name} cannot follow {self.phase.name}")
        self.phase = phase


class Channels:
    """The channels of one connection, by number and by key.

    Numbers are odd when the dialler opened the channel, even when the acceptor did.
    """

    __slots__ = ("_by_key", "_by_number", "_limits", "_parity", "_refused")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_number: dict[int, Channel] = {}
        self._by_key: dict[FileKey, Channel] = {}
        # Without values: an empty set is three times as large.
        self._refused: dict[int, None] = {}
        self._parity = 1

    def __len__(self) -> int:
        return len(self._by_number)

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._by_number.values())

    @property
    def full(self) -> bool:
        """Whether no more may be opened."""
        return len(self._by_key) >= self._limits.native_channels

    def begin(self, dialled: bool) -> None:
        """Said once, before anything else: which numbers are ours."""
        self._parity = int(dialled)

    def number(self) -> int:
        """A free one of ours.

        :raises SessionError: there are as many channels as there may be.
        """
        if self.full:
            raise SessionError(f"there are {len(self._by_key)} channels already, and no more may be")
        first = self._parity or 2
        return next(number for number in range(first, _NUMBERS, 2) if number not in self._by_number)

    def refuse(self, number: int) -> None:
        """The other end opened a channel that is closed at once."""
        self._refused[number] = None

    def forget(self, number: int) -> bool:
        """The other end knows that a channel was refused; whether it was."""
        known = number in self._refused
        self._refused.pop(number, None)
        return known

    def is_refused(self, number: int) -> bool:
        """Whether a channel was refused, and the other end may not know."""
        return number in self._refused

    def check_opened(self, number: int) -> None:
        """See whether the other end may give a channel this number.

        :raises PeerError: it may not.
        """
        if not number or number % 2 == self._parity or number in self._by_number or number in self._refused:
            raise PeerError(f"channel {number} cannot be opened: its number is ours, or in use")
        if len(self._by_number) + len(self._refused) >= 2 * self._limits.native_channels:
            raise PeerError("channels that were refused are not closed, and there are too many", Code.BUSY)

    def add(self, channel: Channel) -> Channel:
        """One more, from now on that of its key."""
        self._by_number[channel.number] = self._by_key[channel.key] = channel
        return channel

    def of(self, key: FileKey) -> Channel | None:
        """The channel about this stream, if there is one that goes on."""
        return self._by_key.get(key)

    def get(self, number: int) -> Channel | None:
        """The channel of this number, also one that ends."""
        return self._by_number.get(number)

    def end(self, channel: Channel) -> None:
        """Nothing on it is answered any more; its number is still in use."""
        channel.serving.void()
        if self._by_key.get(channel.key) is channel:
            del self._by_key[channel.key]

    def free(self, channel: Channel) -> None:
        """Its number may be used again."""
        self.end(channel)
        del self._by_number[channel.number]
