"""Where a central's guests ask, and are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamClientEndpoint
from zope.interface import implementer

from p2pstream.central.allowances import Allowances
from p2pstream.central.directory import Directory
from p2pstream.central.guest_seat import GuestSeat
from p2pstream.central.leasing.places import Networks
from p2pstream.central.live_heads import LiveHeads
from p2pstream.central.reaching import Reaching
from p2pstream.central.rows import KnownName, leased_row, mapped_row, page, read_cursor
from p2pstream.central.searches import Searches
from p2pstream.central.watchers import Watchers
from p2pstream.codes import Code, words
from p2pstream.content.addresses import Address
from p2pstream.content.keys import decode_key
from p2pstream.content.listed import NATIVE, REACHABLE
from p2pstream.content.signed.tickets import sign_ticket
from p2pstream.errors import Refused, StorageError
from p2pstream.interfaces import ICentral, IGuest
from p2pstream.protocols.central.messages import (
    REQUESTS,
    Announce,
    Announced,
    Answer,
    Beckon,
    Call,
    Done,
    GetHead,
    GetTicket,
    HeadNow,
    Peered,
    PeerRow,
    Peers,
    Publish,
    Request,
    Resolve,
    Resolved,
    Row,
    Rows,
    Search,
    TellHead,
    Ticketed,
    Watch,
    Withdraw,
)
from p2pstream.protocols.node import Means
from p2pstream.transport.turns.requests import RequestTurns

__all__ = ["Desk"]


#: As a metric calls them.
_LABELS = {kind: (kind.__name__.lower(),) for kind in REQUESTS.values()}


@implementer(ICentral)
class Desk:
    """Answers from a directory.

    :param endpoint: dials a peer over TLS.
    :param port: where we listen, once we do: it is not dialled.
    """

    def __init__(
        self,
        means: Means,
        directory: Directory,
        endpoint: Callable[[Address], IStreamClientEndpoint],
        port: Callable[[], int],
    ) -> None:
        self._means = means
        self._limits = means.limits
        self._directory = directory
        self._leases = directory.leases
        self._allowances = Allowances(means.limits)
        self._heads = LiveHeads(means.limits)
        self._publishing = RequestTurns(means.reactor, means.limits.central_turn_publishes)
        self._searches = Searches(means.reactor)
        self._looking = RequestTurns(means.reactor, means.limits.central_turn_lookups)
        #: Who is told of changes.
        self.watchers = Watchers(means.reactor, means.limits)
        self._reaching = Reaching(means, directory, endpoint, port, self._reached)
        #: Of those who have asked something.
        self._seats: dict[IGuest, GuestSeat] = {}
        self._by_id: dict[bytes, tuple[IGuest, ...]] = {}
        self._answers: dict[type[Request], Callable[[IGuest, GuestSeat, Any], Any]] = {
            Announce: self._announce,
            Withdraw: self._withdraw,
            Publish: self._publish,
            Resolve: self._resolve,
            Search: self._search,
            Peers: self._peers,
            Watch: self._watch,
            Beckon: self._beckon,
            GetTicket: self._ticket,
            TellHead: self._tell_head,
            GetHead: self._get_head,
        }

    def joined(self, guest: IGuest) -> None:
        """See `ICentral.joined`."""
        if guest.id:
            self._by_id[guest.id] = (*self._by_id.get(guest.id, ()), guest)
            self._reaching.joined(guest.id)

    def left(self, guest: IGuest) -> None:
        """See `ICentral.left`; its leases last until they end, for it may be back."""
        self._seats.pop(guest, None)
        if others := tuple(each for each in self._by_id.get(guest.id, ()) if each is not guest):
            self._by_id[guest.id] = others
        else:
            self._by_id.pop(guest.id, None)
        self.watchers.leave(guest)

    def is_here(self, id: bytes) -> bool:
        """Whether a peer is connected; its leases outlive that."""
        return id in self._by_id

    def ask(self, guest: IGuest, request: Request) -> Answer | Deferred[Answer]:
        """See `ICentral.ask`."""
        seat, now = self._seats.get(guest), self._means.reactor.seconds()
        if seat is None:
            seat = self._seats[guest] = GuestSeat(guest)
        if not self._allowances.take(request, seat.cap, guest.id, now):
            raise Refused(words(Code.RATE_LIMITED), Code.RATE_LIMITED)
        self._means.meter.count("p2pstream_requests_total", labels=_LABELS[type(request)])
        answer: Answer | Deferred[Answer] = self._answers[type(request)](guest, seat, request)
        return answer

    def stop(self) -> None:
        """Tell and dial nobody any more."""
        self.watchers.stop()
        self._reaching.stop()

    def _announce(self, guest: IGuest, seat: GuestSeat, request: Announce) -> Announced:
        now = self._means.reactor.seconds()
        interval = self._leases.interval()
        presence = seat.announced(guest, request)
        taken, changed = self._leases.announce(presence, request.offers, interval, now)
        if changed:
            self.watchers.changed(changed)
        reachable = self._reaching.of(guest, presence.address)
        return Announced(request.request, int(interval), reachable, presence.address, taken)

    def _reached(self, id: bytes, address: Address, reachable: bool) -> None:
        for guest in self._by_id.get(id, ()):
            guest.tell(Announced(0, int(self._leases.interval()), reachable, address, 0))

    def _withdraw(self, guest: IGuest, seat: GuestSeat, request: Withdraw) -> Done:
        self.watchers.changed(self._leases.withdraw(guest.id, request.keys))
        return Done(request.request)

    def _publish(self, guest: IGuest, seat: GuestSeat, request: Publish) -> Deferred[Done]:
        return Deferred.fromCoroutine(self._keep(seat, request))

    async def _keep(self, seat: GuestSeat, request: Publish) -> Done:
        await seat.line.run(self._publishing.turn)
        try:
            kept = await self._directory.publish(request.record)
        except StorageError as fault:
            self._means.events.happened("names_not_kept", reason=str(fault))
            raise
        self.watchers.changed([kept.fold])
        return Done(request.request)

    def _resolve(self, guest: IGuest, seat: GuestSeat, request: Resolve) -> Resolved | Deferred[Resolved]:
        listings = self._directory.at_hand(request.name)
        if listings is not None:
            return self._resolved(guest, seat, request, listings)
        return Deferred.fromCoroutine(self._looked_up(guest, seat, request))

    async def _looked_up(self, guest: IGuest, seat: GuestSeat, request: Resolve) -> Resolved:
        await seat.line.run(self._looking.turn)
        return self._resolved(guest, seat, request, await self._directory.resolve(request.name))

    def _resolved(
        self, guest: IGuest, seat: GuestSeat, request: Resolve, listings: Iterable[KnownName]
    ) -> Resolved:
        most = min(request.most, self._limits.central_peers)
        rows: list[Row] = []
        room = self._limits.central_page_bytes
        for listing in listings:
            row = self._row(listing, guest, seat, most)
            room -= row.size
            if room < 0:
                break
            rows.append(row)
        return Resolved(request.request, tuple(rows))

    def _row(self, listing: KnownName, guest: IGuest, seat: GuestSeat, most: int) -> Row:
        if not listing.key:
            return listing.row(map(mapped_row, listing.addresses[:most]))
        return listing.row(self._told(guest, seat, listing.key, most))

    def _told(self, guest: IGuest, seat: GuestSeat, key: bytes, most: int) -> list[PeerRow]:
        now = self._means.reactor.seconds()
        return [leased_row(*each) for each in self._leases.chosen(key, seat.place, most, now, guest.id)]

    def _search(self, guest: IGuest, seat: GuestSeat, request: Search) -> Deferred[Rows]:
        return Deferred.fromCoroutine(self._searched(seat, request))

    async def _searched(self, seat: GuestSeat, request: Search) -> Rows:
        most, after = max(1, min(request.most, self._limits.central_rows)), read_cursor(request.after)
        listings = await self._searches.run(
            seat.line, lambda: self._directory.search(request.words, after, most)
        )
        return page(request.request, listings, most, self._limits)

    def _peers(self, guest: IGuest, seat: GuestSeat, request: Peers) -> Peered:
        most = min(request.most, self._limits.central_peers)
        return Peered(request.request, tuple(self._told(guest, seat, request.key, most)))

    def _watch(self, guest: IGuest, seat: GuestSeat, request: Watch) -> Done:
        (self.watchers.watch if request.on else self.watchers.unwatch)(guest, request.subject)
        return Done(request.request)

    def _beckon(self, guest: IGuest, seat: GuestSeat, request: Beckon) -> Done:
        links, peer = self._by_id.get(request.id, ()), self._leases.peers.get(request.id)
        if not links or peer is None:
            raise Refused("that peer is not connected", Code.GONE)
        if self._leases.holders.get(request.key, peer.number) is None:
            raise Refused("that peer does not have it", Code.UNKNOWN_KEY)
        address = Address(guest.address.host, request.port)
        network = Networks.of(address)
        near = [each for each in links if network.may_be_told(Networks.of(each.address))]
        if not near or request.port < self._limits.back_least_port or peer.flags & REACHABLE:
            raise Refused("that peer is not for calling you", Code.NOT_AUTHORISED)
        # One of them may be broken, or that of its doctor.
        for link in near:
            link.tell(Call(address, request.nonce, request.key))
        return Done(request.request)

    def _ticket(self, guest: IGuest, seat: GuestSeat, request: GetTicket) -> Ticketed:
        peer = self._leases.peers.get(guest.id)
        if peer is None or self._leases.holders.get(request.key, peer.number) is None:
            raise Refused("you do not have it", Code.UNKNOWN_KEY)
        # Others shall find at that address whom the ticket names, and understand him.
        if peer.flags & (REACHABLE | NATIVE) != REACHABLE | NATIVE:
            raise Refused("nobody has reached you", Code.NOT_AUTHORISED)
        key, now_ms = decode_key(request.key), self._directory.wall_ms()
        ticket = sign_ticket(self._means.identity, guest.id, peer.address, key, now_ms, self._limits)
        return Ticketed(request.request, ticket.raw)

    def _tell_head(self, guest: IGuest, seat: GuestSeat, request: TellHead) -> Done:
        self._heads.tell(request.key, request.head, self._means.reactor.seconds())
        return Done(request.request)

    def _get_head(self, guest: IGuest, seat: GuestSeat, request: GetHead) -> HeadNow:
        return HeadNow(request.request, self._heads.get(request.key, self._means.reactor.seconds()))
