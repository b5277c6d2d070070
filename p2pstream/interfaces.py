"""Every seam that a third party may implement, and nothing else: no logic here.

Three groups, in the order in which a byte meets them:

- bytes: `IFile`, `IWorkers`, `IData`, `IArriving`, `ICursor`, `IFileSpans`, `IRevocable`, `ISink`,
  `IRoomyConsumer`
- wires: `INames`, `INode`, `IStreamProtocol`, `ISource`
- people: `IStreamView`, `IPlayer`, `IEvents`

Ranges are half-open everywhere: ``start`` is the first byte, ``stop`` the first one
past the end.  A method that returns a Deferred never raises what the Deferred could
carry, except where its docstring says "at once".  Every Deferred may be cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    from twisted.python.failure import Failure

    from p2pstream.content.addresses import Address
    from p2pstream.content.ranges import Ranges
    from p2pstream.content.sniff import Sniff
    from p2pstream.content.views import PlayerState, StreamSnapshot
    from p2pstream.content.wants import Want
    from p2pstream.limits import Limits

__all__ = [
    "IArriving",
    "ICursor",
    "IData",
    "IEvents",
    "IFile",
    "IFileSpans",
    "INames",
    "INode",
    "IPlayer",
    "IRevocable",
    "IRoomyConsumer",
    "ISink",
    "ISource",
    "IStreamProtocol",
    "IStreamView",
    "IWorkers",
]


class IWorkers(Interface):
    """A bounded pool of threads for what may block: disks and hashing."""

    def run(work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        """Run ``work(*args)`` off the reactor thread.

        Fires in the reactor thread with what it returned, or fails with what it
        raised.  Calls may run side by side and finish in any order.  Cancelling
        drops the result; work that has begun is not interrupted.
        """


class IFile(Interface):
    """Bytes that can be read and written at any offset, in a file or in memory.

    The methods may block: call them from an `IWorkers`.  They are safe to call
    from several threads at once.  Errors are `OSError`.
    """

    def pread(offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end."""

    def pwrite(offset: int, chunk: bytes | memoryview) -> None:
        """Write the whole of ``chunk`` at ``offset``."""

    def fileno() -> int | None:
        """The descriptor, for ``sendfile``; None where there is none."""

    def size() -> int:
        """How many bytes there are now."""

    def close() -> None:
        """Give the descriptor back; harmless when done twice."""


