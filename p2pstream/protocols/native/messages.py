"""What peers say to each other about file streams: the table of all messages.  Pure.

Bodies are big-endian.  Those that come often are fixed structures; `Open` and `Opened`
end in a canonical dictionary, of which unknown entries are ignored.  What a body may be
on its own is checked here; what it may be in a given state, in `session`.

Broadcasts are spoken of in a family of its own (`live.messages`), with types ``40`` to ``4D``.
"""

from __future__ import annotations

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.protocols.native.bodies.body import Message
from p2pstream.protocols.native.bodies.holdings import Credit, Have, HaveMode, Want
from p2pstream.protocols.native.bodies.introducing import Introduce
from p2pstream.protocols.native.bodies.opening import Close, Meta, MetaGet, Open, Opened
from p2pstream.protocols.native.bodies.requests import (
    DATA,
    DATA_HEAD,
    NO_DEADLINE,
    Cancel,
    Hashes,
    HashReject,
    HashRequest,
    Page,
    Reject,
    Request,
)

__all__ = [
    "CEILINGS", "DATA", "DATA_HEAD", "NO_DEADLINE", "TABLE", "Cancel", "Close", "Credit", "HashReject",
    "HashRequest", "Hashes", "Have", "HaveMode", "Introduce", "Message", "Meta", "MetaGet", "Open", "Opened",
    "Page", "Reject", "Request", "Want", "decode",
]  # fmt: skip

#: Every message but the bytes themselves, by frame type.
TABLE: dict[int, type[Message]] = {
    kind.type: kind
    for kind in (
        Open, Opened, Close, MetaGet, Meta, Have, Want, Credit, Request, Cancel, Reject, HashRequest, Hashes,
        HashReject, Introduce,
    )
}  # fmt: skip

#: The most bytes of a frame's body, by type.
CEILINGS: dict[int, int] = {type: kind.most for type, kind in TABLE.items()} | {
    DATA: DATA_HEAD.size + LIMITS.native_run_units * UNIT
}


def decode(type: int, body: bytes) -> Message:
    """What a frame of one of our types says.

    :raises PeerError: nothing that it may say.
    """
    return TABLE[type].unpack(body)
