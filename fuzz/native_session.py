"""A whole native session: ``python fuzz/native_session.py -max_total_time=10``.

An input is a script of steps.  The first byte of each says what happens: a frame comes
(type, channel, length, body), a run begins (channel, head, units), time passes, the next
run is pulled, or the shell opens, asks, cancels, evicts, closes or introduces.
"""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.link.family import Frame, Opposite
from p2pstream.protocols.native import events as native_events
from p2pstream.protocols.native import session
from p2pstream.protocols.native.channels import channel, doors
from p2pstream.protocols.native.giving import giving, news
from p2pstream.protocols.native.messages import CEILINGS, DATA, TABLE, Introduce
from p2pstream.protocols.native.taking import asking, batch, havemap, taking

UNIT = 65536
KEY = FileKey(bytes(range(1, 33)), 9 * UNIT + 5)
OTHER = FileKey(bytes(range(2, 34)), 3 * UNIT)
TYPES = sorted(TABLE)
SAID = Introduce((b"a ticket",), (Address("192.0.2.7", 2050),))
EVERYTHING = Ranges([(0, KEY.units)])


class Line:
    """Counts what is sent, and answers pings at once."""

    def __init__(self, dialled: bool) -> None:
        self.dialled = dialled
        self.opposite: Opposite | None = None
        self.queued = 0

    def send(self, frame: Frame) -> None:
        """It must be one that the other end would take."""
        assert len(frame.body) <= CEILINGS[frame.type]
        TABLE[frame.type].unpack(frame.body)
        self.queued += 6 + len(frame.body)

    def wake(self) -> None:
        """Nobody sleeps."""

    def ping(self, answered: Callable[[], None]) -> None:
        """Everything arrives at once."""
        answered()

    def close(self, code: int, why: str) -> None:
        """No native session does it."""
        raise AssertionError(why)


class Whole:
    """A film that is there."""

    def check(self) -> None:
        """It stays as it is."""


class Script:
    """Reads an input from its front; zeros follow its end."""

    def __init__(self, script: bytes) -> None:
        self.rest = script

    def take(self, count: int) -> bytes:
        """The next bytes."""
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken.ljust(count, b"\0")

    def number(self) -> int:
        """The next byte."""
        return self.take(1)[0]


class Run:
    """One session on which a script is played."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.now = 0.0
        first = script.number()
        self.line = Line(bool(first & 1))
        self.session = session.NativeSession(lambda number, first, count: self.lend(first, count))
        self.session.exchanging = bool(first & 2)
        self.session.parted = self.parted
        #: The channels on which others are told of.
        self.acquainted: set[int] = set()
        self.session.attach(self.line, 0.0)
        self.session.greeted(Opposite(bytes(32), most_units=256), 0.0)
        self.length = 0

    def lend(self, first: int, count: int) -> memoryview:
        """Room is only ever asked for units that could be."""
        assert count >= 1
        return memoryview(bytearray(self.length))

    def play(self) -> None:
        """Until the script ends, or the session says that the protocol is broken."""
        steps = (
            self.frame, self.frame, self.begin, self.pass_time, self.pull, self.open, self.ask, self.evict,
            self.close, self.introduce,
        )  # fmt: skip
        while self.script.rest:
            steps[self.script.number() % len(steps)]()
        self.session.lost("over")

    def frame(self) -> None:
        """A frame comes."""
        type, number, length = (self.script.number() for _ in range(3))
        body = self.script.take(length)
        kind = TYPES[type % len(TYPES)]
        if kind == 0x10 and length:
            body = (KEY if length & 1 else OTHER).encode() + (
                b"d1:ri3e1:xi1ee" if length & 2 else b"d1:ri3ee"
            )
        if len(body) <= CEILINGS[kind]:
            self.heard(self.session.received(Frame(kind, number % 5, body), self.now))

    def begin(self) -> None:
        """A run of units comes."""
        number, rid, first, units = (self.script.number() for _ in range(4))
        self.length = min((first + units % 65) * UNIT, KEY.length) - first * UNIT
        if self.length >= 0:
            head = rid.to_bytes(4, "big") + first.to_bytes(8, "big")
            self.session.begin(DATA, number % 5, head, self.length, self.now)
            self.heard(self.session.filled(self.now))

    def pass_time(self) -> None:
        """Up to 2.5 s; what was queued leaves."""
        self.now += self.script.number() / 100
        self.line.queued = 0
        self.heard(self.session.tick(self.now))

    def pull(self) -> None:
        """The kernel takes the next run."""
        bulk = self.session.pull(self.now)
        if bulk is not None:
            assert 0 < bulk.stop - bulk.start <= LIMITS.native_run_units * UNIT
            self.session.sent(bulk, self.now)

    def open(self) -> None:
        """The shell opens a channel."""
        offer = native_events.ChannelOffer(Whole(), EVERYTHING) if self.script.number() & 1 else None
        self.session.open(KEY, offer)

    def ask(self) -> None:
        """The shell asks for units, or a page, or takes it back."""
        number, first, count = (self.script.number() for _ in range(3))
        try:
            self.session.ask(number % 5, first, count)
            self.session.ask_hashes(number % 5, (2, first, 1, 0))
        except ValueError:
            self.session.cancel(number % 5, first, count)

    def evict(self) -> None:
        """The shell says what is here."""
        number, first, count = (self.script.number() for _ in range(3))
        self.session.have(number % 5, EVERYTHING.remove(first, first + count), self.now)

    def close(self) -> None:
        """The shell ends a channel."""
        self.session.close(self.script.number() % 5, 0)

    def introduce(self) -> None:
        """The shell tells of others."""
        self.session.introduce(self.script.number() % 5, SAID)

    def parted(self, number: int) -> None:
        """A channel is over."""
        self.acquainted.discard(number)

    def heard(self, events: list[native_events.Event]) -> None:
        """What the shell does about events."""
        for event in events:
            if isinstance(event, native_events.Wanted):
                whole = Ranges([(0, event.key.units)])
                self.heard(
                    self.session.serve(event.channel, native_events.ChannelOffer(Whole(), whole), self.now)
                )
            elif isinstance(event, native_events.HashesWanted):
                self.session.refuse_hashes(event.channel, event.ticket, 18)
            elif isinstance(event, native_events.Acquainted):
                self.acquainted.add(event.channel)
            elif isinstance(event, native_events.Introduced):
                assert event.channel in self.acquainted


def target(script: bytes) -> None:
    """Nothing but `PeerError` comes out, in one line."""
    try:
        Run(Script(script)).play()
    except PeerError as fault:
        assert str(fault).isprintable()


if __name__ == "__main__":
    from running import run

    run(target, [asking, batch, channel, doors, giving, havemap, news, session, taking], "native_session")
