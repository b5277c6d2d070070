"""Peers tell each other of other peers: so a stream's sources are found while no central can be asked.

Told is only who is connected and showed a ticket (`content.signed.tickets`), so that nobody makes
others dial where no peer is; and believed is only a ticket of a central that we use.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, islice

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.listed import NATIVE, REACHABLE, ListedPeer
from p2pstream.content.signed.tickets import Ticket
from p2pstream.content.tellers import dialable
from p2pstream.errors import PeerError
from p2pstream.protocols.native.messages import Introduce
from p2pstream.protocols.native.party import Party
from p2pstream.protocols.node import Means

__all__ = ["Exchange"]

_log = Logger()

#: Told of peers that somebody was introduced to.
Follower = Callable[[Sequence[ListedPeer]], None]


class Acquaintance:
    """One party of one stream: what it showed, and what it was told."""

    def __init__(self, due: float) -> None:
        self.due = due
        #: Its own tickets, by the central that signed.
        self.shown: dict[bytes, Ticket] = {}
        self.told: dict[bytes, Address] = {}
        #: Whether it told a ticket that nobody signed.
        self.lied = False


class Circle:
    """All that is known of the parties of one stream."""

    def __init__(self) -> None:
        self.members: dict[Party, Acquaintance] = {}
        #: Whom we were told of, the oldest first.
        self.heard: OrderedDict[Address, Ticket] = OrderedDict()
        self.followers: dict[object, Follower] = {}


class Exchange:
    """See `protocols.native.party.Introductions`.

    :param own: our tickets for a stream; asked now and then while somebody shares it with us.
    :param centrals: the ids of the centrals that we use.
    """

    def __init__(
        self,
        means: Means,
        own: Callable[[FileKey], Sequence[Ticket]],
        centrals: Callable[[], Collection[bytes]],
    ) -> None:
        self._clock: IReactorTime = means.reactor
        self._own = own
        self._centrals = centrals
        self._id = means.identity.id
        self._random = means.random
        self._wall_ms = means.wall_ms
        self._limits = means.limits
        self._circles: dict[FileKey, Circle] = {}
        self._ticking = LoopingCall(self._tick)
        self._ticking.clock = self._clock

    def joined(self, key: FileKey, party: Party) -> None:
        """See `Introductions`."""
        self._circle(key).members[party] = Acquaintance(self._clock.seconds())
        if not self._ticking.running:
            ticking = self._ticking.start(self._limits.exchange_tick_s, now=False)
            ticking.addErrback(lambda failure: _log.failure("peers are introduced no more", failure))

    def introduced(self, key: FileKey, party: Party, said: Introduce) -> None:
        """See `Introductions`."""
        circle = self._circles.get(key)
        member = circle.members.get(party) if circle is not None else None
        if circle is None or member is None or member.lied:
            return
        for address in said.dropped:
            circle.heard.pop(address, None)
        try:
            tickets = list(self._counting(key, map(Ticket.decode, said.tickets)))
            # Where nobody fetches, a crowd's tickets of others need not be looked at: each costs 0.1 ms.
            tickets = [each for each in tickets if circle.followers or each.id == party.id]
            for ticket in tickets:
                if circle.heard.get(ticket.address) != ticket:
                    ticket.check()
        except PeerError:
            member.lied = True
            return
        self._heard(circle, member, party, tickets)

    def parted(self, key: FileKey, party: Party) -> None:
        """See `Introductions`."""
        circle = self._circles.get(key)
        if circle is not None:
            circle.members.pop(party, None)
            self._forget(key, circle)

    def follow(self, key: FileKey, told: Follower) -> Callable[[], None]:
        """Have ``told`` called with the peers that others tell of; calling the result ends it."""
        circle, token = self._circle(key), object()
        circle.followers[token] = told

        def unfollow() -> None:
            if circle.followers.pop(token, None) is not None:
                self._forget(key, circle)

        return unfollow

    def _circle(self, key: FileKey) -> Circle:
        return self._circles.setdefault(key, Circle())

    def _forget(self, key: FileKey, circle: Circle) -> None:
        if not circle.members and not circle.followers and self._circles.get(key) is circle:
            del self._circles[key]
        if self._ticking.running and not any(circle.members for circle in self._circles.values()):
            self._ticking.stop()

    def _counting(self, key: FileKey, tickets: Iterable[Ticket]) -> Iterator[Ticket]:
        """Those that count now."""
        centrals, now_ms = self._centrals(), self._wall_ms()
        return (ticket for ticket in tickets if ticket.counts(key, centrals, now_ms, self._limits))

    def _heard(self, circle: Circle, member: Acquaintance, party: Party, tickets: Sequence[Ticket]) -> None:
        """Tickets that hold: those of the party itself, and those of others."""
        for ticket in tickets:
            # Over plaintext an id can be borrowed; an address cannot.
            if ticket.id == party.id and (party.bound or ticket.address.host == party.address.host):
                member.shown[ticket.central] = ticket
        others = [ticket for ticket in tickets if ticket.id not in (party.id, self._id)]
        believed = list(dialable(others, _where, party.address, None, self._limits))
        for ticket in believed:
            circle.heard[ticket.address] = ticket
            circle.heard.move_to_end(ticket.address)
        while len(circle.heard) > self._limits.exchange_kept:
            circle.heard.popitem(last=False)
        peers = [ListedPeer(each.address, each.id, NATIVE | REACHABLE, have=0) for each in believed]
        for told in list(circle.followers.values()) if peers else ():
            told(peers)

    def _tick(self) -> None:
        now = self._clock.seconds()
        for key, circle in list(self._circles.items()):
            due = [(party, member) for party, member in circle.members.items() if now >= member.due]
            if due:
                tellable = self._tellable(key, circle)
                for party, member in due:
                    self._tell(party, member, tellable, now)

    def _tellable(self, key: FileKey, circle: Circle) -> Tellable:
        own = {each.raw: each for each in self._counting(key, self._own(key))}
        shown = (ticket for member in circle.members.values() for ticket in member.shown.values())
        others = {each.raw: each for each in self._counting(key, shown)}
        order = list(others.values())
        self._random.shuffle(order)
        there = {each.address for each in (*own.values(), *order)}
        return Tellable(tuple(own.values()), order, frozenset((*own, *others)), there)

    def _tell(self, party: Party, member: Acquaintance, tellable: Tellable, now: float) -> None:
        """Tell one party what changed: there may be a thousand, so that each must cost little."""
        told, most, there = member.told, self._limits.exchange_peers, tellable.there
        gone = dict.fromkeys(islice((each for each in told.values() if each not in there), most))
        kept = {
            raw: at
            for raw, at in told.items()
            if at not in gone and (raw in tellable.raws or at not in there)
        }
        room = max(0, min(most, self._limits.exchange_kept - len(kept)))
        news = tellable.news(party, told, self._random.random())
        added = {each.raw: each.address for each in islice(news, room)}
        if added or gone:
            member.told = kept | added
            member.due = now + self._limits.exchange_s
            party.introduce(list(added), list(gone))


@dataclass(frozen=True, slots=True)
class Tellable:
    """Whom the parties of one stream may be told of now."""

    #: Our own tickets.
    own: Sequence[Ticket]
    #: Those of others, in an order by chance.
    others: Sequence[Ticket]
    #: What was signed, of all of them.
    raws: Set[bytes]
    #: Where those are.
    there: Set[Address]

    def news(self, party: Party, told: Mapping[bytes, Address], chance: float) -> Iterator[Ticket]:
        """Whom it was not told of, and may be: us first, then the others.

        :param chance: below 1.  Each hears of others first: else a crowd would dial the same few.
        """
        id, reach = party.id, party.address.reach
        start = int(chance * len(self.others))
        for ticket in chain(self.own, islice(self.others, start, None), islice(self.others, start)):
            if ticket.raw not in told and ticket.id != id and ticket.address.reach >= reach:
                yield ticket


def _where(ticket: Ticket) -> Address:
    return ticket.address
