"""Seams of people: what is told, and what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from p2pstream.content.views import PlayerState, StreamSnapshot
    from p2pstream.interfaces.bytes import IData

__all__ = [
    "IEvents",
    "IPlayer",
    "IStreamView",
]


class IEvents(Interface):
    """Where a node tells what happens: logs, ``--json`` lines, metrics, pages."""

    def happened(event: str, **fields: Any) -> None:
        """``event`` is a name in `p2pstream.events.EVENTS`, the fields those listed there.

        Never raises and never blocks.  Strangers can make the same thing happen at any rate:
        whoever keeps what is told says how much of it.
        """


class IStreamView(Interface):
    """What overlays, pages and progress bars may know of one stream being fetched."""

    def snapshot() -> StreamSnapshot:
        """How things stand now, as a value; cheap enough for every drawn frame.

        Who asks changes nothing, and may ask when nothing is fetched any more: then it is how things
        stood at the end.
        """


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

    def beside(content: bytes) -> None:
        """What belongs to the film came (`content.side.packfile`), a stranger's: seek pictures, subtitles.

        A player may do without; what is none is dropped.
        """

    def when_closed() -> Deferred[None]:
        """Fires when the viewer closed the window, be it before anything was played.

        By then the window is gone and stopping has begun, as if ``stop`` had been called.
        """

    def stop() -> Deferred[None]:
        """End at once; fires when no thread and no window is left."""
