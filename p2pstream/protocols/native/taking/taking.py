"""Asks the other end, and takes its answers, over all channels of a connection.  Pure."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.codes import Code
from p2pstream.content.hashes.hash_pages import valid_page
from p2pstream.errors import PeerError
from p2pstream.limits import Limits
from p2pstream.protocols.native.channels.channel import Channel, Channels, Phase
from p2pstream.protocols.native.channels.post import Post
from p2pstream.protocols.native.events import (
    Arrived,
    Dropped,
    HashesCame,
    HashesRefused,
    MetaCame,
    UnitsChanged,
    UnitsRefused,
)
from p2pstream.protocols.native.messages import (
    DATA_HEAD,
    NO_DEADLINE,
    Cancel,
    Credit,
    Hashes,
    HashReject,
    HashRequest,
    Have,
    HaveMode,
    Meta,
    MetaGet,
    Page,
    Reject,
    Request,
)

__all__ = ["Lend", "Taking"]

#: Room for units, by channel, first and number; None: drop them.
Lend = Callable[[int, int, int], memoryview | None]


class Taking:
    """Whatever arrives was asked for; whatever was asked for is answered once.

    :param lend: the shell's room.
    :ivar most_units: that the other end lets us have outstanding, over all channels.
    """

    __slots__ = ("_arriving", "_channels", "_lend", "_limits", "_post", "most_units")

    def __init__(self, post: Post, channels: Channels, lend: Lend, limits: Limits) -> None:
        self._post = post
        self._channels = channels
        self._lend = lend
        self.most_units: int = limits.native_units
        self._limits = limits
        self._arriving: tuple[Channel, int, int, int, memoryview] | None = None

    def room(self, channel: Channel) -> int:
        """How many units more may be asked for."""
        asked = sum(len(other.asking.units) for other in self._channels)
        return max(0, min(channel.asking.credit - len(channel.asking.units), self.most_units - asked))

    def ask(self, channel: Channel, first: int, count: int, urgency: int, deadline_ms: int | None) -> None:
        """Ask for units.

        :raises ValueError: more than there is `room` for, or than the other end has; or
            one that is asked for already.
        """
        if count > self.room(channel):
            raise ValueError(f"{count} units are more than may be asked for now, {self.room(channel)}")
        if channel.phase is Phase.OPEN and not channel.asking.theirs.units.covers(first, first + count):
            raise ValueError(f"the other end does not have all of {count} units from {first} on")
        rid = channel.asking.ask(first, count)
        within = NO_DEADLINE if deadline_ms is None else min(max(deadline_ms, 0), NO_DEADLINE - 1)
        self._post.send(channel.number, Request(rid, first, count, urgency, within))

    def cancel(self, channel: Channel, first: int, count: int) -> None:
        """These units are not wanted any more; those that were asked for are still answered."""
        for rid, start, length in channel.asking.within(first, count):
            self._post.send(channel.number, Cancel(rid, start, length))

    def ask_hashes(self, channel: Channel, page: Page) -> None:
        """Ask for a page of hashes.

        :raises ValueError: the tree has no such page, it is asked for already, or too many are.
        """
        pages = channel.asking.pages
        if not valid_page(channel.key, *page) or page in pages or len(pages) >= self._limits.native_pages:
            raise ValueError(f"the page of hashes {page} cannot be asked for now")
        pages.add(page)
        self._post.send(channel.number, HashRequest(*page))

    def ask_meta(self, channel: Channel, name: bytes, piece: int) -> None:
        """Ask for a piece of what belongs to the stream."""
        channel.asking.metas.add((name, piece))
        self._post.send(channel.number, MetaGet(name, piece))

    def begin(self, channel: Channel | None, head: bytes, length: int) -> memoryview | None:
        """Units begin to arrive: room for them, if anybody wants them.

        :raises PeerError: nobody asked for them, or they would not be whole.
        """
        if channel is None:
            raise PeerError("units were sent on a channel that is not open", Code.UNSOLICITED)
        if channel.phase is Phase.CLOSING:
            return None
        if channel.phase is not Phase.OPEN:
            raise PeerError("units were sent before the channel was open", Code.UNSOLICITED)
        rid, first = DATA_HEAD.unpack(head)
        count = channel.asking.arriving(rid, first, length)
        room = self._lend(channel.number, first, count)
        if room is None:
            channel.asking.answered(rid, first, count)
            self._post.tell(UnitsRefused(channel.number, first, count, Code.CANCELLED))
            return None
        self._arriving = (channel, rid, first, count, room)
        return room

    def filled(self) -> None:
        """What `begin` lent room for is there; harmless where it lent none."""
        if self._arriving is None:
            return
        (channel, rid, first, count, room), self._arriving = self._arriving, None
        if channel.phase is Phase.CLOSING:
            self._post.tell(Dropped(channel.number, first, count, room))
            return
        channel.asking.answered(rid, first, count)
        self._post.tell(Arrived(channel.number, first, count, room))

    def broken(self) -> None:
        """The connection is gone, perhaps in the middle of a run."""
        if self._arriving is not None:
            channel, _, first, count, room = self._arriving
            self._arriving = None
            self._post.tell(Dropped(channel.number, first, count, room))

    def rejected(self, channel: Channel, said: Reject) -> None:
        """Units that were asked for will not come."""
        channel.asking.answered(said.rid, said.first, said.count)
        self._post.tell(UnitsRefused(channel.number, said.first, said.count, said.code))

    def hashes(self, channel: Channel, said: Hashes) -> None:
        """A page came."""
        nodes, uncles = channel.asking.split(said.page, said.hashes)
        self._post.tell(HashesCame(channel.number, said.page, nodes, uncles))

    def hashes_rejected(self, channel: Channel, said: HashReject) -> None:
        """A page will not come."""
        if said.page not in channel.asking.pages:
            raise PeerError("a page of hashes was refused; nobody asked for it", Code.UNSOLICITED)
        channel.asking.pages.remove(said.page)
        self._post.tell(HashesRefused(channel.number, said.page, said.code))

    def meta(self, channel: Channel, said: Meta) -> None:
        """A piece of what belongs to the stream came, or will not."""
        if (said.name, said.piece) not in channel.asking.metas:
            raise PeerError("a piece of what belongs to a stream was sent; nobody asked", Code.UNSOLICITED)
        channel.asking.metas.remove((said.name, said.piece))
        self._post.tell(MetaCame(channel.number, said))

    def have(self, channel: Channel, said: Have, now: float) -> None:
        """What the other end has, or gives to others, changed."""
        channel.asking.theirs.take(said)
        if said.mode is HaveMode.SOON:
            channel.asking.elsewhere.add([(first, first + count) for first, count in said.ranges], now)
        else:
            self._post.tell(UnitsChanged(channel.number))

    def credit(self, channel: Channel, said: Credit) -> None:
        """How much may be outstanding changed."""
        channel.asking.credit = said.units
        self._post.tell(UnitsChanged(channel.number))
