"""Every message between peers: ``python fuzz/native_messages.py -max_total_time=10``.

An input is a byte that chooses the message, and a body.
"""

from __future__ import annotations

from p2pstream.errors import PeerError
from p2pstream.protocols.native import messages
from p2pstream.protocols.native.bodies import body, holdings, introducing, opening, requests

TYPES = sorted(messages.TABLE)


def target(script: bytes) -> None:
    """A body is refused in one line, or is a message that has a spelling."""
    type = TYPES[script[0] % len(TYPES)] if script else TYPES[0]
    try:
        message = messages.decode(type, script[1:])
    except PeerError as fault:
        assert str(fault).isprintable() and fault.code in (1, 23), fault
        return
    again = message.pack()
    assert len(again) <= message.most
    assert messages.decode(type, again) == message


if __name__ == "__main__":
    from running import run

    run(target, [body, holdings, introducing, messages, opening, requests], "native_messages")
