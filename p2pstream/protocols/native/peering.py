"""Attends to one link between peers, and to what is spoken there once something is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from p2pstream.codes import Code
from p2pstream.content.keys import FileKey
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import INode
from p2pstream.protocols.link.events import Authenticated, Greeted
from p2pstream.protocols.link.family import Family, FamilyKind, Opposite
from p2pstream.protocols.link.protocol import LinkProtocol
from p2pstream.protocols.native import events as told
from p2pstream.protocols.native.attending import FileAttending
from p2pstream.protocols.native.giving.handouts import Handouts
from p2pstream.protocols.native.live.attending import LiveAttending
from p2pstream.protocols.native.live.events import LiveEvent
from p2pstream.protocols.native.live.session import LiveSession
from p2pstream.protocols.native.session import NativeSession
from p2pstream.protocols.native.taking.source import NativeSource
from p2pstream.transport.ends import peer_name

__all__ = ["Peering"]

_FILES: Sequence[FamilyKind] = (NativeSession,)
_ALL: Sequence[FamilyKind] = (NativeSession, LiveSession)


class Peering:
    """A `link.protocol.Attendant`, and its `link.family.Speaker`.  Any number of streams share the link.

    There are thousands, most of which are idle: what attends to streams is made when one is spoken of.

    :param kept: the link stays when its last source is left.
    :param handouts: as of `giving.served.Served`.
    """

    __slots__ = ("_fault", "_files", "_handouts", "_kept", "_link", "_live", "_node", "_waiting", "id")

    families: Sequence[Family] = ()

    def __init__(self, node: INode, kept: bool = True, handouts: Handouts | None = None) -> None:
        self._node = node
        self._kept = kept
        self._handouts = handouts
        self._link: LinkProtocol | None = None
        self._files: FileAttending | None = None
        self._live: LiveAttending | None = None
        self._waiting: list[Deferred[None]] | None = None
        self._fault: P2PStreamError | None = None
        #: The other end's, once it is proven.
        self.id = b""

    def attend(self, link: LinkProtocol) -> Peering:
        """As `link.protocol.Attend`."""
        self._link = link
        return self

    @property
    def speaker(self) -> Peering:
        """See `Attendant`."""
        return self

    @property
    def kinds(self) -> Sequence[FamilyKind]:
        """See `Speaker`."""
        return _FILES if self._node.live is None else _ALL

    def begin(self, kind: FamilyKind) -> Family:
        """See `Speaker`."""
        if kind is LiveSession:
            self._live = LiveAttending(self._node, self._opposite, self.rest)
            return self._live.session
        return self._attend_files().session

    def source(self, key: FileKey, seed: bool = False) -> NativeSource:
        """This peer as a source of a stream; asked for, before it has answered.

        :param seed: it has all of it, as somebody else says.
        :raises SessionError: it is one already, or there are as many streams as there may be.
        """
        files = self._files
        if files is None:
            assert self._link is not None, "a source is made of a peer that is connected"
            files = self._attend_files()
            self._link.join(files.session)
        return files.source(key, seed)

    @property
    def address(self) -> str:
        """Who the other end is, for people."""
        return peer_name(self._link.transport) if self._link is not None else "nobody yet"

    def leave(self, code: Code = Code.OK, why: str = "") -> None:
        """Hang up; harmless when it has ended."""
        if self._link is not None:
            self._link.close(code, why)

    def when_up(self) -> Deferred[None]:
        """Fires when sources can be made; fails when that will never be."""
        waiting = self._waiting = self._waiting or []
        up: Deferred[None] = Deferred(waiting.remove)
        if self._fault is not None:
            up.errback(Failure(self._fault))
        elif self._link is not None:
            up.callback(None)
        else:
            waiting.append(up)
        return up

    def happened(self, event: Any) -> None:
        """See `Attendant`."""
        if isinstance(event, told.Event) and self._files is not None:
            self._files.happened(event)
        elif isinstance(event, LiveEvent) and self._live is not None:
            self._live.happened(event)
        elif isinstance(event, Greeted | Authenticated):
            self._met(event.opposite)

    def ended(self, reason: P2PStreamError) -> None:
        """See `Attendant`."""
        self._fault = reason
        if self._node.visits is not None:
            self._node.visits.part(self)
        if self._files is not None:
            self._files.ended(reason)
        self._answer(lambda up: up.errback(Failure(reason)))

    @property
    def may_stay(self) -> bool:
        """See `attending.LinkOwner`."""
        visits = self._node.visits
        return self._kept or (visits is not None and visits.keep(self))

    def rest(self) -> None:
        """See `attending.LinkOwner`: a link stays anyhow that was not only made for a source."""
        files, live = self._files, self._live
        if self._kept or (files is not None and files.takes) or (live is not None and live.busy):
            return
        if files is None or not files.gives or not self.may_stay:
            self.leave()

    def _attend_files(self) -> FileAttending:
        assert self._link is not None, "nothing is spoken before"
        self._files = FileAttending(self._node, self._link, self, self._handouts)
        return self._files

    def _opposite(self) -> tuple[str, bytes]:
        """Who the other end is, for people, and its id as it says."""
        opposite = self._link.opposite if self._link is not None else None
        return self.address, opposite.id if opposite is not None else b""

    def _met(self, opposite: Opposite) -> None:
        # In a closed group whoever is dialled proves itself last: a central that only looks
        # whether we are here has to see that before we hang up.
        self.id = opposite.id if opposite.authenticated else b""
        known = opposite.authenticated or self._node.secret is None
        if known and opposite.families.isdisjoint(kind.name for kind in self.kinds):
            self.leave(Code.UNKNOWN_TYPE, "there is nothing that both of us speak")
        self._answer(lambda up: up.callback(None))

    def _answer(self, answer: Callable[[Deferred[None]], None]) -> None:
        waiting, self._waiting = self._waiting, None
        for up in waiting or ():
            answer(up)