class IData(Interface):
    """Everything that can be read.

    A read is delivered to a Twisted `IConsumer` as a push producer.
    """

    length: int | None = Attribute(
        """How many bytes there are; None while nobody knows (live, or a classic
        transfer before its end)."""
    )
    seekable: bool = Attribute("""Whether a read may start anywhere but at 0.""")

    def read_to(consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """Deliver ``[start, stop)`` to ``consumer``; without ``stop``, to the end.

        Order of calls: ``consumer.registerProducer(p, True)``, any number of
        ``consumer.write(chunk)`` in order, ``consumer.unregisterProducer()`` exactly
        once, *then* the Deferred fires with the number of bytes delivered.

        The consumer may pause, resume or stop the producer inside
        ``registerProducer`` and inside ``write``.  While it is paused at most one
        chunk is held for it.  Pausing, resuming and stopping after the end are
        harmless.  Several reads may run at once.

        :raises ValueError: at once, for a range that cannot be: negative, reversed,
            or past a known length.
        :returns: fails with `errors.ReadStopped` after ``stopProducing`` or cancel,
            with `errors.RangeError` when a length that becomes known shows the range
            to be impossible, with `errors.Gone` when the bytes are no longer what
            they were, and with whatever broke the source.
        """


class ICursor(Interface):
    """One reader's position in an arriving stream; it steers what is fetched next."""

    def move(position: int) -> None:
        """The reader is now at this byte."""

    def close() -> None:
        """The reader is gone; harmless when done twice."""


class IArriving(IData):
    """An `IData` whose bytes are still coming: a read waits for what is not there."""

    have: Ranges = Attribute("""Which bytes are there; a snapshot, never changed.""")
    waiting_for: str = Attribute("""What readers wait for, in words; empty when nobody waits.""")
    complete: bool = Attribute("""Whether all bytes are there.""")

    def observe(changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` whenever ``have``, ``length`` or ``waiting_for`` changed.

        It may be called inside ``write`` and must not raise.  Returns what ends it.
        """

    def cursor(position: int, kind: str) -> ICursor:
        """Announce a reader: kind ``"read"`` (next byte wanted) or ``"play"`` (on screen)."""


class IFileSpans(Interface):
    """Data that lies in a file, for ``sendfile``."""

    def spans(start: int, stop: int) -> Sequence[tuple[int, int, int]]:
        """``(descriptor, offset, length)`` triples that together are ``[start, stop)``.

        Only complete or proven parts are given, so the triples may end before
        ``stop``.  The descriptors stay open as long as the data object does.
        """

    def check() -> None:
        """Raise `errors.Gone` if the file is not what it was when opened (one fstat)."""


class IRevocable(Interface):
    """Data that may be taken back while it is read: a shared file that changed or went."""

    def when_revoked() -> Deferred[Exception]:
        """Fires with what reads fail with from then on, `errors.Gone`; maybe never.

        Reads and checks find out themselves; whoever waits for a slow receiver between
        two of them has to be told.
        """


class ISink(IConsumer):
    """Everything that can be filled in order and is then finished or given up.

    Order of calls: ``registerProducer``, ``write`` …, ``unregisterProducer``, then
    ``finish`` or ``abort``, once.  ``write`` never blocks; a sink with more waiting
    than it may hold pauses its producer.
    """

    def finish() -> Deferred[None]:
        """All is here: make it durable and visible under its final name."""

    def abort(reason: Failure) -> Deferred[None]:
        """It will never be whole: leave nothing behind and tell whoever waits."""


class IRoomyConsumer(IConsumer):
    """A consumer that lends room, so that ``recv_into`` fills it without a copy.

    ``lend`` and ``filled`` stand for ``write``; the two ways may be mixed.
    """

    def lend() -> memoryview:
        """Room of at least one byte, valid until the next ``filled``."""

    def filled(count: int) -> None:
        """The first ``count`` bytes of what was lent are now part of the stream.

        May pause or stop the producer before it returns; zero is harmless.
        """


class INames(Interface):
    """The names that a node answers to.  Answers are immediate.

    `content.names.NameTable` has this shape without declaring it: it is pure.
    """

    def __contains__(name: str) -> bool:
        """Whether exactly this name is known."""

    def is_proper_prefix(name: str) -> bool:
        """Whether some other, longer known name begins with this one."""


class INode(Interface):
    """What a stream protocol is given of the process that it serves in.

    Two kinds exist: on a central ``lookup`` answers, on a peer ``open`` does.
    """

    role: str = Attribute(""""central", "peer" or "player".""")
    reactor: IReactorTime = Attribute(
        """The clock and the timers (monotonic); for dialling, the whole reactor."""
    )
    random: Random = Attribute("""Where chance comes from.""")
    limits: Limits = Attribute("""The bounds that hold here.""")
    names: INames = Attribute("""What ``lookup`` or ``open`` would find.""")
    events: IEvents = Attribute("""Who is told what happens.""")
    workers: IWorkers = Attribute("""Threads for what may block.""")

    def lookup(name: str) -> Sequence[Address]:
        """Who has this stream, best first; empty when nobody is known."""

    def open(name: str) -> Deferred[IData]:
        """Open the shared stream of that name for one reader.

        The reader calls ``close()`` on it when done.  Fails with `errors.NotShared`.
        What may be taken back meanwhile provides `IRevocable`.
        """


class IStreamProtocol(IPlugin):
    """A wire protocol.  Found by `twisted.plugin.getPlugins`; see docs/extending."""

    name: str = Attribute("""One lower-case word: "classic".""")
    version: str = Attribute("""The version of the wire format.""")
    fallback: bool = Attribute(
        """True for the one protocol that has no preface and takes what nobody knows."""
    )

    def sniff(prefix: bytes) -> Sniff:
        """Is a connection that starts so ours?  NO, MORE or YES.

        Called again with a longer prefix after MORE.  Pure and quick: it runs for
        every connection.
        """

    def server_factory(node: INode) -> IProtocolFactory:
        """A factory whose protocols serve one accepted connection each.

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
        `errors.NotFound`.
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


class IEvents(Interface):
    """Where a node tells what happens: logs, ``--json`` lines, metrics, pages."""

    def happened(event: str, **fields: Any) -> None:
        """``event`` is a name in `p2pstream.events.EVENTS`, the fields those listed there.

        Never raises and never blocks.
        """


class IStreamView(Interface):
    """What overlays, pages and progress bars may know of one stream being fetched."""

    def snapshot() -> StreamSnapshot:
        """How things stand now; cheap enough for every drawn frame."""


class IPlayer(Interface):
    """Shows one stream to a person.

    Order of calls: ``open`` once, ``play`` once, the rest at any time after
    ``open``, ``stop`` at any time and as often as one likes.
    """

    state: PlayerState = Attribute("""How the playing stands now; a value, never changed.""")

    def open(title: str) -> Deferred[None]:
        """Get ready (window, decoder) while the stream is still being looked for.

        :returns: fails with `errors.NoPlayer`, whose text says what is missing and
            how to install it.
        """

    def play(data: IData, view: IStreamView | None = None, start: float = 0.0) -> Deferred[PlayerState]:
        """Play from ``start`` seconds.

        Fires with the last state when the film ended or the viewer closed the
        window (``state.ended`` says which).  It fails with `errors.CannotPlay` when
        no picture and no sound could be made of the bytes, and with what ``data``
        failed with.
        """

    def pause(paused: bool) -> None:
        """Halt or go on."""

    def seek(seconds: float) -> None:
        """Go to this time, as soon as its bytes are there."""

    def when_closed() -> Deferred[None]:
        """Fires when the viewer closed the window, be it before anything was played.

        By then the window is gone and stopping has begun, as if ``stop`` had been called.
        """

    def stop() -> Deferred[None]:
        """End at once; fires when no thread and no window is left."""
