"""Every message between a central and those who ask it: types 60-73, on channel 0.  Pure.

=====  =========  ==========  ======================================================
type   name       from        body
=====  =========  ==========  ======================================================
60     ANNOUNCE   peer        request, port u16, speaks u8, load u8, uplink u32, count u16,
                              then for each key: have u8, key
61     ANNOUNCED  central     request (0: told unasked), interval s u16, reachable u8,
                              ip 16, port u16, taken u16
62     WITHDRAW   peer        request, count u16, keys
63     PUBLISH    peer        request, a signed record
64     DONE       central     request, code u8, why
65     RESOLVE    anybody     request, most u8, a name
66     RESOLVED   central     request, count u8, then rows, each with count u8 and peers
67     SEARCH     anybody     request, most u8, cursor (length u16), words
68     ROWS       central     request, cursor (length u16), count u8, rows
69     PEERS      anybody     request, most u8, key
6A     PEERED     central     request, count u8, peers
6B     WATCH      anybody     request, 1 or 0 for no more, subject
6C     CHANGED    central     subject
6D     BECKON     anybody     request, id 32, port u16, nonce 16, key
6E     CALL       central     ip 16, port u16, nonce 16, key
6F     GETTICKET  peer        request, key
70     TICKETED   central     request, a ticket
71     TELLHEAD   anybody     request, key, a head
72     GETHEAD    anybody     request, key
73     HEADNOW    central     request, a head, or nothing
=====  =========  ==========  ======================================================

A request is a u32, chosen by who asks, other than 0; every request is answered once, by
its answer or by DONE.  A key is 41 or 33 bytes, as its first byte says.  A subject is a
u8, 0 for a name and 1 for a key, and that.  A row is ``standing u8, seeds u32,
sources u32, length u16`` and a signed record, or, for standing 2, a name.  Peers are
`fields.PeerRow`, 57 bytes each.  ``have`` is in 255ths.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from p2pstream.codes import Code
from p2pstream.content.signed.heads import HEAD_MOST
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.central.answers import (
    Announced,
    Changed,
    Done,
    HeadNow,
    Peered,
    Resolved,
    Row,
    Rows,
    Subject,
    Ticketed,
)
from p2pstream.protocols.central.claims import Announce, Claim, Publish, Withdraw
from p2pstream.protocols.central.fields import FULL_NAME_BYTES, PeerRow
from p2pstream.protocols.central.requests import (
    Beckon,
    Call,
    GetHead,
    GetTicket,
    Peers,
    Resolve,
    Search,
    TellHead,
    Watch,
)
from p2pstream.protocols.link.family import Frame

__all__ = [
    "ANSWERS",
    "CEILINGS",
    "MESSAGES",
    "REQUESTS",
    "Announce",
    "Announced",
    "Answer",
    "Beckon",
    "Call",
    "Changed",
    "Claim",
    "Done",
    "GetHead",
    "GetTicket",
    "HeadNow",
    "Message",
    "PeerRow",
    "Peered",
    "Peers",
    "Publish",
    "Request",
    "Resolve",
    "Resolved",
    "Row",
    "Rows",
    "Search",
    "Subject",
    "TellHead",
    "Ticketed",
    "Watch",
    "Withdraw",
    "decode",
    "frame",
]

Request = (
    Announce | Withdraw | Publish | Resolve | Search | Peers | Watch | Beckon | GetTicket | TellHead | GetHead
)
Answer = Announced | Done | Resolved | Rows | Peered | Changed | Call | Ticketed | HeadNow
Message = Request | Answer

#: What a central is asked, and what it says, by type.
REQUESTS: Final[Mapping[int, type[Request]]] = {
    0x60: Announce,
    0x62: Withdraw,
    0x63: Publish,
    0x65: Resolve,
    0x67: Search,
    0x69: Peers,
    0x6B: Watch,
    0x6D: Beckon,
    0x6F: GetTicket,
    0x71: TellHead,
    0x72: GetHead,
}
ANSWERS: Final[Mapping[int, type[Answer]]] = {
    0x61: Announced,
    0x64: Done,
    0x66: Resolved,
    0x68: Rows,
    0x6A: Peered,
    0x6C: Changed,
    0x6E: Call,
    0x70: Ticketed,
    0x73: HeadNow,
}
MESSAGES: Final[Mapping[int, type[Message]]] = {**REQUESTS, **ANSWERS}
_TYPES: Final = {kind: number for number, kind in MESSAGES.items()}

_SUBJECT = 1 + FULL_NAME_BYTES
#: The most bytes of a body, by type.
CEILINGS: Final[Mapping[int, int]] = {
    0x60: 14 + LIMITS.central_batch_keys * 42,
    0x61: 27,
    0x62: 6 + LIMITS.central_batch_keys * 41,
    0x63: 4 + LIMITS.central_record_bytes,
    0x64: 5 + LIMITS.central_text_bytes,
    0x65: 5 + FULL_NAME_BYTES,
    0x66: 5 + LIMITS.central_page_bytes,
    0x67: 7 + LIMITS.central_cursor_bytes + LIMITS.central_words_bytes,
    0x68: 7 + LIMITS.central_cursor_bytes + LIMITS.central_page_bytes,
    0x69: 5 + 41,
    0x6A: 5 + LIMITS.central_peers * 57,
    0x6B: 5 + _SUBJECT,
    0x6C: _SUBJECT,
    0x6D: 4 + 32 + 2 + 16 + 41,
    0x6E: 18 + 16 + 41,
    0x6F: 4 + 41,
    0x70: 4 + LIMITS.ticket_bytes,
    0x71: 4 + 41 + HEAD_MOST,
    0x72: 4 + 41,
    0x73: 4 + HEAD_MOST,
}


def frame(message: Message) -> Frame:
    """The frame that says it."""
    return Frame(_TYPES[type(message)], 0, message.encode())


def decode(received: Frame) -> Message:
    """What a frame says.

    :raises PeerError: it makes no sense.
    """
    if received.channel:
        raise PeerError("a central has no channels", Code.BAD_FRAME)
    return MESSAGES[received.type].decode(received.body)
