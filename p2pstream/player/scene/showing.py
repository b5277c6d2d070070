"""Everything that is shown over the film at one moment, in one value.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

from p2pstream.content.views import LiveState
from p2pstream.player.scene.shapes import SheetPart
from p2pstream.values import value

__all__ = ["Showing"]


@value
class Showing:
    """Everything that the overlay shows."""

    title: str = ""
    position: float = 0.0
    #: Seconds in all; 0 while unknown, and then there is no bar to seek on.
    duration: float = 0.0
    #: Parts of the film that are there, as fractions of it.
    buffered: Sequence[tuple[float, float]] = ()
    paused: bool = False
    volume: int = 100
    muted: bool = False
    speed: float = 1.0
    #: Bytes a second from the network, and who sends them.
    byte_rate: float = 0.0
    source: str = ""
    #: What is being done, and how many percent of it, while nothing moves; else None.
    doing: str = "Buffering"
    buffering: int | None = None
    #: One line more about it: what is waited for.
    detail: str = ""
    #: What a key just did, and what is to be known for as long as it is so.
    message: str = ""
    notice: str = ""
    #: Whether the controls are out, and the help.
    controls: bool = True
    help: bool = False
    #: Where the pointer is on the bar, as a fraction; None when it is not.
    pointed: float | None = None
    #: The picture of that moment, if there is one.
    tile: SheetPart | None = None
    dragging: bool = False
    #: Where in a broadcast it is; None for what is none, or is over.
    live: LiveState | None = None
    #: Whether the film has no pictures.
    sound_only: bool = False
