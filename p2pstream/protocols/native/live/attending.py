"""Attends to what is said about broadcasts on one link: who is at the other end, in which of ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from p2pstream.codes import Code
from p2pstream.content.keys import LiveKey
from p2pstream.content.shown import Bearing
from p2pstream.data.memory import BufferData
from p2pstream.interfaces import ILiveParty, INode
from p2pstream.protocols.native.bodies.body import Message
from p2pstream.protocols.native.live.events import LeafCame, LiveEvent, LiveSaid, TunedIn, TunedOut, Tuning
from p2pstream.protocols.native.live.messages import (
    AskLeaf,
    AskSlices,
    Given,
    Leaves,
    NoLeaf,
    NoSlices,
    SliceSaid,
    Sub,
    Unsub,
)
from p2pstream.protocols.native.live.neighbour import LinkedNeighbour
from p2pstream.protocols.native.live.session import LiveSession

__all__ = ["LiveAttending"]

#: Not sent since there was no room; anything else means that the leaf is not there.
_BUSY = frozenset({Code.BUSY, Code.RATE_LIMITED, Code.TIMEOUT, Code.OVER_CREDIT})


class LiveAttending:
    """One link's part in all broadcasts.

    :param address: who the other end is, for people, and its id.
    :param idle: called when the last channel ended.
    """

    def __init__(
        self, node: INode, address: Callable[[], tuple[str, bytes]], idle: Callable[[], None]
    ) -> None:
        self._node = node
        self._address = address
        self._idle = idle
        self._opened: dict[int, ILiveParty] = {}
        self._met: dict[int, tuple[ILiveParty, LinkedNeighbour]] = {}
        #: What ends the transfers over each channel, as whoever looks is shown them.
        self._transfers: dict[int, tuple[Callable[[], None], ...]] = {}
        self.session = LiveSession(self._fetch, node.limits)

    @property
    def busy(self) -> bool:
        """Whether any broadcast is spoken of."""
        return bool(self._opened or self._met)

    def tune_in(self, party: ILiveParty) -> None:
        """Meet the other end in a broadcast, if it takes part.

        :raises SessionError: it was met already, or in too many.
        """
        channel = self.session.tune_in(party.key, party.uplink, party.oldest, self._now())
        self._opened[channel] = party

    def happened(self, event: LiveEvent) -> None:
        """Something was told by the session."""
        if isinstance(event, Tuning):
            self._called(event)
        elif isinstance(event, TunedIn):
            self._meet(event.channel, self._opened.pop(event.channel), event.uplink, event.oldest)
        elif isinstance(event, TunedOut):
            self._part(event)
        elif event.channel in self._met:
            party, neighbour = self._met[event.channel]
            if isinstance(event, LeafCame):
                party.came(neighbour, event.number, event.content)
            elif isinstance(event, LiveSaid):
                self._hear(party, neighbour, event.message)

    def _hear(self, party: ILiveParty, neighbour: LinkedNeighbour, said: Message) -> None:
        # What is only for the session is told as well.
        taker = _TAKERS.get(type(said))
        if taker is not None:
            taker(party, neighbour, said)

    def _called(self, event: Tuning) -> None:
        party = self._node.live.party(event.key) if self._node.live is not None else None
        if party is None:
            self.session.leave(event.channel, Code.UNKNOWN_KEY)
            return
        self.session.accept(event.channel, party.uplink, party.oldest)
        self._meet(event.channel, party, event.uplink, event.oldest)

    def _meet(self, channel: int, party: ILiveParty, uplink: int, oldest: int) -> None:
        who, own = self._address(), self._node.identity.id
        preferred = self.session.dialled is (own < who[1])
        left = partial(self._left, channel)
        neighbour = LinkedNeighbour(self.session, channel, who, uplink, oldest, self._now, preferred, left)
        self._met[channel] = party, neighbour
        self._transfers[channel] = self._begin(party.key, channel, *who)
        party.met(neighbour)

    def _begin(self, key: LiveKey, channel: int, address: str, id: bytes) -> tuple[Callable[[], None], ...]:
        """Whoever looks is shown what comes, and what goes."""
        return tuple(
            self._node.traffic.begin(bearing, "native", address, moved, key, id=lambda: id)
            for bearing, moved in zip((Bearing.IN, Bearing.OUT), self.session.moved(channel), strict=True)
        )

    def _part(self, event: TunedOut) -> None:
        self._opened.pop(event.channel, None)
        met = self._met.get(event.channel)
        self._left(event.channel)
        if met is not None:
            met[0].lost(met[1], event.code)
        if not self.busy:
            self._idle()

    def _left(self, channel: int) -> None:
        self._met.pop(channel, None)
        for end in self._transfers.pop(channel, ()):
            end()

    def _fetch(self, key: LiveKey, number: int) -> BufferData | None:
        # Whom we met here, also where nobody but us can open channels: who dials gives as well.
        party = next((party for party, _ in self._met.values() if party.key == key), None)
        content = party.leaf(number) if party is not None else None
        return BufferData(content, self._node.limits) if content is not None else None

    def _now(self) -> float:
        return self._node.reactor.seconds()


Taker = Callable[[Any, LinkedNeighbour, Any], None]


def _refused(party: ILiveParty, who: LinkedNeighbour, said: NoLeaf) -> None:
    party.turned_down(who, said.number, said.code in _BUSY)


_TAKERS: dict[type[Message], Taker] = {
    SliceSaid: lambda party, who, said: party.heard_slice(who, said.head, said.leaves),
    Sub: lambda party, who, said: party.subscribed(who, said.mask),
    Given: lambda party, who, said: party.given(who, said.mask),
    Unsub: lambda party, who, said: party.unsubscribed(who, said.mask),
    Leaves: lambda party, who, said: party.told_leaves(who, said.mode, said.ranges),
    AskLeaf: lambda party, who, said: party.asked(who, said.number, said.within_ms),
    NoLeaf: _refused,
    AskSlices: lambda party, who, said: party.asked_slices(who, said.first, said.count),
    NoSlices: lambda party, who, said: party.ended_slices(who, said.first, said.code),
}
