"""One of each message, in words: what tests/vectors/central.json records."""

from __future__ import annotations

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.content.signed.heads import Head
from p2pstream.content.signed.records import sign_record
from p2pstream.content.signed.tickets import sign_ticket
from p2pstream.content.signing import Identity
from p2pstream.protocols.central import messages as say

KEY = FileKey(bytes(range(32)), 1_000_000)
CHANNEL = LiveKey(Identity(bytes(32)).id)
LIVE = CHANNEL.encode()
RECORD = sign_record(Identity(bytes(range(32))), "film.mp4", KEY, 1_800_000_000_000).raw
TICKET = sign_ticket(
    Identity(bytes(32)), Identity(bytes(range(32))).id, Address("10.0.0.7", 2050), KEY, 1_800_000_000_000
).raw
HEAD = Head(1, 2, 5, 0, 1_800_000_000_200).signed(Identity(bytes(32))).raw
PEER = say.PeerRow(bytes(range(32, 64)), bytes(10) + b"\xff\xff\x0a\x00\x00\x07", 2050, 0x87, 255, 12, 20_000)
SIX = say.PeerRow(bytes(range(64, 96)), bytes.fromhex("20010db8" + "00" * 11 + "07"), 2051, 2, 100, 0, 0)
ROW = say.Row(0, 3, 5, RECORD)
MAPPED = say.Row(2, 1, 1, b"other.mp4")

EXAMPLES: dict[str, say.Message] = {
    "a claim to have all of one file and half of a broadcast": say.Announce(
        7, 2050, 7, 12, 20_000, (say.Claim(KEY.encode()), say.Claim(LIVE, 127))
    ),
    "both are taken; come again in a minute; not dialled yet": say.Announced(
        7, 60, None, Address("10.0.0.7", 2050), 2
    ),
    "told unasked: it could be dialled": say.Announced(0, 61, True, Address("10.0.0.7", 2050), 0),
    "the file is gone": say.Withdraw(8, (KEY.encode(),)),
    "a signed name": say.Publish(9, RECORD),
    "it is kept": say.Done(9),
    "it is not": say.Done(9, 22, "there is no room to keep it"),
    "who has film.mp4?": say.Resolve(10, 50, "film.mp4"),
    "its owner's stream, which two have, and one that the mapping names": say.Resolved(
        10, (say.Row(0, 1, 2, RECORD, (PEER, SIX)), say.Row(2, 1, 1, b"film.mp4", (PEER,)))
    ),
    "names with the words film and mp4, from the start": say.Search(11, 100, "film mp4"),
    "the page after it": say.Search(12, 100, "film mp4", b"\x00\x00\x00\x00\x00\x00\x00\x05film.mp4"),
    "two names, and there are more": say.Rows(
        11, (ROW, MAPPED), b"\x00\x00\x00\x00\x00\x00\x00\x00other.mp4"
    ),
    "who has that file?": say.Peers(13, 50, KEY.encode()),
    "one peer": say.Peered(13, (PEER,)),
    "tell me of changes of the name": say.Watch(14, True, say.Subject("film.mp4")),
    "no longer of the key": say.Watch(15, False, say.Subject(key=KEY.encode())),
    "it changed": say.Changed(say.Subject("film.mp4")),
    "have that peer dial me": say.Beckon(16, bytes(range(32, 64)), 2060, bytes(range(16)), KEY.encode()),
    "somebody wants a file of yours": say.Call(Address("10.0.0.9", 2060), bytes(range(16)), KEY.encode()),
    "sign for it that I have that file": say.GetTicket(17, KEY.encode()),
    "signed": say.Ticketed(17, TICKET),
    "the newest head of a broadcast": say.TellHead(18, LIVE, HEAD),
    "which is the newest head of that broadcast?": say.GetHead(19, LIVE),
    "that one": say.HeadNow(19, HEAD),
    "nobody told of one": say.HeadNow(20, b""),
}
