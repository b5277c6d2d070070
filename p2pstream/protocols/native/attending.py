"""Attends to what is said about streams on one link: what is served there, and what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from p2pstream.codes import Code
from p2pstream.content.keys import FileKey
from p2pstream.content.shown import Bearing
from p2pstream.errors import P2PStreamError, SessionError
from p2pstream.interfaces import IDownlink, INode
from p2pstream.protocols.link.protocol import LinkProtocol
from p2pstream.protocols.native import events as told
from p2pstream.protocols.native.giving.handouts import Handouts
from p2pstream.protocols.native.giving.served import Served
from p2pstream.protocols.native.messages import Opened, Want
from p2pstream.protocols.native.party import Acquaintances
from p2pstream.protocols.native.session import NativeSession
from p2pstream.protocols.native.taking.source import NativeSource
from p2pstream.protocols.native.visits import Visitor
from p2pstream.transport.ends import as_address

__all__ = ["FileAttending", "LinkOwner"]

_NO_INTEREST = Want(0, 0, 0)


class LinkOwner(Protocol):
    """Whose link it is."""

    #: The other end's, once it is proven; empty before.
    id: bytes

    @property
    def address(self) -> str:
        """Who the other end is, for people."""

    @property
    def may_stay(self) -> bool:
        """Whether the link may stay for what the other end wants alone."""

    def rest(self) -> None:
        """Hang up, if the link is of no use any more."""


class FileAttending:
    """One link's part in all streams of which there are files.

    :param handouts: as of `Served`.
    """

    def __init__(self, node: INode, link: LinkProtocol, owner: LinkOwner, handouts: Handouts | None) -> None:
        self._node = node
        self._link = link
        self._owner = owner
        self._handouts = handouts
        self._served: dict[int, Served] = {}
        self._sources: dict[int, NativeSource] = {}
        self._arriving: NativeSource | None = None
        self.session = NativeSession(self._lend, node.limits)
        self.session.exchanging = node.introductions is not None
        self._acquaintances = Acquaintances(self.session, node.introductions)
        self.session.parted = self._acquaintances.part
        self.session.handed = self._handed

    @property
    def takes(self) -> bool:
        """Whether the other end is a source of anything."""
        return bool(self._sources)

    @property
    def gives(self) -> bool:
        """Whether anything is served to it."""
        return bool(self._served)

    def source(self, key: FileKey, seed: bool = False) -> NativeSource:
        """See `Peering.source`."""
        channel = self.session.open(key, gives=self._node.gives)
        if channel in self._sources:
            raise SessionError(f"{self._owner.address} is a source of {key} already")
        left = partial(self._left, self._begin(key, lambda: made.received))
        told_of = self._owner.address, seed, self._close, left
        made = NativeSource(self.session, channel, key, *told_of, self._downlink())
        self._sources[channel] = made
        if channel in self._served:
            self._served[channel].asked_here = True
        if self.session.is_open(channel):
            self.session.want(channel, made.wish)
        return made

    def happened(self, event: told.Event) -> None:
        """Something was told by the session."""
        if isinstance(event, told.Wanted | told.Interested | told.HashesWanted):
            self._about_served(event)
        elif isinstance(event, told.Acquainted | told.Introduced):
            self._acquaintances.happened(event, self._link)
        elif isinstance(event, told.Dropped):
            # Its channel may have ended, and its number be another's, since the run began.
            if self._arriving is not None:
                self._arriving.dropped(event)
        else:
            self._about_source(event)

    def ended(self, reason: P2PStreamError) -> None:
        """The link has ended."""
        self._acquaintances.part_all()
        served, self._served = self._served, {}
        for one in served.values():
            one.close()
        for source in list(self._sources.values()):
            source.lost(reason)

    def _begin(self, key: FileKey, received: Callable[[], int]) -> Callable[[], None]:
        """Whoever looks is shown that it is fetched."""
        traffic, owner = self._node.traffic, self._owner
        return traffic.begin(Bearing.IN, "native", owner.address, received, key, id=lambda: owner.id)

    def _downlink(self) -> IDownlink | None:
        """What bounds how much is asked for over this link."""
        downlink = self._node.downlink
        here = as_address(self._link.transport.getHost())
        return downlink if downlink is not None and downlink.counts(here, self._link.address) else None

    def _handed(self, channel: int, first: int, count: int) -> None:
        served = self._served.get(channel)
        if served is not None:
            served.handed(first, count)

    def _serve(self, channel: int, key: FileKey, wanted: bool) -> None:
        owner = self._owner
        whose = owner.address, lambda: owner.id, self._handouts
        served = Served(self.session, self._node, channel, self._tell, *whose)
        served.asked_here = channel in self._sources
        served.wanted = wanted
        self._served[channel] = served
        served.open(key)

    def _about_served(self, event: told.Wanted | told.Interested | told.HashesWanted) -> None:
        """The other end asks for something."""
        if isinstance(event, told.Wanted):
            self._link.rides(not event.offers)
            self._serve(event.channel, event.key, event.wants)
        elif isinstance(event, told.Interested):
            self._interested(event)
        else:
            self._served[event.channel].hashes_wanted(event)

    def _interested(self, event: told.Interested) -> None:
        """The other end wants units of a stream, or none any more."""
        served = self._served.get(event.channel)
        if served is not None:
            served.wanted = bool(event.want.interested)
            if not served.wanted and event.channel not in self._sources:
                self._close(event.channel, Code.OK)
                self._owner.rest()

    def _about_source(self, event: told.Event) -> None:
        source = self._sources.get(event.channel)
        if isinstance(event, told.Arrived | told.UnitsChanged):
            self._grew(event.channel, source)
        if isinstance(event, told.Closed):
            served = self._served.pop(event.channel, None)
            if served is not None:
                if event.code == Code.BAD_HASH:
                    served.doubt()
                served.close()
                self._owner.rest()
        elif isinstance(event, told.Moved) and source is not None:
            self._sources[event.onto] = self._sources.pop(event.channel)
        elif isinstance(event, told.Ready) and source is not None and event.channel not in self._served:
            # What we have of it ourselves is offered in return.
            self._serve(event.channel, source.key, False)
        if source is not None:
            source.happened(event)

    def _grew(self, channel: int, source: NativeSource | None) -> None:
        """Something came on a channel, or is there."""
        served, visits = self._served.get(channel), self._node.visits
        if served is None or served.key is None:
            return
        if source is not None:
            served.look_again()
            return
        known = self._owner.id and self.session.units(channel)
        if known and visits is not None and visits.seeks(served.key):
            now = self._node.reactor.seconds()
            if now >= served.looked_at + self._node.limits.native_visit_s:
                served.looked_at = now
                come = partial(self.source, served.key)
                visits.came(served.key, Visitor(self._link, self.session, channel, come))

    def _tell(self, channel: int, events: Iterable[told.Event]) -> None:
        """A stream is served from now on, so the channel is open."""
        source = self._sources.get(channel)
        if source is not None and not source.ready:
            self.session.want(channel, source.wish)
            source.happened(told.Ready(channel, Opened()))
        for event in events:
            self.happened(event)

    def _close(self, channel: int, code: Code) -> None:
        """A source is left; a channel on which the other end is served as well goes on."""
        served = self._served.get(channel)
        if code is Code.OK and served is not None and served.needed and self._owner.may_stay:
            self.session.want(channel, _NO_INTEREST)
            return
        self.session.close(channel, code)
        if served is not None:
            del self._served[channel]
            served.close()

    def _left(self, end: Callable[[], None], source: NativeSource) -> None:
        end()
        self._sources.pop(source.channel, None)
        self._owner.rest()

    def _lend(self, channel: int, first: int, count: int) -> memoryview | None:
        self._arriving = self._sources.get(channel)
        return self._arriving.lend(first, count) if self._arriving is not None else None
