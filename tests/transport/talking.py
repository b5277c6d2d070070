"""A session with nothing but bytes in it, for the tests of wires."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure

from p2pstream.limits import LIMITS
from p2pstream.transport.wires.wire import Wire

__all__ = ["Lump", "TalkWire", "Talker"]


@dataclass(frozen=True)
class Lump:
    """A load."""

    header: bytes
    data: Any
    start: int
    stop: int


class Talker:
    """Says what it is told to, and keeps what it hears.

    :ivar rooms: lengths of the next rooms that are lent.
    :ivar log: what happened with loads, in order.
    :ivar faults: method names, and what they raise, once.
    """

    def __init__(self) -> None:
        self.woken: Callable[[], None] = lambda: None
        self.going = True
        self.over = False
        self.why = ""
        self.heard = bytearray()
        self.rooms: deque[int] = deque()
        self.loads: deque[Lump] = deque()
        self.log: list[tuple[str, Lump]] = []
        self.faults: dict[str, Exception] = {}
        self.deadline: float | None = None
        self.ticks: list[float] = []
        self.sent_at: list[float] = []
        self.gone: list[str] = []
        self.lent = 0
        self._queue = bytearray()
        self._room: memoryview | None = None

    def say(self, content: bytes) -> None:
        """Queue bytes."""
        self._queue += content
        self.woken()

    def load(self, *loads: Lump) -> None:
        """Queue loads."""
        self.loads.extend(loads)
        self.woken()

    def end(self, why: str = "enough", over: bool = False) -> None:
        """End."""
        self.going, self.over, self.why = False, over, why
        self.woken()

    #: See `WireSession`.
    runs = True

    @property
    def queued(self) -> int:
        """See `WireSession`."""
        return len(self._queue)

    def receive(self, chunk: bytes, now: float) -> list[Any]:
        """See `WireSession`."""
        self._trip("receive")
        while chunk:
            room = self.room()
            count = len(chunk) if room is None else min(len(chunk), len(room))
            if room is None:
                self.heard += chunk
            else:
                room[:count] = chunk[:count]
                self._fill(count)
            chunk = chunk[count:]
        return ["heard"]

    def room(self) -> memoryview | None:
        """See `WireSession`."""
        if self._room is None and self.rooms:
            self._whole = memoryview(bytearray(self.rooms.popleft()))
            self._room = self._whole
        return self._room

    def filled(self, count: int, now: float) -> list[Any]:
        """See `WireSession`."""
        self._trip("filled")
        self.lent += count
        self._fill(count)
        return ["filled"]

    def take(self, most: int, now: float) -> bytes:
        """See `WireSession`."""
        self._trip("take")
        if self.over:
            return b""
        taken = bytes(self._queue[:most])
        del self._queue[:most]
        return taken

    def pull(self, now: float) -> Lump | None:
        """See `WireSession`."""
        self._trip("pull")
        if not self.going or not self.loads:
            return None
        self.log.append(("pulled", self.loads[0]))
        return self.loads.popleft()

    def sent(self, load: Lump, now: float) -> None:
        """See `WireSession`."""
        self._trip("sent")
        self.log.append(("sent", load))
        self.sent_at.append(now)

    def tick(self, now: float) -> list[Any]:
        """See `WireSession`."""
        self._trip("tick")
        self.deadline = None
        self.ticks.append(now)
        return ["tick"]

    def next_deadline(self) -> float | None:
        """See `WireSession`."""
        return self.deadline

    def lost(self, why: str) -> list[Any]:
        """See `WireSession`."""
        self._trip("lost")
        self.going = False
        self.gone.append(why)
        return ["gone"]

    def fail(self) -> None:
        """See `WireSession`."""
        if self.going:
            self._queue += b"sorry"
            self.going, self.why = False, "it failed"

    def _fill(self, count: int) -> None:
        assert self._room is not None
        self._room = self._room[count:]
        if not self._room:
            self.heard += self._whole
            self._room = None

    def _trip(self, where: str) -> None:
        if where in self.faults:
            raise self.faults.pop(where)


class TalkWire(Wire):
    """A wire with a `Talker`; keeps what it is told.

    :ivar answers: what is sent when something is heard, one each time.
    """

    def __init__(self, limits: Any = LIMITS, **options: Any) -> None:
        super().__init__(limits, **options)
        self.talker = Talker()
        self.events: list[Any] = []
        self.answers: deque[Lump] = deque()
        self.endings: list[str] = []
        self.lost: list[type[BaseException] | None] = []
        self._waiting: list[Deferred[None]] = []

    def begin(self, woken: Callable[[], None]) -> Talker:
        """See `Wire.begin`."""
        self.talker.woken = woken
        return self.talker

    def happened(self, event: Any) -> None:
        """Keep it."""
        self.talker._trip("happened")
        self.events.append(event)
        if self.answers:
            self.talker.load(self.answers.popleft())

    def ended(self, why: str) -> None:
        """Keep it."""
        self.endings.append(why)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Keep why."""
        super().connectionLost(reason)
        self.lost.append(reason.type)
        for one in self._waiting:
            one.callback(None)

    def when_lost(self) -> Deferred[None]:
        """Fires when it is gone."""
        if self.lost:
            return succeed(None)
        self._waiting.append(Deferred())
        return self._waiting[-1]
