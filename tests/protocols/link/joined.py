"""Two sessions back to back, and a family to talk with."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from p2pstream.content.signing import Identity
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.link.family import Bulk, Frame, Line, Opposite
from p2pstream.protocols.link.greeting import Terms
from p2pstream.protocols.link.session import LinkSession

__all__ = ["Chatter", "Pair", "terms_of"]

#: Frames of the family: words, runs of bytes.
WORD, RUN = 0x10, 0x31


def terms_of(number: int, **terms: Any) -> Terms:
    """Those of somebody whose keys are made of ``number``."""
    return Terms(Identity(bytes([number]) * 32), bytes([number]) * 32, **terms)


class Chatter:
    """A family with words that are told, and runs that are kept."""

    name = "chat"

    def __init__(self) -> None:
        self.ceilings = {WORD: 1000, RUN: 4_194_316}
        self.heads = {RUN: 4}
        self.awaiting = False
        self.words: list[bytes] = []
        self.met: list[Opposite] = []
        self.runs: list[tuple[bytes, bytes]] = []
        self.lent: bytearray | None = bytearray()
        self.drops = False
        self.bulks: deque[Bulk] = deque()
        self.gone: list[str] = []
        self.delivered: list[Bulk] = []
        self.deadline: float | None = None
        self.ticks = 0
        self.fault: Exception | None = None
        self._head = b""

    def attach(self, line: Line, now: float) -> None:
        """Keep the line."""
        self.line = line

    def say(self, word: bytes) -> None:
        """Send a word."""
        self.line.send(Frame(WORD, 7, word))

    def greeted(self, opposite: Opposite, now: float) -> list[Any]:
        """Keep whom."""
        self.met.append(opposite)
        return ["met"]

    def received(self, frame: Frame, now: float) -> list[Any]:
        """Keep the word."""
        if self.fault is not None:
            raise self.fault
        self.words.append(frame.body)
        return [frame.body]

    def begin(self, type: int, channel: int, head: bytes, length: int, now: float) -> memoryview | None:
        """Lend room, unless runs are to be dropped."""
        if self.fault is not None:
            raise self.fault
        self._head = head
        if self.drops:
            return None
        self.lent = bytearray(length)
        return memoryview(self.lent)

    def filled(self, now: float) -> list[Any]:
        """Keep the run."""
        self.runs.append((self._head, bytes(self.lent or b"")))
        return ["run"]

    def rank(self, now: float) -> int:
        """All of it is wanted soon."""
        return 2 if self.bulks else 0

    def pull(self, now: float) -> Bulk | None:
        """What waits."""
        return self.bulks.popleft() if self.bulks else None

    def sent(self, bulk: Bulk, now: float) -> None:
        """Keep it."""
        self.delivered.append(bulk)

    def tick(self, now: float) -> list[Any]:
        """Once."""
        self.deadline = None
        self.ticks += 1
        return ["tick"]

    def next_deadline(self) -> float | None:
        """As the test says."""
        return self.deadline

    def lost(self, why: str) -> list[Any]:
        """Keep why."""
        self.gone.append(why)
        return ["gone"]


class Pair:
    """A dialler and an acceptor, each with one family; bytes go over by `run`.

    Runs carry `bytes` as their data.

    :ivar tamper: what becomes of the bytes that reach the dialler, and the acceptor.
    """

    def __init__(
        self,
        near: Terms | None = None,
        far: Terms | None = None,
        limits: Limits = LIMITS,
        wary: bool = False,
    ) -> None:
        self.now = 0.0
        self.families = Chatter(), Chatter()
        self.ends = (
            LinkSession([self.families[0]], near or terms_of(1), True, 0.0, wary, limits),
            LinkSession([self.families[1]], far or terms_of(2), False, 0.0, False, limits),
        )
        self.events: tuple[list[Any], list[Any]] = [], []
        self.tamper: list[Callable[[bytes], bytes]] = [lambda content: content] * 2

    def output(self, side: int) -> bytes:
        """All that one end has to send now."""
        end, sent = self.ends[side], b""
        while True:
            taken = end.take(65536, self.now)
            load = None if taken else end.pull(self.now)
            if load is not None:
                taken = load.header + load.data[load.start : load.stop]
                end.sent(load, self.now)
            if not taken:
                return sent
            sent += taken

    def give(self, side: int, content: bytes, step: int = 1 << 30) -> None:
        """Deliver bytes to one end, in pieces."""
        for start in range(0, len(content), step):
            self.events[side].extend(self.ends[side].receive(content[start : start + step], self.now))

    def run(self, step: int = 1 << 30) -> None:
        """Let both talk until neither has more to say."""
        while True:
            sent = [self.output(0), self.output(1)]
            if not any(sent):
                return
            self.give(1, self.tamper[1](sent[0]), step)
            self.give(0, self.tamper[0](sent[1]), step)

    def wait(self, seconds: float) -> None:
        """Let time pass, and both tick at their deadlines, without a byte going over."""
        end = self.now + seconds
        while True:
            due = [when for when in (one.next_deadline() for one in self.ends) if when is not None]
            if not due or min(due) > end:
                break
            self.now = max(self.now, min(due))
            for side in (0, 1):
                self.events[side].extend(self.ends[side].tick(self.now))
        self.now = end
