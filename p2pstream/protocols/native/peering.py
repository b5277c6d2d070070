"""Attends to one link between peers: what is served there, and what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from p2pstream.codes import Code
from p2pstream.content.keys import FileKey
from p2pstream.content.shown import Bearing
from p2pstream.errors import P2PStreamError, SessionError
from p2pstream.interfaces import IDownlink, INode
from p2pstream.protocols.link.events import Authenticated, Greeted
from p2pstream.protocols.link.family import Family, Opposite
from p2pstream.protocols.link.protocol import LinkProtocol
from p2pstream.protocols.native import events as told
from p2pstream.protocols.native.giving.handouts import Handouts
from p2pstream.protocols.native.giving.served import Served
from p2pstream.protocols.native.live.attending import LiveAttending
from p2pstream.protocols.native.live.events import LiveEvent
from p2pstream.protocols.native.messages import Opened, Want
from p2pstream.protocols.native.party import Acquaintances
from p2pstream.protocols.native.session import NativeSession
from p2pstream.protocols.native.taking.source import NativeSource
from p2pstream.protocols.native.visits import Visitor
from p2pstream.transport.ends import as_address, peer_name

__all__ = ["Peering"]

_NO_INTEREST = Want(0, 0, 0)


class Peering:
    """A `link.protocol.Attendant`.  Any number of streams share the link.

    :param kept: the link stays when its last source is left.
    :param handouts: as of `Served`.
    """

    __slots__ = (
        "_acquaintances", "_arriving", "_fault", "_handouts", "_id", "_kept", "_link", "_live", "_node",
        "_served", "_sources", "_waiting", "families", "session",
    )  # fmt: skip

    def __init__(self, node: INode, kept: bool = True, handouts: Handouts | None = None) -> None:
        self._node = node
        self._kept = kept
        self._handouts = handouts
        self._link: LinkProtocol | None = None
        self._served: dict[int, Served] = {}
        self._sources: dict[int, NativeSource] = {}
        self._arriving: NativeSource | None = None
        self._waiting: list[Deferred[None]] = []
        self._fault: P2PStreamError | None = None
        #: The other end's, once it is proven.
        self._id = b""
        self.session = NativeSession(self._lend, node.limits)
        self.session.exchanging = node.introductions is not None
        self._acquaintances = Acquaintances(self.session, node.introductions)
        self.session.parted = self._acquaintances.part
        self.session.handed = self._handed
        self._live = None if node.live is None else LiveAttending(node, self._opposite, self._rest)
        live = () if self._live is None else (self._live.session,)
        self.families: Sequence[Family] = (self.session, *live)

    def attend(self, link: LinkProtocol) -> Peering:
        """As `link.protocol.Attend`."""
        self._link = link
        return self

    def source(self, key: FileKey, seed: bool = False) -> NativeSource:
        """This peer as a source of a stream; asked for, before it has answered.

        :param seed: it has all of it, as somebody else says.
        :raises SessionError: it is one already, or there are as many streams as there may be.
        """
        assert self._link is not None, "a source is made of a peer that is connected"
        channel = self.session.open(key)
        if channel in self._sources:
            raise SessionError(f"{self.address} is a source of {key} already")
        told = self.address, seed, self._close, partial(self._left, self._begin(key, lambda: made.received))
        made = NativeSource(self.session, channel, key, *told, self._downlink())
        self._sources[channel] = made
        if channel in self._served:
            self._served[channel].asked_here = True
        if self.session.is_open(channel):
            self.session.want(channel, made.wish)
        return made

    def _begin(self, key: FileKey, received: Callable[[], int]) -> Callable[[], None]:
        """Whoever looks is shown that it is fetched."""
        traffic = self._node.traffic
        return traffic.begin(Bearing.IN, "native", self.address, received, key, id=lambda: self._id)

    def _downlink(self) -> IDownlink | None:
        """What bounds how much is asked for over this link."""
        downlink = self._node.downlink
        assert self._link is not None, "there is a link"
        here = as_address(self._link.transport.getHost())
        return downlink if downlink is not None and downlink.counts(here, self._link.address) else None

    @property
    def address(self) -> str:
        """Who the other end is, for people."""
        return peer_name(self._link.transport) if self._link is not None else "nobody yet"

    def _opposite(self) -> tuple[str, bytes]:
        """Who the other end is, for people, and its id as it says."""
        opposite = self._link.opposite if self._link is not None else None
        return self.address, opposite.id if opposite is not None else b""

    def leave(self, code: Code = Code.OK, why: str = "") -> None:
        """Hang up; harmless when it has ended."""
        if self._link is not None:
            self._link.close(code, why)

    def when_up(self) -> Deferred[None]:
        """Fires when sources can be made; fails when that will never be."""
        up: Deferred[None] = Deferred(self._waiting.remove)
        if self._fault is not None:
            up.errback(Failure(self._fault))
        elif self._link is not None:
            up.callback(None)
        else:
            self._waiting.append(up)
        return up

    def happened(self, event: Any) -> None:
        """See `Attendant`."""
        if isinstance(event, Greeted | Authenticated):
            self._met(event.opposite)
        elif isinstance(event, told.Wanted | told.Interested | told.HashesWanted):
            self._about_served(event)
        elif isinstance(event, told.Acquainted | told.Introduced):
            self._acquaintances.happened(event, self._link)
        elif isinstance(event, told.Dropped):
            # Its channel may have ended, and its number be another's, since the run began.
            if self._arriving is not None:
                self._arriving.dropped(event)
        elif isinstance(event, told.Event):
            self._about_source(event)
        elif isinstance(event, LiveEvent) and self._live is not None:
            self._live.happened(event)

    def ended(self, reason: P2PStreamError) -> None:
        """See `Attendant`."""
        self._fault = reason
        if self._node.visits is not None:
            self._node.visits.part(self)
        self._acquaintances.part_all()
        served, self._served = self._served, {}
        for one in served.values():
            one.close()
        for source in list(self._sources.values()):
            source.lost(reason)
        self._answer(lambda up: up.errback(Failure(reason)))

    def _handed(self, channel: int, first: int, count: int) -> None:
        served = self._served.get(channel)
        if served is not None:
            served.handed(first, count)

    def _met(self, opposite: Opposite) -> None:
        # In a closed group whoever is dialled proves itself last: a central that only looks
        # whether we are here has to see that before we hang up.
        self._id = opposite.id if opposite.authenticated else b""
        known = opposite.authenticated or self._node.secret is None
        if known and opposite.families.isdisjoint(family.name for family in self.families):
            self.leave(Code.UNKNOWN_TYPE, "there is nothing that both of us speak")
        self._answer(lambda up: up.callback(None))

    def _serve(self, channel: int, key: FileKey, wanted: bool) -> None:
        whose = self.address, lambda: self._id, self._handouts
        served = Served(self.session, self._node, channel, self._tell, *whose)
        served.asked_here = channel in self._sources
        served.wanted = wanted
        self._served[channel] = served
        served.open(key)

    def _about_served(self, event: told.Wanted | told.Interested | told.HashesWanted) -> None:
        """The other end asks for something."""
        if isinstance(event, told.Wanted):
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
                self._rest()

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
                self._rest()
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
        elif self._id and visits is not None and visits.seeks(served.key) and self.session.units(channel):
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
        if code is Code.OK and served is not None and served.needed and self._may_stay:
            self.session.want(channel, _NO_INTEREST)
            return
        self.session.close(channel, code)
        if served is not None:
            del self._served[channel]
            served.close()

    @property
    def _may_stay(self) -> bool:
        """Whether the link may stay for what the other end wants alone."""
        visits = self._node.visits
        return self._kept or (visits is not None and visits.keep(self))

    def _left(self, end: Callable[[], None], source: NativeSource) -> None:
        end()
        self._sources.pop(source.channel, None)
        self._rest()

    def _rest(self) -> None:
        """Hang up, if the link is of no use any more and was only made for a source."""
        live = self._live is not None and self._live.busy
        if self._kept or self._sources or live:
            return
        if not self._served or not self._may_stay:
            self.leave()

    def _lend(self, channel: int, first: int, count: int) -> memoryview | None:
        self._arriving = self._sources.get(channel)
        return self._arriving.lend(first, count) if self._arriving is not None else None

    def _answer(self, answer: Callable[[Deferred[None]], None]) -> None:
        waiting, self._waiting = self._waiting, []
        for up in waiting:
            answer(up)
