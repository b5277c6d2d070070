"""Seams of wires: names, nodes, protocols and sources."""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IConsumer
from twisted.plugin import IPlugin
from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from random import Random

    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import (
        IProtocol,
        IProtocolFactory,
        IReactorTime,
        IStreamClientEndpoint,
        ITransport,
    )
    from twisted.web.resource import IResource

    from p2pstream.content.addresses import Address
    from p2pstream.content.keys import FileKey
    from p2pstream.content.signing import Identity
    from p2pstream.content.sniff import Sniff
    from p2pstream.content.tellers import Subnets
    from p2pstream.content.wants import Want
    from p2pstream.interfaces.bytes import IOpened, IWorkers
    from p2pstream.interfaces.live import ILiveStreams
    from p2pstream.interfaces.people import IEvents
    from p2pstream.interfaces.proofs import IStream
    from p2pstream.interfaces.views import IMeter, ITraffic
    from p2pstream.limits import Limits

__all__ = [
    "IDownlink",
    "INames",
    "INode",
    "IOutlet",
    "ISource",
    "IStreamProtocol",
    "IUplink",
]


class INames(Interface):
    """The names that a node answers to.  Answers are immediate.

    `content.names.NameTable` has this shape without declaring it: it is pure.
    """

    def __contains__(name: str) -> bool:
        """Whether exactly this name is known."""

    def is_proper_prefix(name: str) -> bool:
        """Whether some other, longer known name begins with this one."""


class IOutlet(Interface):
    """One connection's part of the `IUplink`.

    Whoever sends asks for a `turn`, sends one piece, pays for it, and says when it `went`.
    """

    limited: bool = Attribute("""Whether there is anything to ask for; else only what went is counted.""")

    def turn(rank: int) -> bool:
        """Whether a piece may be sent now; if not, the connection is nudged when its turn has come.

        :param rank: 1 is urgent, 2 wanted soon, 3 whenever; as this is when its turn comes.
        """

    def waits(rank: int) -> None:
        """Something is to be sent, and the kernel takes nothing now.

        :param rank: as of `turn`, of what is next; 0: nothing waits, or not for the kernel.
        """

    def pay(count: int) -> None:
        """So many bytes are being sent; 0 when there was nothing to send after all."""

    def said(count: int) -> None:
        """So many bytes of messages are being sent, which need no turn: pieces go that much later."""

    def went() -> None:
        """All that was paid for is with the kernel; harmless when that was said already."""

    def belong(peer: bytes) -> None:
        """It is known who is at the other end: all connections of one peer have one part together."""

    def rides(rides: bool) -> None:
        """Whether the other end takes what it gives nobody: then its part is a smaller one.  At any time."""

    def close() -> None:
        """The connection is gone; harmless when done twice."""


class IUplink(Interface):
    """What all connections of one process share: how much is sent in a second, and whose turn it is."""

    sent: int = Attribute("""Bytes of streams that were sent so far, to everybody.""")
    rate: int | None = Attribute("""Bytes that may be sent in a second; None: as many as one can.""")

    def outlet(here: Address | None, there: Address | None, nudge: Callable[[], None]) -> IOutlet:
        """The part of a connection between these two.

        :param nudge: called when its turn has come; must not send at once.
        """


class IDownlink(Interface):
    """What all connections of one process share: how much is asked for in a second.

    Order of calls: `counts`, once for a connection, and if so `room` before units are asked for, `asked`
    when they were; `leave` when the connection is gone.  All of them return at once and raise nothing.

    Whoever asked gives back, once and by `asked`, what does not come: what was refused or cancelled, and all
    that a source still owes when it is lost or left.  What comes counts, also where nobody has a use for it.
    `transport.turns.asked.AskedUnits` does this for one source.
    """

    def counts(here: Address | None, there: Address | None) -> bool:
        """Whether what comes over a connection between these two counts."""

    def room(wanted: Callable[[], None]) -> int:
        """How many units may be asked for now; if none, ``wanted`` is called when some may be.

        :param wanted: called once, later, and never inside of this; it may ask for room, and for units.
        """

    def asked(units: int) -> None:
        """So many were asked for; fewer than none: that many will not come after all.

        Whoever waits for room is called soon then, if there is some.
        """

    def leave(wanted: Callable[[], None]) -> None:
        """It is not to be called any more."""


