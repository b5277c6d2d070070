"""What a session must have that is to drive a `wire.Wire`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

__all__ = ["Load", "WireSession"]


class Load(Protocol):
    """What leaves in one piece: bytes, and then ``[start, stop)`` of some `IData`."""

    @property
    def header(self) -> bytes:
        """What goes before."""

    @property
    def data(self) -> Any:
        """An `IData`; by ``sendfile`` if it is an `IFileSpans`, too."""

    @property
    def start(self) -> int:
        """Its first byte that goes."""

    @property
    def stop(self) -> int:
        """The one after the last."""


class WireSession(Protocol):
    """What a session has that can drive a wire; lists hold events.  ``now`` is monotonic seconds."""

    #: Set by `wire.Wire.begin`: called when there may be something to send, or an end.
    woken: Callable[[], None]
    #: Whether `pull` may give anything; it is not asked where it may not.
    runs: bool

    @property
    def going(self) -> bool:
        """Whether it is not ending."""

    @property
    def over(self) -> bool:
        """Whether it has ended without a word more; the wire is reset then."""

    @property
    def why(self) -> str:
        """Why it ends; empty while it does not."""

    @property
    def queued(self) -> int:
        """Bytes that `take` would give."""

    def receive(self, chunk: bytes, now: float) -> list[Any]:
        """Bytes came."""

    def room(self) -> memoryview | None:
        """Where the next bytes may be put; None: they are to be received."""

    def filled(self, count: int, now: float) -> list[Any]:
        """Bytes were put into `room`."""

    def take(self, most: int, now: float) -> bytes:
        """What is to be sent before anything that is pulled."""

    def pull(self, now: float) -> Load | None:
        """What is to be sent when nothing else is."""

    def sent(self, load: Any, now: float) -> None:
        """All of a load is with the kernel."""

    def tick(self, now: float) -> list[Any]:
        """Time has passed."""

    def next_deadline(self) -> float | None:
        """When `tick` has something to do."""

    def lost(self, why: str) -> list[Any]:
        """It is of no more use; harmless when told twice."""

    def fail(self) -> None:
        """One of its methods raised; it ends."""
