"""Two native sessions joined without a link: what the link would do, and nothing of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.errors import Gone
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.link.family import Bulk, Frame, Opposite
from p2pstream.protocols.native import events as told
from p2pstream.protocols.native.messages import CEILINGS, DATA, Message, decode
from p2pstream.protocols.native.session import NativeSession
from p2pstream.testing.bytes.patterns import pattern

UNIT = 65536


def key_of(units: int, tail: int = UNIT) -> FileKey:
    """A key of a stream of so many units, the last of them ``tail`` bytes long."""
    return FileKey(bytes(range(1, 33)), (units - 1) * UNIT + tail)


class Bytes:
    """A stream whose bytes are a pattern; it is gone when told so."""

    def __init__(self) -> None:
        self.gone = False

    def check(self) -> None:
        """As `IFileSpans.check`."""
        if self.gone:
            raise Gone("the file changed")


class Line:
    """A `link.family.Line` that keeps what is sent."""

    def __init__(self, dialled: bool) -> None:
        self.dialled = dialled
        self.opposite: Opposite | None = None
        self.frames: deque[Frame | Callable[[], None]] = deque()
        #: What else is said to wait, for tests of being busy.
        self.more_queued = 0
        self.woken = 0

    @property
    def queued(self) -> int:
        """Bytes that wait."""
        waiting = (len(frame.body) + 6 for frame in self.frames if isinstance(frame, Frame))
        return self.more_queued + sum(waiting)

    def send(self, frame: Frame) -> None:
        """Keep it."""
        assert len(frame.body) <= CEILINGS[frame.type], frame
        self.frames.append(frame)

    def wake(self) -> None:
        """Whoever drives it looks anyway; only counted."""
        self.woken += 1

    def ping(self, answered: Callable[[], None]) -> None:
        """Answered when what was sent before it was read."""
        self.frames.append(answered)

    def close(self, code: int, why: str) -> None:
        """No family of ours does it."""
        raise AssertionError(why)

    def said(self) -> list[tuple[int, Message]]:
        """All that waits, as messages with their channels; it is taken out."""
        frames, self.frames = list(self.frames), deque()
        return [
            (frame.channel, decode(frame.type, frame.body)) for frame in frames if isinstance(frame, Frame)
        ]


@dataclass
class End:
    """One session with its line, its room, and all that it told."""

    dialled: bool
    limits: Limits = LIMITS
    most_units: int = LIMITS.native_units
    lends: bool = True
    events: list[told.Event] = field(default_factory=list)
    #: Whether the other end may have been granted more than it is now.
    lowered: bool = False

    def __post_init__(self) -> None:
        self.line = Line(self.dialled)
        self.session = NativeSession(self.lend, self.limits)
        self.session.attach(self.line, 0.0)
        self.events += self.session.greeted(Opposite(bytes(32), most_units=self.most_units), 0.0)
        self.keys: dict[int, FileKey] = {}

    def lend(self, channel: int, first: int, count: int) -> memoryview | None:
        """Room, if it lends any."""
        key = self.keys[channel]
        length = min((first + count) * UNIT, key.length) - first * UNIT
        return memoryview(bytearray(length)) if self.lends else None

    def take(self) -> list[told.Event]:
        """What it told since the last time."""
        events, self.events = self.events, []
        return events

    def hear(self, message: Message, channel: int = 1, now: float = 0.0) -> list[Any]:
        """The other end says something."""
        events = self.session.received(Frame(message.type, channel, message.pack()), now)
        self.events += events
        return events

    def said(self) -> list[Message]:
        """What it sent, without the channels."""
        return [message for _, message in self.line.said()]

    def fill(self, channel: int, head: bytes, content: bytes, now: float = 0.0) -> None:
        """A frame of bytes comes."""
        room = self.session.begin(DATA, channel, head, len(content), now)
        if room is not None:
            room[:] = content
        self.events += self.session.filled(now)


class Pair:
    """A dialler and an acceptor, and a time that the tests move."""

    def __init__(self, **options: Any) -> None:
        self.near, self.far = End(True, **options), End(False, **options)
        self.now = 0.0
        #: All frames of bytes that went: channel, first unit, number.
        self.runs: list[tuple[int, int, int]] = []

    def open(self, key: FileKey, units: Ranges | None = None, offer: told.ChannelOffer | None = None) -> int:
        """A channel that is open on both ends; the far one has all units, or these."""
        number = self.near.session.open(key, offer)
        for end in (self.near, self.far):
            end.keys[number] = key
        self.move()
        have = Ranges([(0, key.units)]) if units is None else units
        self.far.events += self.far.session.serve(number, told.ChannelOffer(Bytes(), have), self.now)
        self.move()
        return number

    def move(self) -> None:
        """Carry frames both ways until none is left; bytes last."""
        while self._carry(self.near, self.far) | self._carry(self.far, self.near):
            pass

    def _carry(self, sender: End, receiver: End) -> bool:
        busy = bool(sender.line.frames)
        while sender.line.frames:
            self.deliver(sender, receiver)
        bulk = sender.session.pull(self.now)
        while sender.line.frames:
            self.deliver(sender, receiver)
        if bulk is not None:
            self.send(sender, receiver, bulk)
        sender.events += sender.session.tick(self.now)
        return busy or bulk is not None

    def deliver(self, sender: End, receiver: End) -> None:
        """The next frame arrives."""
        frame = sender.line.frames.popleft()
        if isinstance(frame, Frame):
            receiver.events += receiver.session.received(frame, self.now)
        else:
            frame()

    def send(self, sender: End, receiver: End, bulk: Bulk) -> None:
        """A run arrives."""
        self.runs.append((bulk.channel, bulk.start // UNIT, -(-(bulk.stop - bulk.start) // UNIT)))
        sender.session.sent(bulk, self.now)
        receiver.fill(bulk.channel, bulk.head, pattern(bulk.start, bulk.stop), self.now)
