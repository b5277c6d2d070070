"""Opens and closes the channels of a connection.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from p2pstream.codes import Code
from p2pstream.content.keys import FileKey
from p2pstream.limits import Limits
from p2pstream.protocols.native.channels.bucket import Bucket
from p2pstream.protocols.native.channels.channel import Channel, Channels, Phase
from p2pstream.protocols.native.channels.post import Post
from p2pstream.protocols.native.events import (
    Acquainted,
    ChannelOffer,
    Closed,
    HashesRefused,
    Moved,
    Ready,
    UnitsRefused,
    Wanted,
)
from p2pstream.protocols.native.messages import Close, Open, Opened

__all__ = ["Doors"]


class Doors:
    """There is one channel about a stream: of two that are opened at once the dialler's stays.

    :param ended: told of each channel of which nothing is answered any more.
    """

    def __init__(
        self, post: Post, channels: Channels, ended: Callable[[Channel], None], now: float, limits: Limits
    ) -> None:
        self._post = post
        self._channels = channels
        self._ended = ended
        self._limits = limits
        #: Whether we tell peers of others, and want to be told.
        self.exchanging = False
        self._bucket = Bucket("channels", limits.native_opens, now, limits)

    def open(self, key: FileKey, offer: ChannelOffer | None, wants: bool, gives: bool = False) -> Channel:
        """Open a channel about a stream, or find the one that there is.

        :raises SessionError: there are as many as there may be.
        """
        there = self._channels.of(key)
        if there is not None:
            return there
        number = self._channels.number()
        self._post.send(number, Open(key, wants, gives or offer is not None, self.exchanging))
        return self._channels.add(Channel(number, key, Phase.OPENING, self._limits, offer))

    def opened_there(self, number: int, said: Open, now: float) -> None:
        """The other end opens a channel.

        :raises PeerError: it may not have that number, or too many are opened.
        """
        self._channels.check_opened(number)
        allowed = self._bucket.take(now)
        if not isinstance(said.key, FileKey):
            self._turn_away(number, Code.UNKNOWN_KEY)
            return
        channel = Channel(number, said.key, Phase.WANTED, self._limits)
        channel.exchanges = said.exchanges
        there = self._channels.of(said.key)
        if there is not None and (there.phase is not Phase.OPENING or self._post.line.dialled):
            self._turn_away(number, Code.DUPLICATE_CONN)
        elif there is None and (self._channels.full or not allowed):
            self._turn_away(number, Code.BUSY if allowed else Code.RATE_LIMITED)
        else:
            if there is not None:
                self._give_way(there, number)
            self._channels.add(channel)
            self._post.tell(Wanted(number, said.key, said.wants, said.offers))

    def accept(self, channel: Channel, hints: Opened) -> None:
        """The shell answers the other end's wish."""
        channel.enter(Phase.OPEN)
        self._post.send(channel.number, replace(hints, exchanges=self.exchanging))
        self._acquaint(channel)

    def accepted_there(self, channel: Channel, said: Opened) -> None:
        """The other end has it."""
        channel.enter(Phase.OPEN)
        channel.exchanges = said.exchanges
        self._post.tell(Ready(channel.number, said))
        self._acquaint(channel)

    def close(self, channel: Channel, code: int) -> None:
        """End a channel; what is unanswered on it stays so."""
        if channel.phase is Phase.CLOSING:
            return
        channel.enter(Phase.CLOSING)
        self._post.send(channel.number, Close(code))
        self._channels.end(channel)
        self._ended(channel)

    def closed_there(self, channel: Channel, said: Close) -> None:
        """The other end ends a channel, or knows that we did."""
        if channel.phase is not Phase.CLOSING:
            self.close(channel, Code.OK)
            self._post.tell(Closed(channel.number, said.code))
        self._channels.free(channel)

    def gone(self, channel: Channel) -> None:
        """The stream is no longer what its key says."""
        self.close(channel, Code.GONE)
        self._post.tell(Closed(channel.number, Code.GONE))

    def _acquaint(self, channel: Channel) -> None:
        if self.exchanging and channel.exchanges:
            self._post.tell(Acquainted(channel.number, channel.key))

    def _turn_away(self, number: int, code: Code) -> None:
        self._channels.refuse(number)
        self._post.send(number, Close(code))

    def _give_way(self, ours: Channel, onto: int) -> None:
        """The dialler's channel stays: what was asked on ours is refused, for it to be asked again."""
        self._post.tell(Moved(ours.number, onto))
        for page in ours.asking.pages:
            self._post.tell(HashesRefused(onto, page, Code.CANCELLED))
        for _, first, count in ours.asking.everything():
            self._post.tell(UnitsRefused(onto, first, count, Code.CANCELLED))
        self.close(ours, Code.DUPLICATE_CONN)
