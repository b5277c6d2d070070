"""Seams of proof: streams that have a key, where they are kept, and who sends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from zope.interface import Attribute, Interface

from p2pstream.interfaces.bytes import IArriving, IFileSpans, IHeldSpans, IOpened
from p2pstream.interfaces.wires import ISource

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from p2pstream.content.keys import FileKey
    from p2pstream.content.ranges import Ranges

__all__ = [
    "IHasher",
    "IHeldStream",
    "IStore",
    "IStoredStream",
    "IStream",
    "IUnitListener",
    "IUnitSource",
]


class IHasher(Interface):
    """Hashes runs of units off the reactor thread, and lends the memory that they arrive in.

    One seam, for what hashes in another process must have the bytes in memory that both
    see.  For each run: `lend`, fill it, `unit_hashes`, `give_back`.
    """

    def expect(length: int) -> None:
        """So many bytes are to come: what takes time to start may be started soon; harmless at any time."""

    def lend(length: int) -> memoryview:
        """Memory of exactly ``length`` bytes, with whatever is in it; at once."""

    def give_back(run: memoryview) -> None:
        """The same object, which nobody uses any more; it is lent again."""

    def unit_hashes(run: memoryview, unit_layer: int, use: Callable[[bytes], Any]) -> Deferred[Any]:
        """What ``use`` makes of the hashes of consecutive units, as `content.hashes.hash_nodes.unit_hashes`.

        ``use`` is called in a worker and may block: where threads hash it is in the same
        work, so that nothing waits for the reactor between the two.  ``run``, lent or not,
        must not change until it fires; it need not be the whole of what was lent.  Any
        number may be asked for at once; cancelling drops the result.

        :returns: fails with what ``use`` raises.
        """

    def close() -> Deferred[None]:
        """Hash nothing more; fires when nothing of it is left running.  To be called once."""


class IStream(IOpened, IFileSpans):
    """A stream with a key: bytes, and the hashes that prove them.

    Of a shared file all units are here; of a stored stream those that arrived.
    """

    key: FileKey = Attribute("""What identifies the bytes.""")
    units: Ranges = Attribute("""The numbers of the units that are here and proven; a value.""")

    def hashes(layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        """Nodes ``[first, first + count)`` of a layer, and ``uncles`` hashes that prove them.

        Both are 32 bytes a hash, one after the other; of the nodes those that exist
        (`content.hashes.merkle`), of the uncles all, pads included, bottom up.

        :returns: fails with `errors.Unproven` where not all of it is known here.
        """

    def watch(changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` whenever ``units`` changed; it must not raise.  Returns what ends it."""


class IStoredStream(IStream, IArriving, IHeldSpans):
    """A stream in a store.  Nothing gets in that is not proven."""

    cursors: Any = Attribute("""Where its readers are, as `data.cursors.Cursors` tells it.""")
    hasher: IHasher = Attribute("""What proves units; a run that it lent is proven fastest.""")
    wanted: Ranges = Attribute(
        """The numbers of the units that there is room for, and that may be fetched now; a value.

        All of them, or, where the store has no room for all, those from the readers on; but not those
        that are found to be on the disk, and are being looked at.
        It moves with the readers; what was passed is given up, which is told as in `watch`.
        Who reads to the end, as ``read_to`` without a ``stop``, is a reader as a cursor is."""
    )

    def fill() -> Callable[[Failure | None], None]:
        """Somebody begins to put in what is missing; what is returned ends that, with why if it gave up.

        When the last of those who fill it gave up, readers still get what is here, and that
        failure where it ends, until somebody begins anew.
        """

    def put_hashes(layer: int, first: int, nodes: bytes, uncles: bytes) -> bool:
        """Take a page of hashes, if it reaches what is proven already and agrees with it.

        All or nothing.  Quick: a page has at most 512 nodes.

        :returns: whether it was taken, or was known before.
        :raises BadProof: it reaches a proven node and disagrees: its sender lies.
        """

    def put_units(first: int, run: memoryview) -> Deferred[Sequence[bool]]:
        """Prove and write consecutive units; ``run`` must not change until it fires.

        Each unit stands for itself: those that are proven are kept.

        :returns: for each unit whether it was what its hash says; fails with
            `errors.Unproven` when the hash of one is not known, with
            `errors.StorageError` when the disk refuses.
        """

    def needs(first: int, count: int, most: int = 64) -> tuple[int, int, int, int] | None:
        """``(layer, first, count, uncles)`` of the page that proves the first unit that needs it.

        None when the hashes of all ``count`` units are proven.  The page is aligned, has
        ``most`` nodes (fewer where the layer ends), and as many uncles as lead to a
        proven node.  ``most`` is a power of two, up to `Limits.page_hashes`; left out,
        `Limits.first_page_hashes`.
        """


