"""One end of the native family, without a socket, a file or a clock.  Pure.

Both ends are alike: each opens channels, each about one stream, asks on them and serves
them.  What the shell must do or know comes as `events`; what the other end does wrong
as `PeerError`.  `desk` is the shell's side of it; here is the link's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from p2pstream.codes import Code
from p2pstream.errors import PeerError
from p2pstream.protocols.link.family import Bulk, Frame, Opposite
from p2pstream.protocols.native.bodies.body import impossible
from p2pstream.protocols.native.channels.bucket import Bucket
from p2pstream.protocols.native.channels.channel import Channel, Phase
from p2pstream.protocols.native.channels.desk import ChannelDesk
from p2pstream.protocols.native.events import Interested, Introduced
from p2pstream.protocols.native.messages import (
    CEILINGS,
    DATA,
    DATA_HEAD,
    Cancel,
    Close,
    Credit,
    Hashes,
    HashReject,
    HashRequest,
    Have,
    Introduce,
    Message,
    Meta,
    MetaGet,
    Open,
    Opened,
    Reject,
    Request,
    Want,
    decode,
)
from p2pstream.protocols.native.taking.havemap import cost

__all__ = ["NativeSession"]

#: The frames whose bytes room is lent for, and how long their heads are.
HEADS = {DATA: DATA_HEAD.size}

#: What the end that opened a channel may say before it is told that the stream is here.
_EAGER = (Request, Cancel, HashRequest, MetaGet, Want)


class NativeSession(ChannelDesk):
    """A `link.family.Family`; channels are called by their numbers.

    :param lend: room for units that begin to arrive: exactly as long as they are, or None.
    """

    name: ClassVar[str] = "native"
    ceilings: ClassVar[Mapping[int, int]] = CEILINGS
    heads: ClassVar[Mapping[int, int]] = HEADS

    @cached_property
    def _messages(self) -> Bucket:
        return Bucket("messages", self._limits.native_requests, self._began, self._limits)

    @cached_property
    def _haves(self) -> Bucket:
        return Bucket("messages of what is there", self._limits.native_haves, self._began, self._limits)

    def greeted(self, opposite: Opposite, now: float) -> list[Any]:
        """See `Family`."""
        self._taking.most_units = opposite.most_units
        return self._post.take()

    def received(self, frame: Frame, now: float) -> list[Any]:
        """See `Family`."""
        said = decode(frame.type, frame.body)
        number = frame.channel
        if isinstance(said, Open):
            self._doors.opened_there(number, said, now)
        elif self._channels.is_refused(number):
            if isinstance(said, Close):
                self._channels.forget(number)
        else:
            self._take(self._known(number), said, now)
        return self._post.take()

    def begin(self, type: int, channel: int, head: bytes, length: int, now: float) -> memoryview | None:
        """See `Family`."""
        return self._taking.begin(self._channels.get(channel), head, length)

    def filled(self, now: float) -> list[Any]:
        """See `Family`."""
        self._taking.filled()
        return self._post.take()

    def rank(self, now: float) -> int:
        """See `Family`."""
        return self._giving.rank(now) if self._channels else 0

    def pull(self, now: float) -> Bulk | None:
        """See `Family`."""
        return self._giving.pull(now) if self._channels else None

    def sent(self, bulk: Bulk, now: float) -> None:
        """See `Family`."""
        self._giving.sent(bulk, now)

    def tick(self, now: float) -> list[Any]:
        """See `Family`."""
        if self._channels:
            self._giving.tick(now)
        return self._post.take()

    def next_deadline(self) -> float | None:
        """See `Family`."""
        if self._post.told:
            return 0.0
        return self._giving.next_deadline() if self._channels else None

    @property
    def awaiting(self) -> bool:
        """See `Family`."""
        return any(channel.phase is Phase.OPENING or channel.asking.waits for channel in self._channels)

    def lost(self, why: str) -> list[Any]:
        """See `Family`; what was asked stays unanswered."""
        self._taking.broken()
        return self._post.take()

    def _known(self, number: int) -> Channel:
        channel = self._channels.get(number)
        if channel is None:
            raise impossible(f"channel {number} is not open")
        return channel

    def _take(self, channel: Channel, said: Message, now: float) -> None:
        """One message about a channel.

        :raises PeerError: it may not be said now.
        """
        if isinstance(said, Close):
            self._doors.closed_there(channel, said)
            return
        if channel.phase is Phase.CLOSING:
            return
        eager = channel.phase is not Phase.WANTED or isinstance(said, _EAGER)
        if isinstance(said, Opened) is not (channel.phase is Phase.OPENING) or not eager:
            raise impossible(f"{type(said).__name__} was sent while a channel is {channel.phase.name}")
        if isinstance(said, Opened):
            self._doors.accepted_there(channel, said)
            self._offer(channel, channel.offer, now)
        else:
            _TAKERS[type(said)](self, channel, said, now)

    def _cancelled(self, channel: Channel, said: Cancel, now: float) -> None:
        # What is not cancelled is sent, which is an answer, too.
        if self._messages.take(now):
            self._giving.cancel(channel, said)

    def _wanted(self, channel: Channel, said: Want, now: float) -> None:
        if self._messages.take(now):
            self._giving.watched(channel, said, now)
            self._post.tell(Interested(channel.number, said))

    def _had(self, channel: Channel, said: Have, now: float) -> None:
        if self._haves.take(now, cost(said)):
            self._taking.have(channel, said, now)

    def _introduced(self, channel: Channel, said: Introduce, now: float) -> None:
        if not (self.exchanging and channel.exchanges):
            raise PeerError("it tells of others where nobody wants to know", Code.UNSOLICITED)
        last = channel.introduced_at
        # What comes too often is not heard; a flood of it is one of messages.
        if self._haves.take(now) and (last is None or now >= last + self._limits.exchange_least_s):
            channel.introduced_at = now
            self._post.tell(Introduced(channel.number, said))

    def _credited(self, channel: Channel, said: Credit, now: float) -> None:
        self._messages.take(now)
        self._taking.credit(channel, said)


Taker = Callable[[NativeSession, Channel, Any, float], None]

_TAKERS: dict[type[Message], Taker] = {
    Request: lambda self, channel, said, now: self._giving.request(channel, said, now),
    HashRequest: lambda self, channel, said, now: self._pages.request(channel, said, now),
    MetaGet: lambda self, channel, said, now: self._pages.meta(channel, said, now),
    Cancel: NativeSession._cancelled,
    Want: NativeSession._wanted,
    Have: NativeSession._had,
    Credit: NativeSession._credited,
    Introduce: NativeSession._introduced,
    Reject: lambda self, channel, said, now: self._taking.rejected(channel, said),
    Hashes: lambda self, channel, said, now: self._taking.hashes(channel, said),
    HashReject: lambda self, channel, said, now: self._taking.hashes_rejected(channel, said),
    Meta: lambda self, channel, said, now: self._taking.meta(channel, said),
}
