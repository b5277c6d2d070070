"""Records: a name, and what it stands for, signed by whoever publishes it.

A record is a canonical dictionary (`content.bencode`)::

    name   what people call it; in its publisher's namespace or not    d  duration in ms
    key    what identifies its bytes; none: the name is withdrawn      b  bits per second
    seq    grows with every record of that publisher for that name     mime, tags
    t, exp unix ms: when it was signed, and until when it counts       ih1, ih2  info-hashes
    pub    the publisher's public key                                  next, nsig
    side   the key of its side content (`content.side`)
    sig    its signature over ``p2ps-record-1`` and all but sig and nsig

``next`` is a new public key, which takes over the name; ``nsig`` is its own signature over
the same bytes.  Whatever else is in a dictionary is signed, kept, and ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from p2pstream.content.bencode import decode, encode
from p2pstream.content.folding import fold
from p2pstream.content.keys import FileKey, Key
from p2pstream.content.namespaces import check_full_name, split_name
from p2pstream.content.signed.record_fields import Fields
from p2pstream.content.signing import Identity, verify
from p2pstream.content.text import printable
from p2pstream.errors import BadRecord, PeerError
from p2pstream.limits import LIMITS, Limits

__all__ = ["Record", "read_record", "sign_record"]


@dataclass(frozen=True)
class Record:
    """A record as it was read: every field is what it may be; `check` says whether it holds.

    Times are unix milliseconds.
    """

    name: str
    #: None: a tombstone, by which the publisher withdraws the name.
    key: Key | None
    seq: int
    t: int
    exp: int
    #: Who signed it.
    pub: bytes
    #: As it is sent and stored, signatures included.
    raw: bytes = field(repr=False)
    #: The type by RFC 6838, "" for unknown; so are the zeros below.
    mime: str = ""
    dur_ms: int = 0
    #: Bits per second.
    br: int = 0
    tags: tuple[str, ...] = ()
    #: BitTorrent's info-hashes, 20 bytes of version 1 and 32 of version 2; or none.
    ih1: bytes = b""
    ih2: bytes = b""
    #: The public key that takes over the name; or none.
    next: bytes = b""
    #: The key of the stream's side content; or none.
    side: FileKey | None = None

    @classmethod
    def decode(cls, raw: bytes, limits: Limits = LIMITS) -> Record:
        """The record in ``raw``; its signatures are not looked at yet.

        :raises BadRecord: one line that names the field.
        """
        fields = _fields(raw, limits)
        key = fields.key()
        return cls(
            name=fields.name(),
            key=key,
            seq=fields.number(b"seq", needed=True),
            t=fields.number(b"t", needed=True),
            exp=fields.expiry(key, limits),
            pub=fields.public(b"pub"),
            raw=bytes(raw),
            mime=fields.mime(limits),
            dur_ms=fields.number(b"d"),
            br=fields.number(b"b"),
            tags=fields.tags(limits),
            ih1=fields.raw(b"ih1", 20),
            ih2=fields.raw(b"ih2", 32),
            next=fields.successor(),
            side=fields.side(),
        )

    @property
    def publisher(self) -> bytes:
        """Whose the name is once this record is accepted."""
        return self.next or self.pub

    @property
    def heir_of(self) -> bytes:
        """The public key whose place the publisher takes; empty: nobody's."""
        return self.pub if self.next else b""

    @cached_property
    def fold(self) -> str:
        """What the name is looked up by."""
        return fold(self.name)

    def check(self, now_ms: int, asked: str | None = None, limits: Limits = LIMITS) -> None:
        """Whether the record holds now, and is one of the name that was asked for.

        :raises BadRecord: it does not: its time, its name, or a signature.
        """
        self._check_time(now_ms, limits)
        if asked is not None and self.fold != fold(asked):
            raise self._bad(f"“{printable(asked, 80)}” was asked for")
        owner, _ = split_name(self.name)
        if owner is not None and owner != self.pub:
            raise self._bad("the key in its name has not signed it")
        self._check_signatures(limits)

    def _check_time(self, now_ms: int, limits: Limits) -> None:
        if max(self.seq, self.t) > now_ms + limits.record_ahead_s * 1000:
            raise self._bad("it is signed in the future; are the clocks right?")
        if self.exp <= now_ms:
            raise self._bad("it has expired")

    def _check_signatures(self, limits: Limits) -> None:
        fields = _fields(self.raw, limits)
        body = encode(fields.signed())
        if not verify(self.pub, "record", body, fields.signature(b"sig")):
            raise self._bad("its signature is not its publisher's")
        if self.next and not verify(self.next, "record", body, fields.signature(b"nsig")):
            raise self._bad("its new publisher has not signed it")

    def _bad(self, why: str) -> BadRecord:
        return BadRecord(f"the record of “{printable(self.name, 80)}” does not hold: {why}")


def read_record(raw: bytes, now_ms: int, asked: str | None = None, limits: Limits = LIMITS) -> Record:
    """`Record.decode` and `Record.check`: for what comes from a stranger.

    :raises BadRecord: one line.
    """
    record = Record.decode(raw, limits)
    record.check(now_ms, asked, limits)
    return record


def _fields(raw: bytes, limits: Limits) -> Fields:
    try:
        return Fields(decode(raw, most_bytes=limits.central_record_bytes, limits=limits))
    except PeerError as fault:
        raise BadRecord(f"a record is not as records are written: {fault}") from None


def sign_record(
    identity: Identity,
    name: str,
    key: Key | None,
    now_ms: int,
    *,
    after: int = 0,
    life_s: float | None = None,
    mime: str = "",
    dur_ms: int = 0,
    br: int = 0,
    tags: Sequence[str] = (),
    ih1: bytes = b"",
    ih2: bytes = b"",
    heir: Identity | None = None,
    side: FileKey | None = None,
    limits: Limits = LIMITS,
) -> Record:
    """A new record of ours; without a key a tombstone.

    :param after: the sequence number of our last record of that name, if there is one.
    :param life_s: how long it shall count; the table's bound if None.
    :param heir: who takes over the name; signs as well.
    :raises BadName: no record may have that name.
    :raises BadRecord: it is larger than records may be, or a field is not what it may be.
    """
    life = limits.record_life_s if life_s is None else life_s
    said: dict[bytes, Any] = {
        b"name": check_full_name(name).encode(),
        b"key": key.encode() if key else b"",
        b"seq": max(now_ms, after + 1),
        b"t": now_ms,
        b"exp": now_ms + int(life * 1000) if key else 0,
        b"pub": identity.id,
        b"next": heir.id if heir else b"",
    }
    facts: dict[bytes, Any] = {b"mime": mime.encode(), b"d": dur_ms, b"b": br, b"ih1": ih1, b"ih2": ih2}
    facts |= {b"side": side.encode() if side else b"", b"tags": [tag.encode() for tag in tags]}
    written = {at: value for at, value in (said | facts).items() if value}
    return read_record(_signed(written, identity, heir), now_ms, name, limits)


def _signed(written: dict[bytes, Any], identity: Identity, heir: Identity | None) -> bytes:
    """The record with its signatures, as it is sent."""
    body = encode(written)
    signatures = {b"sig": identity.sign("record", body)}
    if heir:
        signatures[b"nsig"] = heir.sign("record", body)
    return encode(written | signatures)
