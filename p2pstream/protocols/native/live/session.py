"""One end of the family about broadcasts, without a socket, a file or a clock.  Pure.

Both ends are alike: each opens channels, each about one broadcast, and on each both tell,
push and ask.  What is to be done with it comes as `events`; what the other end does wrong as
`PeerError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from p2pstream.codes import Code
from p2pstream.content.keys import LiveKey
from p2pstream.content.units import LEAF
from p2pstream.errors import PeerError, SessionError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.link.family import Bulk, Frame, Line, Opposite
from p2pstream.protocols.native.bodies.body import Message, impossible
from p2pstream.protocols.native.live.channel import LiveChannel, Stage
from p2pstream.protocols.native.live.events import (
    LeafCame,
    LiveEvent,
    LiveSaid,
    TunedIn,
    TunedOut,
    Tuning,
)
from p2pstream.protocols.native.live.messages import (
    CEILINGS,
    LEAF_HEAD,
    LEAF_TYPE,
    AskLeaf,
    NoLeaf,
    Tuned,
    TuneIn,
    TuneOut,
    decode,
)

__all__ = ["LiveSession"]

#: A leaf to be sent: an `interfaces.IData` of just its bytes, or None where it is not here.
Fetch = Callable[[LiveKey, int], Any]


class LiveSession:
    """A `link.family.Family`; channels are called by their numbers.

    :param fetch: the bytes of a leaf that is sent now, by the broadcast and its number.
    """

    name: ClassVar[str] = "live"
    ceilings: ClassVar[Mapping[int, int]] = CEILINGS
    heads: ClassVar[Mapping[int, int]] = {LEAF_TYPE: LEAF_HEAD.size}

    def __init__(self, fetch: Fetch, limits: Limits = LIMITS) -> None:
        self._fetch = fetch
        self._limits = limits
        self._channels: dict[int, LiveChannel] = {}
        self._events: list[LiveEvent] = []
        self._arriving: tuple[LiveChannel, int, bytearray] | None = None
        self._turn = 0
        self._line: Any = None

    # As the link calls it: see `Family`.

    def attach(self, line: Line, now: float) -> None:
        """See `Family`."""
        self._line = line

    def greeted(self, opposite: Opposite, now: float) -> list[Any]:
        """See `Family`."""
        return self._take_events()

    def received(self, frame: Frame, now: float) -> list[Any]:
        """See `Family`."""
        said = decode(frame.type, frame.body)
        if isinstance(said, TuneIn):
            self._opened_there(frame.channel, said, now)
        else:
            channel = self._channels.get(frame.channel)
            if channel is None:
                raise impossible(f"channel {frame.channel} is not open")
            self._hear(channel, said, now)
        return self._take_events()

    def begin(self, type: int, channel: int, head: bytes, length: int, now: float) -> memoryview | None:
        """See `Family`."""
        (number,) = LEAF_HEAD.unpack(head)
        there = self._channels.get(channel)
        self._arriving = None
        if there is not None and there.stage is Stage.ENDING:
            return None
        if there is None or there.stage is not Stage.OPEN or not there.may_come(number, now):
            raise PeerError(f"leaf {number} was sent; nobody asked for it", Code.UNSOLICITED)
        if not 1 <= length <= LEAF:
            raise impossible(f"a leaf cannot be {length} bytes")
        room = bytearray(length)
        self._arriving = there, number, room
        return memoryview(room)

    def filled(self, now: float) -> list[Any]:
        """See `Family`."""
        if self._arriving is not None:
            channel, number, room = self._arriving
            self._arriving = None
            if channel.stage is Stage.OPEN:
                channel.received += len(room)
                channel.came(number)
                self._events.append(LeafCame(channel.number, number, bytes(room)))
        return self._take_events()

    def rank(self, now: float) -> int:
        """See `Family`: what is live is urgent."""
        return 1 if any(channel.queue for channel in self._channels.values()) else 0

    def pull(self, now: float) -> Bulk | None:
        """See `Family`: the channels take turns."""
        waiting = [channel for channel in self._channels.values() if channel.queue]
        for at in range(len(waiting)):
            channel = waiting[(self._turn + at) % len(waiting)]
            while (found := channel.queue.next(now)) is not None:
                bulk = self._bulk(channel, *found, now)
                if bulk is not None:
                    self._turn += at + 1
                    return bulk
        return None

    def sent(self, bulk: Bulk, now: float) -> None:
        """See `Family`."""
        if bulk.channel in self._channels:
            self._channels[bulk.channel].sent += bulk.stop - bulk.start

    def moved(self, number: int) -> tuple[Callable[[], int], Callable[[], int]]:
        """What says how many bytes of leaves came over a channel, which may be gone, and how many went."""
        channel = self._channels.get(number)
        return lambda: channel.received if channel else 0, lambda: channel.sent if channel else 0

    def tick(self, now: float) -> list[Any]:
        """See `Family`."""
        return self._take_events()

    def next_deadline(self) -> float | None:
        """See `Family`."""
        return 0.0 if self._events else None

    @property
    def awaiting(self) -> bool:
        """See `Family`."""
        return any(channel.stage is Stage.TUNING or channel.asked for channel in self._channels.values())

    def lost(self, why: str) -> list[Any]:
        """See `Family`."""
        self._arriving = None
        for channel in self._channels.values():
            if channel.stage is not Stage.ENDING:
                self._events.append(TunedOut(channel.number, Code.GONE))
        self._channels.clear()
        return self._take_events()

    # As the shell calls it.

    @property
    def dialled(self) -> bool:
        """Whether we dialled."""
        return bool(self._line.dialled)

    def tune_in(self, key: LiveKey, uplink: int, oldest: int, now: float) -> int:
        """Open a channel; `TunedIn` or `TunedOut` follows.

        :raises SessionError: there is one, or there are as many as there may be.
        """
        if self._of(key) is not None:
            raise SessionError(f"there is a channel about {key} already")
        if len(self._channels) >= self._limits.live_channels:
            raise SessionError(f"there are {len(self._channels)} channels already, and no more may be")
        first = 1 if self._line.dialled else 2
        number = next(each for each in range(first, 0x10000, 2) if each not in self._channels)
        self._channels[number] = LiveChannel(number, key, Stage.TUNING, now, self._limits)
        self._send(number, TuneIn(key, uplink, oldest))
        return number

    def accept(self, number: int, uplink: int, oldest: int) -> None:
        """The answer to `Tuning`."""
        channel = self._channels.get(number)
        if channel is not None and channel.stage is Stage.CALLED:
            channel.enter(Stage.OPEN)
            self._send(number, Tuned(uplink, oldest))

    def leave(self, number: int, code: int = Code.OK) -> None:
        """End a channel; nothing more is told of it."""
        channel = self._channels.get(number)
        if channel is not None and channel.stage is not Stage.ENDING:
            channel.enter(Stage.ENDING)
            channel.queue.clear()
            channel.asked.clear()
            channel.owed.clear()
            self._send(number, TuneOut(code))

    def say(self, number: int, message: Message, now: float) -> bool:
        """Send a message; False: nobody is there, or so much waits that it is not sent."""
        channel = self._channels.get(number)
        if channel is None or channel.stage is not Stage.OPEN or self._line.queued > self._limits.busy_bytes:
            return False
        channel.said(message, now)
        self._send(number, message)
        return True

    def push(self, number: int, leaf: int) -> None:
        """Send a leaf that nobody asked for."""
        channel = self._channels.get(number)
        if channel is not None and channel.stage is Stage.OPEN:
            channel.queue.push(leaf)
            self._line.wake()

    def serve(self, number: int, leaf: int, deadline: float, now: float) -> None:
        """Send a leaf that was asked for; if its turn comes later than that, say that it does not come.

        One that was pushed while that was said answers it.
        """
        channel = self._channels.get(number)
        if channel is not None and channel.stage is Stage.OPEN and not channel.is_under_way(leaf, now):
            channel.queue.ask(leaf, deadline)
            channel.owed.add(leaf)
            self._line.wake()

    def withdraw(self, number: int, leaf: int) -> None:
        """The other end has it, or gets it from somebody else."""
        channel = self._channels.get(number)
        if channel is not None:
            channel.withdraw(leaf)

    def _opened_there(self, number: int, said: TuneIn, now: float) -> None:
        if not number or number % 2 == self._line.dialled or number in self._channels:
            raise PeerError(f"channel {number} cannot be opened: its number is ours, or in use")
        if len(self._channels) >= 2 * self._limits.live_channels:
            raise PeerError("channels that were refused are not closed, and there are too many", Code.BUSY)
        there = self._of(said.key)
        self._channels[number] = channel = LiveChannel(number, said.key, Stage.CALLED, now, self._limits)
        if there is not None and (there.stage is not Stage.TUNING or self._line.dialled):
            self.leave(number, Code.DUPLICATE_CONN)
        elif len(self._channels) > self._limits.live_channels:
            self.leave(number, Code.BUSY)
        else:
            if there is not None:
                # Of two that are opened at once the dialler's stays.
                self.leave(there.number, Code.DUPLICATE_CONN)
                self._events.append(TunedOut(there.number, Code.DUPLICATE_CONN))
            self._events.append(Tuning(channel.number, said.key, said.uplink, said.oldest))

    def _hear(self, channel: LiveChannel, said: Message, now: float) -> None:
        """One message about a channel.

        :raises PeerError: it may not be said now.
        """
        if isinstance(said, TuneOut):
            self._closed_there(channel, said)
        elif channel.stage is Stage.ENDING:
            return
        elif isinstance(said, Tuned) is not (channel.stage is Stage.TUNING) or channel.stage is Stage.CALLED:
            raise impossible(f"{type(said).__name__} was sent while a channel is {channel.stage.name}")
        elif isinstance(said, Tuned):
            channel.enter(Stage.OPEN)
            self._events.append(TunedIn(channel.number, said.uplink, said.oldest))
        elif channel.admit(said, now):
            self._events.append(LiveSaid(channel.number, said))
        elif isinstance(said, AskLeaf):
            self._send(channel.number, NoLeaf(said.number, Code.RATE_LIMITED))

    def _closed_there(self, channel: LiveChannel, said: TuneOut) -> None:
        if channel.stage is not Stage.ENDING:
            self.leave(channel.number)
            self._events.append(TunedOut(channel.number, said.code))
        del self._channels[channel.number]

    def _bulk(self, channel: LiveChannel, number: int, of_use: bool, now: float) -> Bulk | None:
        data, was_asked = self._fetch(channel.key, number) if of_use else None, number in channel.owed
        channel.owed.discard(number)
        if data is None:
            # What was only to be pushed nobody knows of.
            if was_asked:
                self._send(channel.number, NoLeaf(number, Code.TIMEOUT if not of_use else Code.GONE))
            return None
        channel.went(number, now)
        return Bulk(LEAF_TYPE, channel.number, LEAF_HEAD.pack(number), data, 0, data.length)

    def _of(self, key: LiveKey) -> LiveChannel | None:
        found = (each for each in self._channels.values() if each.key == key)
        return next((each for each in found if each.stage is not Stage.ENDING), None)

    def _send(self, number: int, message: Message) -> None:
        self._line.send(Frame(message.type, number, message.pack()))

    def _take_events(self) -> list[Any]:
        events, self._events = self._events, []
        return events