class IHeldStream(IStoredStream):
    """The same as one of its users has it, who closes it for themselves alone."""

    def again() -> IHeldStream:
        """For one user more, also after it was released; not after all have closed it."""


class IStore(Interface):
    """Streams by key, on a disk, whole or in part; what is here has been proven."""

    def open(key: FileKey, pinned: bool = False) -> Deferred[IHeldStream]:
        """The stream, as far as it is here; made if it is not.

        All who open a key have the same bytes, readers and units before them.  Each closes
        what was opened for it, and takes nobody else's away.

        :param pinned: until all who opened it have closed it nothing of it is given up, and
            it counts in no quota: the user wants all of it.
        :returns: fails with `errors.StorageError`.
        """

    def release(key: FileKey, path: str, replace: bool = True) -> Deferred[None]:
        """Move a complete stream out of the store, to ``path``; durable when it fires.

        Who has it open reads on, and gives it to others until the user changes it.

        :param replace: whether it may take the place of a file that is there.
        """

    def ready() -> Deferred[None]:
        """Fires when it is known what is here, and came from other programs; till then `keys` may tell less.

        :returns: fails with `errors.StorageError`.
        """

    def keys() -> Sequence[FileKey]:
        """All streams that are here, whole or in part."""

    def close() -> Deferred[None]:
        """Make everything durable, and end; streams that are open end with it.

        Fires when nothing of it is left running, also where the disk refuses: what was not durable
        is fetched again by whoever opens it next.  Opening fails with `errors.SessionError` from now on.
        """


class IUnitListener(Interface):
    """Who is told what a source sends.  The methods must not raise and must not block.

    Order of calls, after `IUnitSource.listen`: for each run `lend`, then `arrived` or `dropped`, unless
    it lent nothing; runs of several sources, and of one, may overlap.  `refused` and `changed` may come
    at any time, `lost` is the last.  Each may ask, cancel and close sources before it returns; then it
    may be called again inside of that, but for the run that it is told of.
    """

    def lend(source: IUnitSource, first: int, count: int) -> memoryview | None:
        """Room for a run of units that begins to arrive; None: drop it.

        Exactly as long as the units are.  It is the source's until `arrived` or `dropped`.
        """

    def arrived(source: IUnitSource, first: int, count: int, run: memoryview) -> None:
        """The run that room was lent for is complete, and not proven yet."""

    def dropped(source: IUnitSource, first: int, count: int, run: memoryview) -> None:
        """The run that room was lent for will not be completed: the connection broke."""

    def refused(source: IUnitSource, first: int, count: int, code: int) -> None:
        """These units, which were asked for, will not come; ``code`` as on the wire."""

    def changed(source: IUnitSource) -> None:
        """What it has, or how much may be asked of it, changed."""

    def lost(source: IUnitSource, reason: Failure) -> None:
        """It is gone, and everything that was asked of it."""


class IUnitSource(ISource):
    """A source that is asked for units of one stream, and for their proofs.

    Every unit asked for is answered exactly once: by `IUnitListener.arrived` or
    `refused`; or all of them by `lost`.
    """

    key: FileKey = Attribute("""What it is a source of.""")
    units: Ranges = Attribute("""The numbers of the units that it says it has; a value.""")
    elsewhere: Ranges = Attribute("""Those that it says it gives to others, who will have them.""")
    room: int = Attribute("""How many units may be asked for now.""")

    def listen(listener: IUnitListener) -> None:
        """Tell ``listener`` from now on; to be called once, before anything is asked."""

    def ask(first: int, count: int, urgency: int = 2, deadline_ms: int | None = None) -> None:
        """Ask for units; ``urgency`` 0 is now, 3 is whenever.

        :raises ValueError: more than ``room``, or than it has, or a unit that is asked already.
        """

    def want(rate: int, unit: int) -> None:
        """Say that somebody watches: how fast, in bytes a second, and which unit is on screen.

        It helps whoever is asked to send first what is needed first, and binds nobody.

        :param rate: 0: nobody watches, or nothing is known of it.
        """

    def cancel(first: int, count: int) -> None:
        """These units are not wanted any more; each is still answered, perhaps by a refusal."""

    def ask_hashes(layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        """As `IStream.hashes`; fails with `errors.Refused`, or with `errors.SourceLost`."""

    def spoilt(first: int, reason: str) -> None:
        """A unit or a page of it was proven wrong: tell it, and hang up.

        After this, and after ``close``, the listener is told `IUnitListener.lost` and nothing more.
        """
