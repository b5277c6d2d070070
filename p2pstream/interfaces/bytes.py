"""Seams of bytes: what can be read, what can be filled, and who does what may block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IConsumer
from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from p2pstream.content.ranges import Ranges

__all__ = [
    "IArriving",
    "ICursor",
    "IData",
    "IFile",
    "IFileSpans",
    "IHeldSpans",
    "IOpened",
    "IRevocable",
    "IRoomyConsumer",
    "ISink",
    "IVersioned",
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


class IOpened(IData):
    """Data that was opened for one reader, who says when it is not read any more."""

    def close() -> None:
        """The reader is done with it: what it took can be given back; harmless when done twice.

        Afterwards nothing is read from it; a read under way may fail.
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
    complete: bool = Attribute("""Whether all bytes are there.""")

    def observe(changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` whenever ``have`` or ``length`` changed.

        It may be called inside ``write`` and must not raise.  Returns what ends it.
        """

    def cursor(position: int, kind: str) -> ICursor:
        """Announce a reader: kind ``"read"`` (next byte wanted) or ``"play"`` (on screen)."""


class IFileSpans(Interface):
    """Data that lies in a file, for ``sendfile``.

    Order of calls: `spans`, then `check` before each piece that is sent of them.  Neither calls
    anybody back, and both may be called while reads are under way, and inside of them.
    """

    def spans(start: int, stop: int) -> Sequence[tuple[int, int, int]]:
        """``(descriptor, offset, length)`` triples that together are ``[start, stop)``.

        Only complete or proven parts are given, so the triples may end before
        ``stop``, and there may be none; none is empty.  The descriptors stay open as long as
        the data object does.

        :raises ValueError: at once, for a range that cannot be, as `IData.read_to`.
        """

    def check() -> None:
        """Raise `errors.Gone` if the file is not what it was when opened (one fstat)."""


class IHeldSpans(IFileSpans):
    """The same, where what is in the file may be given up.

    Order of calls: `hold` before `spans`, or in the same breath; what it returned when the last byte
    was sent, or will not be.
    """

    def hold(start: int, stop: int) -> Callable[[], None]:
        """Keep these bytes where `spans` says that they are, until what is returned is called.

        For whoever sends from the descriptor: the room of bytes that are given up may
        be taken back as soon as nobody holds them, inside that call.  It is harmless when called
        twice; any number may hold the same bytes.
        """


class IRevocable(Interface):
    """Data that may be taken back while it is read: a shared file that changed or went."""

    def when_revoked() -> Deferred[Exception]:
        """Fires with what reads fail with from then on, `errors.Gone`; maybe never, at once if it was.

        Reads and checks find out themselves; whoever waits for a slow receiver between
        two of them has to be told.  Each who asks has a Deferred of its own, which may be cancelled
        and never fails otherwise; who is told may ask again, and close the data, inside of that.
        """


class IVersioned(Interface):
    """Data that is known from what stands, or stood, under the same name at other times."""

    version: str = Attribute(
        """Other bytes, another version: of 1 to 80 ASCII letters, digits, ``-``, ``:`` and ``.``."""
    )


class ISink(IConsumer):
    """Everything that can be filled in order and is then finished or given up.

    Order of calls: ``registerProducer``, ``write`` …, ``unregisterProducer``, then
    ``finish`` or ``abort``, once.  ``write`` never blocks; a sink with more waiting
    than it may hold pauses its producer.
    """

    def finish() -> Deferred[None]:
        """All is here: make it durable and visible under its final name.

        Not to be cancelled: `abort` gives it up.

        :returns: fails with why not: `errors.StorageError` when the disk refuses, or what ended it before.
        """

    def abort(reason: Failure) -> Deferred[None]:
        """It will never be whole: leave nothing behind and tell whoever waits.

        :returns: fires when nothing is left of it; fails with `errors.StorageError` when the disk refuses.
        """


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
