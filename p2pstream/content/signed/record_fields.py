"""The fields of a record, each read as what it may be; the error names the one that is not."""

from __future__ import annotations

import re

from p2pstream.content.bencode import Value
from p2pstream.content.keys import FileKey, Key, decode_key
from p2pstream.content.names import decode_name
from p2pstream.content.namespaces import decode_full_name, split_name
from p2pstream.content.signing import SIGNATURE_BYTES, check_id
from p2pstream.errors import BadKey, BadName, BadRecord
from p2pstream.limits import Limits

__all__ = ["Fields"]

_MIME = re.compile(rb"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")


class Fields:
    """A record's dictionary.  A field without a value is left out, never empty or zero.

    :raises BadRecord: it is no dictionary.
    """

    def __init__(self, written: Value) -> None:
        if not isinstance(written, dict):
            raise BadRecord("a record is not a dictionary")
        self._written = written

    def signed(self) -> dict[bytes, Value]:
        """Everything but the signatures."""
        return {at: value for at, value in self._written.items() if at not in (b"sig", b"nsig")}

    def name(self) -> str:
        """What people call it."""
        try:
            return decode_full_name(self._bytes(b"name"))
        except BadName as fault:
            raise _bad(b"name", str(fault)) from None

    def key(self) -> Key | None:
        """The key of a stream; None where there is none."""
        return self._key(b"key")

    def side(self) -> FileKey | None:
        """The key of the side content, which is no broadcast; None where there is none."""
        side = self._key(b"side")
        if side is not None and not isinstance(side, FileKey):
            raise _bad(b"side", "it is not the key of a file")
        return side

    def public(self, at: bytes) -> bytes:
        """A public key."""
        try:
            return check_id(self._bytes(at))
        except BadKey as fault:
            raise _bad(at, str(fault)) from None

    def successor(self) -> bytes:
        """The public key that takes over; empty where none does."""
        if b"next" not in self._written:
            return b""
        if b"key" not in self._written:
            raise _bad(b"next", "a name that is withdrawn moves to nobody")
        if split_name(self.name())[0] is not None:
            raise _bad(b"next", "a name in a namespace moves to nobody")
        if self._bytes(b"next") == self._bytes(b"pub"):
            raise _bad(b"next", "it is the old one")
        return self.public(b"next")

    def expiry(self, key: Key | None, limits: Limits) -> int:
        """Until when it counts: as it says, but not for too long; a tombstone says nothing."""
        signed = self.number(b"t", needed=True)
        if key is None:
            if b"exp" in self._written:
                raise _bad(b"exp", "how long a name stays withdrawn is not for a record to say")
            return signed + int(limits.record_gone_s * 1000)
        until = self.number(b"exp", needed=True)
        if not signed < until <= signed + limits.record_life_s * 1000:
            raise _bad(b"exp", f"it is not within {limits.record_life_s:.0f} s after it was signed")
        return until

    def number(self, at: bytes, *, needed: bool = False) -> int:
        """A number above zero; 0 where there is none."""
        value = self._written.get(at)
        if value is None and not needed:
            return 0
        if not isinstance(value, int) or value <= 0:
            raise _bad(at, "it is not a number above zero")
        return value

    def raw(self, at: bytes, length: int) -> bytes:
        """So many bytes; none where there are none."""
        value = self._bytes(at)
        if at in self._written and len(value) != length:
            raise _bad(at, f"it has {len(value)} bytes, not {length}")
        return value

    def signature(self, at: bytes) -> bytes:
        """A signature, which must be there."""
        return self.raw(at, SIGNATURE_BYTES) or _missing(at)

    def mime(self, limits: Limits) -> str:
        """A type as HTTP has it, without parameters; "" where there is none."""
        value = self._bytes(b"mime")
        if b"mime" in self._written and not _MIME.fullmatch(value):
            raise _bad(b"mime", "it is not a type")
        return self._short(b"mime", value, limits).decode()

    def tags(self, limits: Limits) -> tuple[str, ...]:
        """Words it can be found by; each could be a name."""
        value = self._written.get(b"tags", [])
        if not isinstance(value, list) or len(value) > limits.record_tags:
            raise _bad(b"tags", f"it is not a list of up to {limits.record_tags}")
        try:
            return tuple(decode_name(self._short(b"tags", tag, limits)) for tag in value)
        except BadName as fault:
            raise _bad(b"tags", str(fault)) from None

    def _key(self, at: bytes) -> Key | None:
        raw = self._bytes(at)
        try:
            return decode_key(raw) if raw else None
        except BadKey as fault:
            raise _bad(at, str(fault)) from None

    def _bytes(self, at: bytes) -> bytes:
        value = self._written.get(at, b"")
        if not isinstance(value, bytes) or (at in self._written and not value):
            raise _bad(at, "it is not some bytes")
        return value

    def _short(self, at: bytes, value: Value, limits: Limits) -> bytes:
        if not isinstance(value, bytes) or len(value) > limits.record_text_bytes:
            raise _bad(at, f"it is not up to {limits.record_text_bytes} bytes")
        return value


def _missing(at: bytes) -> bytes:
    raise _bad(at, "it is missing")


def _bad(at: bytes, why: str) -> BadRecord:
    return BadRecord(f"a record's “{at.decode()}” is not what it may be: {why}")
