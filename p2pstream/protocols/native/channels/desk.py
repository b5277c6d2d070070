"""What the shell of a native session says.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from p2pstream.codes import Code
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.link.family import Line
from p2pstream.protocols.native.channels.channel import Channel, Channels, Phase
from p2pstream.protocols.native.channels.doors import Doors
from p2pstream.protocols.native.channels.post import Post
from p2pstream.protocols.native.events import ChannelOffer, Event
from p2pstream.protocols.native.giving.giving import Giving
from p2pstream.protocols.native.giving.news import counted
from p2pstream.protocols.native.giving.pages import Pages
from p2pstream.protocols.native.messages import Have, HaveMode, Introduce, Opened, Page, Want
from p2pstream.protocols.native.taking.taking import Lend, Taking

__all__ = ["ChannelDesk"]


class ChannelDesk:
    """Channels are called by their numbers; what is said of one that ended is ignored.

    What is needed for channels is made when the first one is: most links of a busy peer are idle.

    :param lend: room for units that begin to arrive: exactly as long as they are, or None.
    """

    def __init__(self, lend: Lend, limits: Limits = LIMITS) -> None:
        self._limits = limits
        #: Whether peers are told of each other; and who hears of channels on which they no longer are.
        self.exchanging = False
        self.parted: Callable[[int], None] = _unheard
        #: Who hears what is asked for on a channel where all of the stream is given: first, and how many.
        self.handed: Callable[[int, int, int], None] = _unheard_units
        self._channels = Channels(limits)
        self._post = Post(limits)
        self._taking = Taking(self._post, self._channels, lend, limits)

    def attach(self, line: Line, now: float) -> None:
        """See `Family`."""
        self._began = now
        self._post.line = line
        self._channels.begin(line.dialled)

    @cached_property
    def _doors(self) -> Doors:
        doors = Doors(self._post, self._channels, self._ended, self._began, self._limits)
        doors.exchanging = self.exchanging
        return doors

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self._post, self._began, self._limits)

    @cached_property
    def _giving(self) -> Giving:
        gone, earn = self._doors.gone, self._pages.earn
        handed = self._handed
        return Giving(self._post, self._channels, gone, earn, handed, self._began, self._limits)

    # What the shell says as one who wants units.

    def open(
        self, key: FileKey, offer: ChannelOffer | None = None, wants: bool = True, gives: bool = False
    ) -> int:
        """Open a channel about a stream, or find the one that there is; its number.

        Units and pages may be asked for at once; `Ready` or `Closed` follows.

        :param gives: whether others are given what comes on it.
        :raises SessionError: there are as many channels as there may be.
        """
        return self._doors.open(key, offer, wants, gives).number

    def is_open(self, number: int) -> bool:
        """Whether both ends know this channel."""
        channel = self._channels.get(number)
        return channel is not None and channel.phase is Phase.OPEN

    def units(self, number: int) -> Ranges:
        """The units that the other end says it has."""
        channel = self._channels.get(number)
        return channel.asking.theirs.units if channel is not None else Ranges()

    def elsewhere(self, number: int) -> Ranges:
        """The units that the other end says it gives to others."""
        channel = self._channels.get(number)
        return channel.asking.elsewhere.units if channel is not None else Ranges()

    def room(self, number: int) -> int:
        """How many units may be asked for now."""
        channel = self._channels.get(number)
        return self._taking.room(channel) if channel is not None and self._may_ask(channel) else 0

    def may_ask(self, number: int) -> bool:
        """Whether anything may be asked for, perhaps before there is an answer."""
        channel = self._channels.get(number)
        return channel is not None and self._may_ask(channel)

    def ask(
        self, number: int, first: int, count: int, urgency: int = 2, deadline_ms: int | None = None
    ) -> None:
        """Ask for units, each of which is answered by `Arrived` or `Refused`.

        :raises ValueError: as `IUnitSource.ask` says.
        """
        self._taking.ask(self._asking(number), first, count, urgency, deadline_ms)

    def cancel(self, number: int, first: int, count: int) -> None:
        """These units are not wanted any more; each is still answered."""
        channel = self._channels.get(number)
        if channel is not None and self._may_ask(channel):
            self._taking.cancel(channel, first, count)

    def ask_hashes(self, number: int, page: Page) -> None:
        """Ask for a page, which is answered by `HashesCame` or `HashesRefused`.

        :raises ValueError: there is no such page, or it is asked for already, or too many are.
        """
        self._taking.ask_hashes(self._asking(number), page)

    def ask_meta(self, number: int, name: bytes, piece: int) -> None:
        """Ask for a piece of what belongs to the stream; answered by `MetaCame`."""
        self._taking.ask_meta(self._asking(number), name, piece)

    def want(self, number: int, want: Want) -> None:
        """Say how badly units are wanted."""
        self._post.send(self._asking(number).number, want)

    def introduce(self, number: int, said: Introduce) -> None:
        """Tell the other end of others, after `Acquainted`."""
        channel = self._channels.get(number)
        if channel is not None and channel.phase is Phase.OPEN and not self._post.busy:
            self._post.send(number, said)

    # What the shell says as one who has units.

    def serve(self, number: int, offer: ChannelOffer | None, now: float) -> list[Event]:
        """The answer to `Wanted`: the stream is here; with None, only the channel is.

        On a channel that was opened from here, units may be offered once it is `Ready`.
        """
        channel = self._channels.get(number)
        if channel is not None and channel.phase is Phase.WANTED:
            self._doors.accept(channel, offer.hints if offer is not None else Opened())
            self._offer(channel, offer, now)
        elif channel is not None and channel.phase is Phase.OPEN and channel.serving.offer is None:
            self._offer(channel, offer, now)
        return self._post.take()

    def given(self, number: int) -> Callable[[], int]:
        """Says how many bytes of units went on a channel, also when it is over."""
        channel = self._channels.get(number)
        serving = channel.serving if channel is not None else None
        return lambda: serving.sent if serving is not None else 0

    def refuse(self, number: int, code: int) -> None:
        """The answer to `Wanted`: there is no such stream here."""
        self.close(number, code)

    def have(self, number: int, units: Ranges, now: float) -> None:
        """Just these units are here now."""
        channel = self._channels.get(number)
        if channel is not None and channel.phase is Phase.OPEN and channel.serving.offer is not None:
            self._giving.have(channel, units, now)

    def hint(self, number: int, units: Ranges) -> None:
        """Others are being given these."""
        channel = self._channels.get(number)
        if channel is not None and channel.phase is Phase.OPEN and not self._post.busy:
            ranges = counted(list(units)[: self._limits.native_have_ranges])
            self._post.send(number, Have(HaveMode.SOON, ranges))

    def grant(self, number: int, units: int, code: int = Code.OK, wait: int = 0) -> None:
        """Let so many units be outstanding; 0 also refuses those that wait.

        :raises ValueError: the sum over all channels would be more than our HELLO allows.
        """
        channel = self._channels.get(number)
        if channel is not None and channel.phase is Phase.OPEN:
            self._giving.grant(channel, units, code, wait)

    def send_hashes(self, number: int, ticket: int, hashes: bytes) -> None:
        """An answer to `HashesWanted`: the nodes, then the uncles."""
        self._answer(number, lambda channel: self._pages.send(channel, ticket, hashes))

    def refuse_hashes(self, number: int, ticket: int, code: int) -> None:
        """An answer to `HashesWanted`: it cannot be had."""
        self._answer(number, lambda channel: self._pages.refuse(channel, ticket, code))

    def close(self, number: int, code: int = Code.OK) -> None:
        """End a channel; what is unanswered on it stays so, and nothing more is told of it."""
        channel = self._channels.get(number)
        if channel is not None:
            self._doors.close(channel, code)

    def _may_ask(self, channel: Channel) -> bool:
        return channel.phase in (Phase.OPENING, Phase.OPEN)

    def _asking(self, number: int) -> Channel:
        channel = self._channels.get(number)
        if channel is None or not self._may_ask(channel):
            raise ValueError(f"nothing can be asked for on channel {number}: it is not open")
        return channel

    def _answer(self, number: int, answer: Callable[[Channel], None]) -> None:
        channel = self._channels.get(number)
        if channel is not None:
            answer(channel)
            self._giving.release(channel)

    def _handed(self, channel: int, first: int, count: int) -> None:
        self.handed(channel, first, count)

    def _ended(self, channel: Channel) -> None:
        self._giving.end(channel)
        self.parted(channel.number)

    def _offer(self, channel: Channel, offer: ChannelOffer | None, now: float) -> None:
        for ticket, page in channel.serving.open(offer):
            self._pages.look(channel, ticket, page)
        self._giving.open(channel, now)


def _unheard(channel: int) -> None:
    """Nobody keeps an account of who takes part."""


def _unheard_units(channel: int, first: int, count: int) -> None:
    """Nobody is told what others are given."""