class INode(Interface):
    """What a stream protocol is given of the process that it serves in.

    Two kinds exist: on a central ``lookup`` answers, on a peer ``open`` does.
    """

    role: str = Attribute(""""central", "peer" or "player".""")
    gives: bool = Attribute("""Whether what is fetched here is given to others.""")
    reactor: IReactorTime = Attribute(
        """The clock and the timers (monotonic); for dialling, the whole reactor."""
    )
    random: Random = Attribute("""Where chance comes from.""")
    limits: Limits = Attribute("""The bounds that hold here.""")
    names: INames = Attribute("""What ``lookup`` or ``open`` would find.""")
    events: IEvents = Attribute("""Who is told what happens.""")
    workers: IWorkers = Attribute("""Threads for what may block.""")
    identity: Identity = Attribute("""Who we are to others; made for this run where none is kept.""")
    secret: bytes | None = Attribute("""That of a closed group: only who knows it, too, is talked to.""")
    uplink: IUplink = Attribute("""What is asked before bytes of streams are sent.""")
    downlink: IDownlink | None = Attribute("""What is asked before units are asked for; None: nothing is.""")

    traffic: ITraffic = Attribute("""Who is told of every transfer that begins.""")
    meter: IMeter = Attribute("""Who is told what is measured.""")

    subnets: Callable[[], Subnets | None] = Attribute(
        """The networks of this machine, as they are now: what private addresses may be dialled; None:
        they are not known, and all may be."""
    )

    live: ILiveStreams | None = Attribute(
        """The broadcasts in which it takes part; None: broadcasts are not spoken of."""
    )

    introductions: Any = Attribute(
        """Who decides what peers are told of each other (`protocols.native.party`); None: they are not."""
    )

    visits: Any = Attribute(
        """Who is told of peers that have some of what is fetched here, whichever end dialled
        (`protocols.native.visits`); None: nobody, and no link stays only for what the other end wants."""
    )

    resources: MutableMapping[bytes, IResource] = Attribute(
        """What HTTP serves besides the shares: by the first part of the path, ``b""`` for the front page.

        They are given requests that provide `IWebRequest`, and are looked for at each request.
        """
    )

    hostnames: Collection[str] = Attribute(
        """By which names of DNS browsers may call it, in lower case, besides the machine's own."""
    )

    def lookup(name: str, asker: Address | None = None) -> Sequence[Address]:
        """Who has this stream, best first; empty when nobody is known.

        :param asker: where it is asked from; None is told what everybody is.
        """

    def open(name: str) -> Deferred[IOpened]:
        """Open the shared stream of that name for one reader, who closes it when done.

        What may be taken back meanwhile provides `IRevocable`.

        :returns: fails with `errors.NotShared`.
        """

    def open_key(key: FileKey) -> Deferred[IStream]:
        """Open the shared stream of that key for one reader, who closes it when done.

        :returns: fails with `errors.NotShared`.
        """

    def doubt(key: FileKey) -> None:
        """Somebody was sent bytes of it, or hashes, that he found wrong: it is to be looked at again."""


class IStreamProtocol(IPlugin):
    """A wire protocol.  Found by `twisted.plugin.getPlugins`; see docs/extending."""

    name: str = Attribute("""One lower-case word: "classic".""")
    version: str = Attribute("""The version of the wire format.""")
    fallback: bool = Attribute(
        """True for the one protocol that has no preface and takes what nobody knows."""
    )
    alpn: str = Attribute(
        """As TLS names it (RFC 7301): "http/1.1"; who agreed on that name speaks it.  Empty for none."""
    )

    def sniff(prefix: bytes) -> Sniff:
        """Is a connection that starts so ours?  NO, MORE or YES.

        Called again with a longer prefix after MORE.  Pure and quick: it runs for
        every connection.
        """

    def server_factory(node: INode) -> IProtocolFactory | None:
        """A factory whose protocols serve one accepted connection each.

        None where there is nothing to serve in the node's role.

        Called once per listening port.  The bytes that were sniffed reach
        ``dataReceived`` again after ``makeConnection``.
        """

    def client_factory(node: INode, want: Want) -> IProtocolFactory:
        """A factory whose protocols ask one connection for ``want``."""

    def accept(transport: ITransport, prefix: bytes, node: INode) -> IProtocol:
        """Take over an accepted connection whose first bytes were ``prefix``."""

    def connect(endpoint: IStreamClientEndpoint, want: Want, node: INode) -> Deferred[Any]:
        """Dial, and ask for ``want``.

        For `wants.Stream` it fires with an `ISource` as soon as that can be asked;
        for `wants.Sources` with a list of `Address`, and fails with
        `errors.NotFound`; for `wants.Units` with an `IUnitSource`, and fails with
        `errors.Refused`.
        """


class ISource(Interface):
    """A peer seen by a download.  It says what it can do; it is asked no more than that."""

    address: str = Attribute("""Who it is, for people: ``10.0.0.1:2050``.""")
    ranged: bool = Attribute("""Whether a request may start anywhere; else only at 0.""")
    proofs: bool = Attribute("""Whether it can prove its bytes.""")

    def request(consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """Deliver ``[start, stop)`` as `IData.read_to` does; fires at the source's end.

        A sequential source is asked once, from 0.  Fails with `errors.SourceLost`
        when the connection broke before the end.
        """

    def close() -> None:
        """Hang up; a request under way fails.  Harmless when done twice."""
