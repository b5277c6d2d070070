"""What programs of one user say to each other: ``python fuzz/resident_messages.py -max_total_time=10``."""

from __future__ import annotations

from p2pstream.errors import PeerError
from p2pstream.protocols.resident import messages


def target(received: bytes) -> None:
    """Each line as a message, which is the same when it is said again."""
    for line in received.split(b"\n"):
        try:
            message = messages.decode(line)
        except PeerError as fault:
            assert str(fault).isprintable()
            continue
        again = messages.encode(message)
        assert b"\n" not in again, message
        assert repr(messages.decode(again)) == repr(message), message


if __name__ == "__main__":
    from running import run

    run(target, [messages], "resident_messages")
