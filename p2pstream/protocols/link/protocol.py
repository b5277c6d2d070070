"""Links on transports: who dials and who serves, and who is told what happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from secrets import token_bytes
from typing import Any, Protocol

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IAddress, IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

import p2pstream
from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.errors import NotSpoken, OtherId, P2PStreamError, PeerError, Refused, SourceLost
from p2pstream.interfaces import INode
from p2pstream.protocols.link.events import Authenticated
from p2pstream.protocols.link.family import Family, Opposite, Speaker
from p2pstream.protocols.link.greeting import UNBOUND, Terms
from p2pstream.protocols.link.session import LinkSession
from p2pstream.transport.ends import as_address, peer_name
from p2pstream.transport.roads.unsent import Unsent
from p2pstream.transport.secure.tls import binding
from p2pstream.transport.timing import wall_ms
from p2pstream.transport.tuning import limit_unsent
from p2pstream.transport.vigil import Timers, Vigil
from p2pstream.transport.wires.driver import Load
from p2pstream.transport.wires.wire import Wire

__all__ = ["Attend", "Attendant", "LinkFactory", "LinkProtocol", "dial"]


class Attendant(Protocol):
    """Who is told what happens on one link, and brings the families for it."""

    #: Those that are spoken from the start.
    families: Sequence[Family]

    @property
    def speaker(self) -> Speaker | None:
        """Who makes others when they are spoken, if there are any."""

    def happened(self, event: Any) -> None:
        """An event of `events`, or of a family."""

    def ended(self, reason: P2PStreamError) -> None:
        """There is nobody to talk with any more; told once, after everything else."""


#: Makes an attendant for a link whose transport is ready; its session is made right after.
Attend = Callable[["LinkProtocol"], Attendant]


class LinkProtocol(Wire):
    """One link.  For its options see `LinkFactory`."""

    def __init__(
        self,
        node: INode,
        attend: Attend,
        dialled: bool,
        expected: bytes | None = None,
        wary: bool = False,
        ticket: bytes = b"",
        bulk: bool = True,
        clock: Timers | None = None,
    ) -> None:
        super().__init__(node.limits, bulk, clock or node.reactor)
        self.dialled = dialled
        self._node = node
        self._attend = attend
        self._expected = expected
        self._wary = wary
        self._ticket = ticket
        self._attendant: Attendant | None = None
        self._reason: P2PStreamError | None = None
        self._outlet: Any = None
        #: Made when the first run goes: most links of a busy peer are idle.
        self._unsent: Unsent | None = None
        #: Whoever waits for the proof; made when somebody does.
        self._waiting: list[Deferred[Opposite]] | None = None

    @property
    def address(self) -> Address | None:
        """Where the other end is; None for what has no address."""
        return as_address(self.transport.getPeer())

    @property
    def opposite(self) -> Opposite | None:
        """Who the other end is; None before its HELLO."""
        session: LinkSession | None = self._session
        return None if session is None else session.opposite

    @property
    def reason(self) -> P2PStreamError | None:
        """Why it has ended; None while it has not."""
        return self._reason

    def authenticated(self) -> Deferred[Opposite]:
        """Fires when the other end has proven who it is.

        :returns: fails with `errors.NotSpoken`, with `errors.Refused` when the other end
            hangs up and says why, with `errors.PeerError` when it broke the protocol, with
            `errors.SourceLost` when the connection broke.
        """
        if self._reason is not None:
            return fail(self._reason)
        if self.opposite is not None and self.opposite.authenticated:
            return succeed(self.opposite)
        if self._waiting is None:
            self._waiting = []
        waiting: Deferred[Opposite] = Deferred(self._waiting.remove)
        self._waiting.append(waiting)
        return waiting

    def close(self, code: int = Code.OK, why: str = "", retry_s: int = 0) -> None:
        """Say GOAWAY and end; what is queued still leaves.  Harmless when it has ended."""
        if self._session is None:
            self.abort(why)
        else:
            self._session.close(code, why, retry_s)

    def join(self, family: Family) -> None:
        """Begin to speak a family that is there from now on; see `LinkSession.join`."""
        self._session.join(family)

    def begin(self, woken: Callable[[], None]) -> LinkSession:
        """See `Wire.begin`."""
        node = self._node
        self._attendant = self._attend(self)
        terms = Terms(
            identity=node.identity,
            nonce=token_bytes(32),
            binding=binding(self.transport) or UNBOUND,
            expected=self._expected,
            secret=node.secret,
            agent=f"p2pstream/{p2pstream.__version__}",
            most_units=node.limits.native_units,
            wall_ms=wall_ms(),
            ticket=self._ticket,
        )
        here, there = as_address(self.transport.getHost()), self.address
        self._outlet = node.uplink.outlet(here, there, woken)
        families, speaker = self._attendant.families, self._attendant.speaker
        session = LinkSession(families, terms, self.dialled, self.now, self._wary, node.limits, speaker)
        session.woken = woken
        return session

    @property
    def more(self) -> bool:
        """See `roads.outbox.Sender`: a turn of the reactor's costs as much as a small run."""
        session = self._session
        return not session.going or bool(session.queued or session.rank(self.now))

    def next_frames(self, most: int) -> bytes:
        """See `Wire.next_frames`: where what is sent is limited, it counts."""
        frames: bytes = self._session.take(most, self._timers.seconds())
        if self._outlet.limited:
            self._outlet.said(len(frames))
        return frames

    def next_load(self) -> Load | None:
        """See `Wire.next_load`: it waits for its turn, where what is sent is limited."""
        outlet, session, now = self._outlet, self._session, self._timers.seconds()
        if outlet.limited:
            # We are asked for more only when all is with the kernel that there was.
            outlet.went()
            rank = session.rank(now)
            if not rank or not outlet.turn(rank):
                return None
        load: Load | None = session.pull(now)
        if load is not None:
            count = load.stop - load.start
            outlet.pay(count)
            unsent = self._unsent = self._unsent or Unsent(now, self._limits)
            if unsent.sent(count, now):
                limit_unsent(self.transport, unsent.most)
        elif outlet.limited:
            outlet.pay(0)
        return load

    def _look(self) -> None:
        super()._look()
        if self._outlet.limited:
            # What is urgent may have come, or gone, while the kernel takes nothing.
            blocked = self._carrying is not None or not self._road.hungry
            self._outlet.waits(self._session.rank(self.now) if blocked else 0)

    def rides(self, rides: bool) -> None:
        """Whether the other end takes what it gives nobody: see `IOutlet.rides`."""
        self._outlet.rides(rides)

    def happened(self, event: Any) -> None:
        """See `Wire.happened`."""
        assert self._attendant is not None
        self._attendant.happened(event)
        if isinstance(event, Authenticated):
            self._outlet.belong(event.opposite.id)
            for one in self._waited():
                one.callback(event.opposite)

    def ended(self, why: str) -> None:
        """See `Wire.ended`."""
        self._reason = self._fault(why)
        if self._outlet is not None:
            self._outlet.close()
        if self._attendant is not None:
            self._safely(self._attendant.ended, self._reason)
        for one in self._waited():
            one.errback(Failure(self._reason))

    def _waited(self) -> list[Deferred[Opposite]]:
        """Whoever waits, for the last time."""
        waiting, self._waiting = self._waiting, None
        return waiting or []

    def _fault(self, why: str) -> P2PStreamError:
        ended = None if self._session is None else self._session.ended
        where = peer_name(self.transport)
        if ended is not None and not ended.spoken:
            return NotSpoken(f"{where} speaks something else: {ended.why}")
        if ended is not None and ended.blamed:
            kind = OtherId if ended.other_id else PeerError
            return kind(f"{where} broke the protocol: {ended.why}", ended.code)
        if ended is not None and ended.theirs and ended.code != Code.OK:
            return Refused(f"{where} ended the link: {ended.why}", ended.code)
        return SourceLost(f"the link to {where} ended: {why}")


