"""Parsers and sessions of the central family: ``python fuzz/central_messages.py -max_total_time=10``.

An input is frames, one after the other: type, length u16, body; the first byte of all
says how time passes between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from p2pstream.content.keys import LiveKey
from p2pstream.content.signing import Identity
from p2pstream.errors import PeerError
from p2pstream.protocols.central import (
    answers,
    claims,
    fields,
    messages,
    reading,
    requests,
    session,
    subjects,
)
from p2pstream.protocols.link.family import Frame, Opposite

KEY = b"\x01" + bytes(range(32)) + b"\0\0\0\0\0\x0f\x42\x40"
CHANNEL = LiveKey(Identity(b"c" * 32).id)
#: What is asked; what answers it, where that is not DONE; and how the rest of the program knows that.
QUESTIONS: list[Callable[[int], Any]] = [
    lambda number: messages.Peers(number, 5, KEY),
    lambda number: messages.Announce(number, 2050, 0, 0, 0, (messages.Claim(KEY),)),
    lambda number: messages.Resolve(number, 5, "film.mp4"),
    lambda number: messages.Search(number, 5),
    lambda number: messages.GetTicket(number, KEY),
    lambda number: messages.Withdraw(number, (KEY,)),
    lambda number: messages.GetHead(number, b"\x02" + CHANNEL.public),
]
ANSWERS: Mapping[type[Any], type[Any]] = {
    messages.Peers: messages.Peered,
    messages.Announce: messages.Announced,
    messages.Resolve: messages.Resolved,
    messages.Search: messages.Rows,
    messages.GetTicket: messages.Ticketed,
    messages.GetHead: messages.HeadNow,
}
READERS: Mapping[type[Any], Callable[[Any], Any]] = {
    messages.Peered: reading.peers,
    messages.Announced: reading.lease,
    messages.Resolved: lambda answer: reading.resolved(answer, "film.mp4", 1_800_000_000_000),
    messages.Rows: lambda answer: reading.page(answer, 1_800_000_000_000),
    messages.Ticketed: reading.ticket,
    messages.HeadNow: lambda answer: reading.head(answer, CHANNEL),
}


class Line:
    """A link that counts what waits."""

    dialled = False
    opposite = None

    def __init__(self) -> None:
        self.queued = 0

    def send(self, frame: Frame) -> None:
        """What we say ourselves must be what we understand."""
        assert messages.frame(messages.decode(frame)) == frame
        self.queued += len(frame.body)

    def wake(self) -> None:
        """Nothing is pulled."""

    def ping(self, answered: Any) -> None:
        """Nothing is pinged."""

    def close(self, code: int, why: str) -> None:
        """Never."""
        raise AssertionError(why)


def target(script: bytes) -> None:
    """Frames to a central, and frames to one who asks it."""
    frames = list(cut(script[1:]))
    for frame in frames:
        parse(frame)
    pace = script[0] / 100 if script else 0.0
    serve(frames, pace)
    ask(frames, pace)


def cut(script: bytes) -> Iterator[Frame]:
    """The frames that a script says."""
    place = 0
    while place + 3 <= len(script):
        length = int.from_bytes(script[place + 1 : place + 3], "big") % 1024
        yield Frame(0x60 + script[place] % 17, 0, script[place + 3 : place + 3 + length])
        place += 3 + length


def parse(frame: Frame) -> None:
    """A message that is written as it was read, or `PeerError`, in words that can be shown."""
    if frame.type not in messages.MESSAGES:
        return
    try:
        message = messages.decode(frame)
    except PeerError as fault:
        assert str(fault).isprintable()
        return
    assert messages.frame(message) == frame, message
    with suppress(PeerError):
        READERS.get(type(message), reading.nothing)(message)


def serve(frames: list[Frame], pace: float) -> None:
    """A central's end: every request is passed on or answered, none twice."""
    serving, now = session.CentralServing(), 0.0
    serving.attach(Line(), now)
    serving.greeted(Opposite(bytes(32), authenticated=True, bound=True), now)
    waiting: list[Any] = []
    try:
        for frame in frames:
            now += pace
            if frame.type in serving.ceilings:
                waiting += serving.received(frame, now)
            if len(waiting) > 3:
                serving.answer(messages.Done(waiting.pop(0).request))
    except PeerError as fault:
        assert str(fault).isprintable()


def ask(frames: list[Frame], pace: float) -> None:
    """The other end: no request is answered twice."""
    asking, now, answered = session.CentralAsking(), 0.0, set[int]()
    asking.attach(Line(), now)
    asked = {asking.ask(question, now): question for question in QUESTIONS}
    try:
        for frame in frames:
            now += pace
            events = asking.tick(now)
            events += asking.received(frame, now) if frame.type in asking.ceilings else []
            for event in events:
                if isinstance(event, session.Answered):
                    assert event.request not in answered
                    answered.add(event.request)
                    check_answer(asked[event.request](event.request), event.answer)
    except PeerError as fault:
        assert str(fault).isprintable()


def check_answer(question: messages.Request, answer: Any) -> None:
    """It is one to this question, or says no, or there is none."""
    is_no = answer is None or (isinstance(answer, messages.Done) and answer.code)
    wanted = ANSWERS.get(type(question), messages.Done)
    assert is_no or isinstance(answer, wanted), answer


if __name__ == "__main__":
    from running import run

    run(target, [answers, claims, fields, messages, reading, requests, session, subjects], "central_messages")
