"""What happened in a run, as one hash: two runs that have the same are the same."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from zope.interface import implementer

from p2pstream.events import EVENTS
from p2pstream.interfaces import IEvents
from p2pstream.testing.clock import HeapClock

__all__ = ["HostEvents", "Trace"]


class Trace:
    """Takes note of every piece that arrived and every event of every host.

    Not of bytes: keys and signatures are new in each run, and change nothing but themselves.

    :ivar pieces: how many arrived.
    """

    def __init__(self, clock: HeapClock) -> None:
        self._clock = clock
        self._hash = blake2b(digest_size=8)
        self.pieces = 0

    @property
    def digest(self) -> str:
        """16 hexadecimal digits."""
        return self._hash.hexdigest()

    def arrived(self, way: str, count: int) -> None:
        """Bytes went all of their way."""
        self.pieces += 1
        self.note(f"{way} {count}")

    def note(self, what: str) -> None:
        """Anything that belongs to the run."""
        self._hash.update(f"{self._clock.seconds():.9f} {what}\n".encode())


@implementer(IEvents)
class HostEvents:
    """What one host told.

    :ivar heard: when, what, and its fields; in order.
    """

    def __init__(self, clock: HeapClock, trace: Trace, host: str) -> None:
        self._clock = clock
        self._trace = trace
        self._host = host
        self.heard: list[tuple[float, str, dict[str, Any]]] = []

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents`; an unknown event or field is an `AssertionError`."""
        assert set(fields) == set(EVENTS[event].fields), (event, fields)
        self._trace.note(f"{self._host} {event} {fields.get('address', '')}")
        self.heard.append((self._clock.seconds(), event, fields))

    def named(self, event: str) -> list[dict[str, Any]]:
        """The fields of every event of that name, in order."""
        return [fields for _, name, fields in self.heard if name == event]
