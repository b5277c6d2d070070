"""Tickets: which are signed, which count, and what is none."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401  the steady profile
from p2pstream.content.addresses import Address
from p2pstream.content.bencode import decode, encode
from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.content.signed.tickets import Ticket, sign_ticket
from p2pstream.content.signing import Identity
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS

NOW = 1_800_000_000_000
CENTRAL, PEER, OTHER = Identity(b"1" * 32), Identity(b"2" * 32), Identity(b"3" * 32)
KEY = FileKey(bytes(range(32)), 5_000_000_000)
WHERE = Address("192.0.2.7", 2050)
TICKET = sign_ticket(CENTRAL, PEER.id, WHERE, KEY, NOW)


def changed(**fields: Any) -> bytes:
    """The ticket with other fields, signed anew; None: without one."""
    written = {**decode(TICKET.raw), **{at.encode(): value for at, value in fields.items()}}
    body = encode({at: value for at, value in written.items() if value is not None and at != b"sig"})
    signature = {b"sig": CENTRAL.sign("ticket", body)}
    return encode(decode(body) | signature | ({b"sig": fields["sig"]} if "sig" in fields else {}))


class TicketTests(SynchronousTestCase):
    def test_says_what_was_signed(self) -> None:
        """Every field comes as it was given, and the signature holds."""
        for key in (KEY, LiveKey(OTHER.id)):
            for address in (WHERE, Address("2001:db8::7", 65535)):
                ticket = sign_ticket(CENTRAL, PEER.id, address, key, NOW)
                read = Ticket.decode(ticket.raw)
                read.check()
                self.assertEqual(read, ticket)
                said = read.address, read.central, read.id, read.key, read.exp
                self.assertEqual(said, (address, CENTRAL.id, PEER.id, key, NOW + 1_800_000))

    def test_the_longest_fits(self) -> None:
        """An IPv6 address without zeros, and the longest of files."""
        address = Address("2001:1db8:1111:2222:3333:4444:5555:6666", 65535)
        ticket = sign_ticket(CENTRAL, PEER.id, address, FileKey(b"r" * 32, LIMITS.stream_bytes), NOW)
        self.assertLessEqual(len(ticket.raw), 285)

    def test_size_at_the_bound(self) -> None:
        """What nobody understands is signed and kept, up to so many bytes."""
        room = LIMITS.ticket_bytes - len(changed(zz=b""))
        good = changed(zz=b"z" * (room - 1))
        self.assertEqual(len(good), LIMITS.ticket_bytes)
        Ticket.decode(good).check()
        self.assertRaises(PeerError, Ticket.decode, changed(zz=b"z" * room))

    def test_what_is_none(self) -> None:
        """Every field must be there, and be what it may be."""
        wrong: dict[str, list[Any]] = {
            "at": [
                None,
                1,
                b"",
                b"film.example:2050",
                b"192.0.2.7",
                b"192.0.2.7:0",
                b"192.0.2.07:2050",
                b"\xff",
            ],
            "c": [None, 1, b"c" * 31, bytes(32)],
            "id": [None, 1, b"c" * 31, bytes(32)],
            "k": [None, 1, b"", b"\x01" + bytes(39), b"\x03" + bytes(40)],
            "exp": [None, 0, -1, b"1"],
            "sig": [b"s" * 63, 1],
        }
        wrong["at"] += [b"::1", b"[fe80::1%eth0]:2050", b" 192.0.2.7:2050", b"[::ffff:192.0.2.7]:2050"]
        for at, values in wrong.items():
            for value in values:
                fault = self.assertRaises(PeerError, Ticket.decode, changed(**{at: value}))
                self.assertTrue(str(fault).isprintable())
        for raw in (b"", b"le", b"de", TICKET.raw + b"e"):
            self.assertRaises(PeerError, Ticket.decode, raw)

    def test_F44_only_the_central_that_it_names_can_have_signed_it(self) -> None:
        """A changed byte, another central, and a signature under something else are found out."""
        body = {at: value for at, value in decode(TICKET.raw).items() if at != b"sig"}
        forged = [
            TICKET.raw.replace(b"192.0.2.7", b"192.0.2.8"),
            encode({**body, b"sig": OTHER.sign("ticket", encode(body))}),
            encode({**body, b"sig": CENTRAL.sign("record", encode(body))}),
        ]
        for raw in forged:
            fault = self.assertRaises(PeerError, Ticket.decode(raw).check)
            self.assertEqual(fault.code, 11)

    def test_counts(self) -> None:
        """For its stream, from its central, for its time, and not from a clock that is far ahead."""
        end, ahead = TICKET.exp, NOW - int(LIMITS.record_ahead_s * 1000)
        self.assertEqual(end, NOW + int(LIMITS.ticket_life_s * 1000))
        for key, centrals, now_ms, good in [
            (KEY, {CENTRAL.id, OTHER.id}, NOW, True),
            (KEY, {CENTRAL.id}, end - 1, True),
            (KEY, {CENTRAL.id}, end, False),
            (KEY, {CENTRAL.id}, ahead, True),
            (KEY, {CENTRAL.id}, ahead - 1, False),
            (KEY, {OTHER.id}, NOW, False),
            (KEY, set[bytes](), NOW, False),
            (FileKey(KEY.root, 1), {CENTRAL.id}, NOW, False),
        ]:
            self.assertEqual(TICKET.counts(key, centrals, now_ms), good)

    @given(st.integers(0, len(TICKET.raw) - 1), st.integers(1, 255))
    def test_any_byte(self, place: int, flip: int) -> None:
        """Whichever byte is another, it is no ticket of that central."""
        raw = bytearray(TICKET.raw)
        raw[place] ^= flip
        try:
            read = Ticket.decode(bytes(raw))
            read.check()
        except PeerError:
            return
        self.fail("a changed ticket held")
