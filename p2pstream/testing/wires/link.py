"""Two transports joined in memory, which really push back.

What one end writes waits in its buffer until there is room on the wire; the wire holds
`MemoryLink.capacity` bytes until the other end takes them, and that takes none while it
is paused.  So a producer that is not paused when it should be, and a consumer that does
not pause when it should, are seen, which `twisted.test.iosim` cannot show.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from enum import Enum, auto

from twisted.internet.interfaces import IProtocol, IReactorTime

from p2pstream.testing.wires.memory import MemoryTransport

__all__ = ["MemoryLink"]


class LaneEnd(Enum):
    """How the bytes of a wire end."""

    NOT_YET = auto()
    ARRIVED = auto()
    TOLD = auto()


class Lane:
    """One direction: bytes on their way, in order, and then an end."""

    def __init__(self, link: MemoryLink) -> None:
        self._link = link
        self._moving: deque[bytes] = deque()
        self._arrived = bytearray()
        self._held = 0
        self._end = LaneEnd.NOT_YET
        self.sender: MemoryTransport
        self.receiver: MemoryTransport

    @property
    def room(self) -> int:
        """How many bytes more it takes now."""
        return max(0, self._link.capacity - self._held)

    @property
    def unread(self) -> bool:
        """Whether bytes arrived that nobody took."""
        return bool(self._arrived)

    @property
    def pending(self) -> bool:
        """See `memory.Direction`."""
        return bool(self._arrived) or self._end is LaneEnd.ARRIVED

    def put(self, chunk: bytes) -> None:
        """Send a chunk; an empty one is the end."""
        self._moving.append(chunk)
        self._held += len(chunk)
        self._link.clock.callLater(self._link.delay, self._arrive)

    def take(self) -> bytes:
        """The next segment of what arrived; makes room for the sender."""
        most = self._link.next_segment()
        taken = bytes(self._arrived[:most])
        del self._arrived[:most]
        self._held -= len(taken)
        self.sender.wake()
        return taken

    def ended(self) -> bool:
        """Whether the end arrived; true once."""
        arrived = self._end is LaneEnd.ARRIVED
        if arrived:
            self._end = LaneEnd.TOLD
        return arrived

    def discard(self) -> None:
        """What arrived is of no use any more."""
        self._held -= len(self._arrived)
        self._arrived.clear()

    def break_off(self) -> None:
        """Lose all that is on it, and tell the receiver that no more will come."""
        self.discard()
        self._moving.clear()
        self._link.clock.callLater(self._link.delay, self.receiver.reset)

    def _arrive(self) -> None:
        if not self._moving:
            return
        chunk = self._moving.popleft()
        if not self.receiver.connected:
            if chunk:
                self.sender.reset()
            return
        self._arrived += chunk
        if not chunk:
            self._end = LaneEnd.ARRIVED
        self.receiver.wake()


class MemoryLink:
    """Two transports, `client` and `server`; nothing moves before `connect`.

    :param clock: what everything happens on: a `HeapClock`, or a reactor.
    :ivar capacity: how many bytes each direction holds.
    :ivar delay: seconds from one end to the other.
    :ivar segment: the most bytes of one ``dataReceived``.
    :param segments: the sizes of the first segments, before `segment` counts: a stream
        can so be cut anywhere.
    :param hosts: the addresses that the ends give themselves.
    """

    def __init__(
        self,
        clock: IReactorTime,
        capacity: int = 65_536,
        delay: float = 0.0,
        segment: int = 65_536,
        segments: Iterable[int] = (),
        hosts: tuple[str, str] = ("127.0.0.1", "127.0.0.2"),
    ) -> None:
        self.clock = clock
        self.capacity = capacity
        self.delay = delay
        self.segment = segment
        self._segments: Iterator[int] = iter(segments)
        there, back = Lane(self), Lane(self)
        self.client = MemoryTransport(clock, there, back, hosts[0], hosts[1])
        self.server = MemoryTransport(clock, back, there, hosts[1], hosts[0])
        there.sender = back.receiver = self.client
        there.receiver = back.sender = self.server

    def connect(self, client: IProtocol, server: IProtocol) -> None:
        """Give each end its protocol, and tell both that they are connected."""
        self.client.protocol = client
        self.server.protocol = server
        server.makeConnection(self.server)
        client.makeConnection(self.client)

    def next_segment(self) -> int:
        """How many bytes the next ``dataReceived`` gets at most."""
        return max(1, next(self._segments, self.segment))
