"""One end of a link: ``python fuzz/link_session.py -max_total_time=10``.

The first byte of an input says how far the other end had come, and whether the group is
closed.  The rest is a script, as in `classic_session`: a byte below 200 is the length of
a chunk that follows it, any other lets time pass, 50 ms for each step above 199.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from p2pstream.content.signing import Identity
from p2pstream.protocols.link import (
    greeting,
    hello,
    incoming,
    liveness,
    messages,
    outgoing,
    pings,
    session,
    talk,
)
from p2pstream.protocols.link.family import Bulk, Frame, Line, Opposite
from p2pstream.protocols.link.framing import ACCEPTOR_MAGIC, DIALLER_MAGIC

ENDS = Identity(b"1" * 32), Identity(b"2" * 32)


class Quiet:
    """A family that answers every frame, and drops every second run."""

    name = "quiet"
    ceilings: Mapping[int, int] = {0x10: 100, 0x31: 4_194_316}
    heads: Mapping[int, int] = {0x31: 12}
    awaiting = False

    def attach(self, line: Line, now: float) -> None:
        """Keep it."""
        self._line = line
        self._runs = 0

    def greeted(self, opposite: Opposite, now: float) -> list[Any]:
        """Nothing."""
        return []

    def received(self, frame: Frame, now: float) -> list[Any]:
        """Answer."""
        self._line.send(frame)
        return []

    def begin(self, type: int, channel: int, head: bytes, length: int, now: float) -> memoryview | None:
        """Room for every second one."""
        self._runs += 1
        return memoryview(bytearray(length)) if self._runs % 2 else None

    def filled(self, now: float) -> list[Any]:
        """Nothing."""
        return []

    def pull(self, now: float) -> Bulk | None:
        """Nothing."""
        return None

    def sent(self, bulk: Bulk, now: float) -> None:
        """Never."""

    def tick(self, now: float) -> list[Any]:
        """Never."""
        return []

    def next_deadline(self) -> float | None:
        """Never."""
        return None

    def lost(self, why: str) -> list[Any]:
        """Once."""
        return ["lost"]


def end(dialled: bool, secret: bytes | None) -> session.LinkSession:
    """One end."""
    terms = greeting.Terms(ENDS[not dialled], bytes([dialled]) * 32, secret=secret)
    return session.LinkSession([Quiet()], terms, dialled, 0.0)


def target(script: bytes) -> None:
    """The acceptor, and then the dialler, is told what the script says."""
    start = script[0] if script else 0
    for dialled in (False, True):
        victim = end(dialled, b"secret" if start & 8 else None)
        prepare(victim, start & 3, dialled)
        play(victim, script[1:])


def prepare(victim: session.LinkSession, far: int, dialled: bool) -> None:
    """Bring it to one of the states."""
    other = end(not dialled, None)
    magic = ACCEPTOR_MAGIC if dialled else DIALLER_MAGIC
    if far == 1:
        victim.receive(magic, 0.0)
    elif far > 1:
        for _ in range(far):
            other.receive(victim.take(1 << 20, 0.0), 0.0)
            victim.receive(other.take(1 << 20, 0.0), 0.0)


def play(victim: session.LinkSession, script: bytes) -> None:
    """Nothing is raised, little is held, and when it has ended it stays so."""
    now = 0.0
    for step in steps(script):
        ended = victim.ended
        if isinstance(step, bytes):
            victim.receive(step, now)
        else:
            now += step
            victim.tick(now)
        due = victim.next_deadline()
        assert due is None or victim.going
        assert ended is None or (victim.ended == ended and due is None)
        assert len(victim._incoming._held) <= 65_536
        victim.take(65_536, now)
    assert victim.why.isprintable()
    assert victim.lost("gone") == ["lost"] and not victim.going


def steps(script: bytes) -> Iterator[bytes | float]:
    """Chunks that arrive, and seconds that pass."""
    place = 0
    while place < len(script):
        head = script[place]
        place += 1
        if head < 200:
            yield script[place : place + head]
            place += head
        else:
            yield (head - 199) / 20


if __name__ == "__main__":
    from running import run

    modules = [greeting, hello, incoming, liveness, messages, outgoing, pings, session, talk]
    run(target, modules, "link_session")
