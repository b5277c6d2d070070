"""Both sessions of the classic protocol: ``python fuzz/classic_session.py -max_total_time=10``.

An input is a script: a byte below 200 is the length of a chunk that follows it, any
other lets time pass, 10 ms for each step above 199.
"""

from __future__ import annotations

from collections.abc import Iterator

from p2pstream.content.names import NameTable
from p2pstream.errors import PeerError
from p2pstream.protocols.classic import messages, session

NAMES = NameTable(["film.mp4", "show", "show.mkv", "übung.mp4"])


def target(script: bytes) -> None:
    """A name and a reply that come as the script says."""
    read_name(script)
    read_reply(script)


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
            yield (head - 199) / 100


def read_name(script: bytes) -> None:
    """The asked end: one event at most, or `PeerError`, and then peace."""
    asked = session.NameSession(NAMES, 0.0)
    now, events = 0.0, 0
    try:
        for step in steps(script):
            if isinstance(step, bytes):
                events += len(asked.receive(step, now))
            else:
                now += step
                events += len(asked.tick(now))
        events += len(asked.tick(now + 5.0))
    except PeerError as fault:
        assert str(fault).isprintable() and not events
    else:
        assert events == 1, events
    assert asked.next_deadline() is None and not asked.end()


def read_reply(script: bytes) -> None:
    """The asking end: exactly one outcome."""
    asking = session.ReplySession("film.mp4", 0.0)
    now, outcomes = 0.0, 0
    for step in steps(script):
        if isinstance(step, bytes):
            outcomes += len(asking.receive(step))
        else:
            now += step
            outcomes += len(asking.tick(now))
    outcomes += len(asking.end())
    assert outcomes == 1 and asking.next_deadline() is None, outcomes


if __name__ == "__main__":
    from running import run

    run(target, [messages, session], "classic_session")