class LinkFactory(Factory):
    """Makes links: of one who serves, or of one who dials.

    :param attend: is given each link, and gives who attends to it.
    :param make: makes a `LinkProtocol`, as that does itself.
    :param expected: the id that the other end must have; for one who dials.
    :param wary: the other end may speak another protocol: find out before saying more.
    :param ticket: what the dialler was given to show.
    """

    noisy = False

    def __init__(
        self,
        node: INode,
        attend: Attend,
        dialled: bool = False,
        make: Callable[..., LinkProtocol] = LinkProtocol,
        **options: Any,
    ) -> None:
        self._node = node
        self._attend = attend
        self._dialled = dialled
        self._make = make
        self._options = options
        self._vigil = Vigil(node.reactor)

    def buildProtocol(self, addr: IAddress | None) -> LinkProtocol:
        """One connection, one link."""
        return self._make(self._node, self._attend, self._dialled, clock=self._vigil, **self._options)


def dial(
    endpoint: IStreamClientEndpoint, node: INode, attend: Attend, **options: Any
) -> Deferred[LinkProtocol]:
    """Dial, and find out who answers; ``options`` are those of `LinkFactory`.

    :returns: fires with the link when both ends have proven who they are; fails as the
        endpoint does, or as `LinkProtocol.authenticated`.
    """
    return Deferred.fromCoroutine(_dial(endpoint, LinkFactory(node, attend, dialled=True, **options)))


async def _dial(endpoint: IStreamClientEndpoint, factory: LinkFactory) -> LinkProtocol:
    link: Any = await endpoint.connect(factory)
    try:
        await link.authenticated()
    except BaseException:
        link.abort("it was given up here")
        raise
    return link  # type: ignore[no-any-return]
