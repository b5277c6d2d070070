"""One direction of a simulated connection."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from p2pstream.testing.wires.memory import MemoryTransport

if TYPE_CHECKING:
    from p2pstream.testing.sim.host import Host
    from p2pstream.testing.sim.network import SimNetwork

__all__ = ["SimLane"]

#: As the real ones are told (`limits.unsent_bytes`): what waits in the kernel and is not on its way.
UNSENT = 98_304
#: What is on its way, or has come and was not taken.
WINDOW = 524_288
#: A segment, and how soon one that was lost is sent again where nothing behind it tells of it.
_SEGMENT = 1448
_RTO = 0.2
#: Seconds between two looks whether there is still a queue.
_BLINK = 1e-3


class SimLane:
    """Bytes on their way, in order, and then an end: what `MemoryTransport` knows of a wire.

    Of TCP it has what shows: a bounded buffer, a bounded window, loss that stalls all
    that is behind it, and silence where nothing comes through.
    """

    def __init__(self, network: SimNetwork, source: Host, target: Host) -> None:
        self._network = network
        self._clock = network.clock
        self.source = source
        self.target = target
        self.sender: MemoryTransport
        self.receiver: MemoryTransport
        self.name = f"{source.ip}>{target.ip}"
        self._unsent: deque[bytes] = deque()
        self._unsent_bytes = 0
        #: How much may wait in the kernel.
        self.most = UNSENT
        self._flight = 0
        #: When how many bytes are known to have been taken.
        self._acks: deque[tuple[float, int]] = deque()
        self._arrived: deque[bytes] = deque()
        #: What came to where the way is cut, since when.
        self._held: deque[bytes] = deque()
        self._held_since = 0.0
        self._last = 0.0
        self._waits_for_room = False
        #: Whether it is to be looked again soon whether something may be sent.
        self._tries = False
        self._broken = False
        self._over = False

    @property
    def lives(self) -> bool:
        """Whether anything may still come over it."""
        return not self._broken and (self.sender.connected or bool(self._held))

    @property
    def room(self) -> int:
        """See `memory.Direction`."""
        return max(0, self.most - self._unsent_bytes)

    @property
    def unread(self) -> bool:
        """See `memory.Direction`."""
        return bool(self._arrived) and bool(self._arrived[0])

    @property
    def pending(self) -> bool:
        """See `memory.Direction`."""
        return bool(self._arrived) and not self._over

    def put(self, chunk: bytes) -> None:
        """See `memory.Direction`."""
        self._unsent.append(chunk)
        self._unsent_bytes += len(chunk)
        self.source.uplink.offer(self)

    def take(self) -> bytes:
        """See `memory.Direction`."""
        taken = self._arrived.popleft()
        back = self._clock.seconds() + self.target.access.up.delay + self.source.access.down.delay
        self._acks.append((back, len(taken)))
        if self._waits_for_room:
            self._waits_for_room = False
            self._clock.callLater(back - self._clock.seconds(), self.source.uplink.offer, self)
        return taken

    def ended(self) -> bool:
        """See `memory.Direction`."""
        if self._over or not self._arrived or self._arrived[0]:
            return False
        self._over = True
        return True

    def discard(self) -> None:
        """See `memory.Direction`."""
        self._arrived.clear()

    def break_off(self) -> None:
        """See `memory.Direction`; where the way is cut, nobody is told."""
        self.lose()
        if not self._network.is_cut(self.source, self.target):
            self._clock.callLater(self._delay(), self.target.interrupt, self.receiver.reset)

    def lose(self) -> None:
        """All that is on it goes nowhere."""
        self._broken = True
        self._unsent.clear()
        self._held.clear()
        self._arrived.clear()
        self._unsent_bytes = 0

    def send(self, most: int, leaves_in: Callable[[int], float]) -> int:
        """See `gates.Talker`."""
        if not self._unsent or not self._has_window():
            return 0
        piece = self._unsent.popleft()
        if len(piece) > most:
            self._unsent.appendleft(piece[most:])
            piece = piece[:most]
        count = len(piece)
        self._unsent_bytes -= count
        self._flight += count
        lasts = leaves_in(count)
        waits = self.target.downlink.excess(count, lasts)
        self.target.downlink.expect(waits)
        self._last = max(self._last, self._clock.seconds() + lasts + self._delay() + self._stall(count))
        self._clock.callLater(self._last - self._clock.seconds(), self._left, piece, waits)
        if self._unsent_bytes < self.most // 2:
            self.sender.wake()
        # The end takes no room, but its turn.
        return count or 1

    def heal(self) -> None:
        """The way is open again: what was held comes when TCP tries next."""
        if self._held:
            now, attempt, wait = self._clock.seconds(), self._held_since, _RTO
            while attempt < now:
                attempt, wait = attempt + wait, 2 * wait
            self._clock.callLater(attempt - now, self._released)

    def _has_window(self) -> bool:
        now = self._clock.seconds()
        while self._acks and self._acks[0][0] <= now:
            self._flight -= self._acks.popleft()[1]
        if self._flight < WINDOW:
            pause = self.target.downlink.overdue_s()
            if pause:
                self._try_in(max(pause, _BLINK))
            return not pause
        if self._acks:
            self._try_in(self._acks[0][0] - now)
        else:
            self._waits_for_room = True
        return False

    def _try_in(self, seconds: float) -> None:
        if not self._tries:
            self._tries = True
            self._clock.callLater(seconds, self._try)

    def _try(self) -> None:
        self._tries = False
        self.source.uplink.offer(self)

    def _delay(self) -> float:
        up, down = self.source.access.up, self.target.access.down
        jitter = up.jitter + down.jitter
        return up.delay + down.delay + (self._network.random.random() * jitter if jitter else 0.0)

    def _stall(self, count: int) -> float:
        """How much later a piece comes because of segments that were lost."""
        if not self._hits(self.source.access.up.loss + self.target.access.down.loss, count):
            return 0.0
        round_trip = 2 * (self.source.access.up.delay + self.target.access.down.delay)
        # With enough behind it three acknowledgements tell of it; without, only time does.
        return round_trip if count > 3 * _SEGMENT else round_trip + _RTO

    def _hits(self, share: float, count: int) -> bool:
        """Whether what befalls a share of all segments befalls one of a piece."""
        return bool(share) and self._network.random.random() >= (1 - share) ** -(-count // _SEGMENT)

    def _left(self, piece: bytes, waits: float) -> None:
        self.target.downlink.expect(-waits)
        if self._hits(self.source.access.up.noise + self.target.access.down.noise, len(piece)):
            wrong = bytearray(piece)
            wrong[self._network.random.randrange(len(piece))] ^= 1 << self._network.random.randrange(8)
            piece = bytes(wrong)
        self._comes(piece)

    def _comes(self, piece: bytes) -> None:
        if self._held or self._network.is_cut(self.source, self.target):
            if not self._held:
                self._held_since = self._clock.seconds()
            self._held.append(piece)
        elif self.target.is_on and not self._broken:
            self.target.downlink.admit(len(piece), lambda: self._arrive(piece))

    def _released(self) -> None:
        if self._network.is_cut(self.source, self.target):
            return
        held, self._held = self._held, deque()
        for piece in held:
            self._comes(piece)

    def _arrive(self, piece: bytes) -> None:
        if self._broken or not self.target.is_on:
            return
        self._network.trace.arrived(self.name, len(piece))
        if self.receiver.connected:
            self._arrived.append(piece)
            self.receiver.wake()
        elif piece and not self._network.is_cut(self.target, self.source):
            # Nobody knows of this connection here, and says so.
            self._clock.callLater(self._delay(), self.source.interrupt, self.sender.reset)
