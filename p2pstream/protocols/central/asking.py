"""A connection to a central that is kept: dialled again whenever it breaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, TimeoutError, fail, succeed
from twisted.internet.error import ConnectError, ConnectingCancelledError
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.content.keys import Key, LiveKey
from p2pstream.content.listed import ALL, Lease, ListedName, ListedPage, ListedPeer
from p2pstream.content.signed.heads import Head
from p2pstream.content.signed.tickets import Ticket
from p2pstream.errors import NoCentral, P2PStreamError, Refused
from p2pstream.interfaces import INode
from p2pstream.protocols.central import reading
from p2pstream.protocols.central.approach import Approach, Endpoints, KnownCentrals
from p2pstream.protocols.central.caller import Caller
from p2pstream.protocols.central.messages import (
    Announce,
    Announced,
    Beckon,
    Call,
    Changed,
    Claim,
    GetHead,
    GetTicket,
    Peers,
    Publish,
    Request,
    Resolve,
    Search,
    Subject,
    TellHead,
    Watch,
    Withdraw,
)
from p2pstream.protocols.central.telling import LineListener, Silent, Speaks
from p2pstream.protocols.link.protocol import LinkProtocol
from p2pstream.transport.ends import as_address, when_gone
from p2pstream.transport.networks.dialling import dial_trouble
from p2pstream.transport.timing import wall_ms

__all__ = ["CentralLine", "LineListener", "Silent", "Speaks"]

_log = Logger()


class CentralLine:
    """One central, on a connection that comes and goes.

    What is asked of it fails with `errors.NoCentral` while there is no connection, with
    `errors.SourceLost` when it breaks, with `errors.Refused` when the central says no: to
    everything, if it serves a closed group that we are not of.

    :param endpoint: see `Approach`.
    :param wall_ms: unix milliseconds, for records.
    """

    def __init__(
        self,
        address: Address,
        node: INode,
        endpoint: Endpoints,
        known: KnownCentrals,
        listener: LineListener | None = None,
        wall_ms: Callable[[], int] = wall_ms,
    ) -> None:
        self.address = address
        #: Why there is no connection; empty while there is one, or while the first is dialled.
        self.trouble = ""
        self._node = node
        self._limits = node.limits
        self._approach = Approach(address, node, endpoint, known)
        self._listener = listener or Silent()
        self._wall_ms = wall_ms
        self._link: LinkProtocol | None = None
        self._caller: Caller | None = None
        self._running: Deferred[None] = succeed(None)
        self._waiting: list[Deferred[None]] = []

    @property
    def connected(self) -> bool:
        """Whether it can be asked now."""
        return self._link is not None

    @property
    def has_id(self) -> bool:
        """Whether it ever proved who it is: from then on nothing is asked there that it need not prove."""
        return self._approach.has_id

    @property
    def may_be_ancestors(self) -> bool:
        """Whether a central of the ancestor's kind may be there, as far as is known."""
        return not self.has_id and not self._approach.is_peer

    @property
    def host(self) -> str:
        """The IP address of ours that it is connected to; empty while it is not."""
        own = None if self._link is None else as_address(self._link.transport.getHost())
        return "" if own is None else own.host

    def start(self) -> None:
        """Begin to dial."""
        self._running = Deferred.fromCoroutine(self._run())
        self._running.addErrback(self._broke)

    def close(self) -> Deferred[None]:
        """Hang up, and dial no more; fires when the connection is gone, or it takes too long."""
        self._running.cancel()
        hanging_up = succeed(None) if self._link is None else self._hang_up(self._link)
        self._settle(NoCentral(f"the central {self.address} is asked no more"))
        return hanging_up

    def ready(self) -> Deferred[None]:
        """Fires when it can be asked; after a dial in vain it fails, as the class says."""
        if self.connected:
            return succeed(None)
        if self.trouble:
            return fail(self._no_central())
        waiting: Deferred[None] = Deferred(self._waiting.remove)
        self._waiting.append(waiting)
        return waiting

    def announce(self, keys: Sequence[Key], speaks: Speaks, have: int = ALL) -> Deferred[Lease]:
        """Claim to have these, or claim again: one at least, and no more than a batch."""
        offers = tuple(Claim(key.encode(), have) for key in keys)
        said = (speaks.port, speaks.flags, speaks.load, speaks.uplink, offers)
        return self._ask(lambda number: Announce(number, *said)).addCallback(reading.lease)

    def withdraw(self, keys: Sequence[Key]) -> Deferred[None]:
        """These are no longer here."""
        raws = tuple(key.encode() for key in keys)
        return self._ask(lambda number: Withdraw(number, raws)).addCallback(reading.nothing)

    def publish(self, record: bytes) -> Deferred[None]:
        """Have a signed record known."""
        return self._ask(lambda number: Publish(number, record)).addCallback(reading.nothing)

    def resolve(self, name: str, most: int = 50) -> Deferred[tuple[ListedName, ...]]:
        """All that is known of a name, the owner's stream first; records that do not hold are left out."""
        asked = self._ask(lambda number: Resolve(number, most, name))
        return asked.addCallback(reading.resolved, name, self._wall_ms(), self._limits)

    def search(self, words: str = "", after: bytes = b"", most: int = 100) -> Deferred[ListedPage]:
        """A page of the names that have these words; without words, of all."""
        asked = self._ask(lambda number: Search(number, most, words, after))
        return asked.addCallback(reading.page, self._wall_ms(), self._limits)

    def peers(self, key: Key, most: int = 50) -> Deferred[tuple[ListedPeer, ...]]:
        """Some of those who have a key, best first."""
        return self._ask(lambda number: Peers(number, most, key.encode())).addCallback(reading.peers)

    def watch(self, name: str = "", key: Key | None = None, on: bool = True) -> Deferred[None]:
        """Have the listener told of changes of a name or a key, until the connection breaks."""
        subject = Subject(name, key.encode() if key is not None else b"")
        return self._ask(lambda number: Watch(number, on, subject)).addCallback(reading.nothing)

    def beckon(self, id: bytes, port: int, nonce: bytes, key: Key) -> Deferred[None]:
        """Have a peer that cannot be dialled dial us, on ``port``, and show the nonce."""
        said = (id, port, nonce, key.encode())
        return self._ask(lambda number: Beckon(number, *said)).addCallback(reading.nothing)

    def ticket(self, key: Key) -> Deferred[Ticket]:
        """Have it sign that we can be dialled, and have this key; refused where it has not seen that."""
        return self._ask(lambda number: GetTicket(number, key.encode())).addCallback(reading.ticket)

    def tell_head(self, key: LiveKey, head: bytes) -> Deferred[None]:
        """Have it know the newest head of a broadcast."""
        return self._ask(lambda number: TellHead(number, key.encode(), head)).addCallback(reading.nothing)

    def head(self, key: LiveKey) -> Deferred[Head | None]:
        """The newest head of a broadcast that it knows of, signed by the channel; None without any."""
        return self._ask(lambda number: GetHead(number, key.encode())).addCallback(reading.head, key)

    def told(self, event: Announced | Changed | Call) -> None:
        """See `caller.Hearer`: the central says something by itself."""
        if isinstance(event, Announced):
            self._listener.leased(reading.lease(event))
        elif isinstance(event, Changed):
            self._listener.changed(event.subject.name, event.subject.key)
        else:
            self._listener.called(event.address, event.nonce, event.key)

    def gone(self, reason: P2PStreamError) -> None:
        """See `caller.Hearer`: the link ended."""
        self._link = self._caller = None

    def _ask(self, make: Callable[[int], Request]) -> Deferred[Any]:
        if self._caller is None or self._link is None:
            return fail(self._no_central())
        return self._caller.ask(make)

    async def _run(self) -> None:
        """Dial, stay, and dial again."""
        limits, random, vain, before = self._limits, self._node.random, 0, False
        while True:
            try:
                ended = await self._connect()
            except P2PStreamError as fault:
                self._failed(str(fault), answered=True)
            except TimeoutError:
                self._failed("no answer")
            except (ConnectError, OSError) as fault:
                self._failed(dial_trouble(fault))
            else:
                vain = 0
                # All peers come back at once after a central did: they must not all speak at once.
                wait = random.random() * limits.central_spread_s if before else 0.0
                spoken = self._node.reactor.callLater(wait, self._listener.connected)
                before = True
                self._settle(None)
                reason = await ended
                if spoken.active():
                    spoken.cancel()
                self._failed(reason)
            longest = min(limits.central_first_s * 2**vain, limits.central_retry_most_s)
            vain = min(vain + 1, 16)
            await deferLater(self._node.reactor, longest * (0.5 + random.random() / 2))

    async def _connect(self) -> Deferred[str]:
        """Connect; the Deferred fires with the reason when it has ended."""
        ended: Deferred[str] = Deferred()
        caller = Caller(self, ended, self._node)
        link = await self._approach.connect(caller)
        self._link, self._caller, self.trouble = link, caller, ""
        return ended

    def _failed(self, reason: str, answered: bool = False) -> None:
        self.trouble = reason
        self._settle(self._no_central())
        self._listener.lost(reason, answered)

    def _hang_up(self, link: LinkProtocol) -> Deferred[None]:
        gone: Deferred[None] = Deferred()
        when_gone(link.transport, lambda _: None if gone.called else gone.callback(None))
        link.close()
        gone.addTimeout(self._limits.goodbye_s, self._node.reactor)
        return gone.addErrback(lambda _: link.abort("it took too long to hang up"))

    def _settle(self, fault: P2PStreamError | None) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if fault is None:
                each.callback(None)
            else:
                each.errback(Failure(fault))

    def _no_central(self) -> P2PStreamError:
        if self._approach.is_outsider:
            return Refused(f"{self.address} turns us away: {self.trouble}", Code.NOT_AUTHORISED)
        return NoCentral(f"no central at {self.address}: {self.trouble or 'it is being dialled'}")

    def _broke(self, failure: Failure) -> None:
        if not failure.check(CancelledError, ConnectingCancelledError):
            _log.failure("a central is dialled no more", failure)
