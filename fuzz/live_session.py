"""One end of what is said of broadcasts, against anything: ``fuzz/live_session.py -max_total_time=10``.

The input is cut into frames: a byte for the type, one for the channel, two for the length,
and the body; a leaf's frame lends room, as the link does.
"""

from __future__ import annotations

from p2pstream.content.keys import LiveKey
from p2pstream.content.signing import Identity
from p2pstream.errors import PeerError, SessionError
from p2pstream.protocols.link.family import Frame
from p2pstream.protocols.native.live import channel, events, leaf_queue, messages, session
from p2pstream.protocols.native.live.messages import CEILINGS, LEAF_HEAD, LEAF_TYPE, TABLE, AskLeaf, Sub

KEY = LiveKey(Identity(b"c" * 32).id)


class Line:
    """A link that counts what is sent."""

    dialled = True
    opposite = None
    queued = 0

    def send(self, frame: Frame) -> None:
        """It may be sent."""
        assert len(frame.body) <= CEILINGS[frame.type]

    def wake(self) -> None:
        """Nobody sleeps."""


def target(received: bytes) -> None:
    """Nothing but a `PeerError` comes of it, and whatever is heard is written as it was read."""
    end = session.LiveSession(lambda key, number: None)
    end.attach(Line(), 0.0)  # type: ignore[arg-type]
    number = end.tune_in(KEY, 5, 0, 0.0)
    now, at = 0.0, 0
    while at + 4 <= len(received):
        type, place, length = received[at], received[at + 1], int.from_bytes(received[at + 2 : at + 4], "big")
        body = received[at + 4 : at + 4 + length % 700]
        at, now = at + 4 + len(body), now + 0.01
        try:
            take(end, type % 14 + 0x40, place % 4, body, now)
        except (PeerError, SessionError) as fault:
            assert str(fault).isprintable()
            if isinstance(fault, SessionError):
                raise
            break
        for message in (Sub(3), AskLeaf(7, 100)):
            end.say(number, message, now)
        while end.pull(now) is not None:
            raise AssertionError("there is nothing to send")
    end.lost("it is over")


def take(end: session.LiveSession, type: int, place: int, body: bytes, now: float) -> None:
    """A frame arrives."""
    if type == LEAF_TYPE:
        if len(body) > LEAF_HEAD.size:
            room = end.begin(type, place, body[: LEAF_HEAD.size], len(body) - LEAF_HEAD.size, now)
            if room is not None:
                room[:] = body[LEAF_HEAD.size :]
                end.filled(now)
    elif type in TABLE:
        for event in end.received(Frame(type, place, body), now):
            if isinstance(event, events.Tuning):
                end.accept(event.channel, 0, 0)
            if isinstance(event, events.LiveSaid):
                assert event.message.pack() == body


if __name__ == "__main__":
    from running import run

    run(target, [channel, leaf_queue, messages, session], "live_session")
