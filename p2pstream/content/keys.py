"""Keys: what identifies the bytes of a stream, whatever people call it.

A file's key is the root of its tree (`content.hashes.merkle`) and its length; neither alone
would do, for a tree's inner hashes pass for the leaves of a shorter file.  A live
stream's key is the public key that signs it.  One key has one spelling, in bytes and in
text.
"""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from dataclasses import dataclass

from p2pstream.content.signing import check_id
from p2pstream.content.text import printable
from p2pstream.content.units import HASH_BYTES, LEAF, UNIT, ZERO_HASH
from p2pstream.errors import BadKey
from p2pstream.limits import LIMITS

__all__ = [
    "KEY_SCHEME",
    "FileKey",
    "Key",
    "LiveKey",
    "check_key",
    "decode_key",
    "from_base32",
    "height",
    "key_bytes",
    "parse_key",
    "to_base32",
]

#: How the text of a key begins.
KEY_SCHEME = "p2ps:"
_FILE_SCHEME = f"{KEY_SCHEME}f-"

_FILE, _LIVE = 1, 2
_BYTES = {_FILE: 41, _LIVE: 33}
_TEXT = re.compile(
    r"p2ps:(?:f-(?P<root>[a-z2-7]{52})-(?P<length>0|[1-9][0-9]{0,19})|l-(?P<public>[a-z2-7]{52}))"
)
_BASE32 = re.compile(r"[a-z2-7]{52}")


@dataclass(frozen=True, order=True)
class FileKey:
    """The key of a file that is complete.

    :param root: 32 bytes, the root of its tree; zeros if and only if it is empty.
    :param length: in bytes.
    """

    root: bytes
    length: int

    def __post_init__(self) -> None:
        if len(self.root) != HASH_BYTES:
            raise BadKey(f"a key's root has {HASH_BYTES} bytes, not {len(self.root)}")
        if not 0 <= self.length <= LIMITS.stream_bytes:
            raise BadKey(f"a key says a length that no stream can have: {_number(self.length)}")
        if (self.root == ZERO_HASH) != (self.length == 0):
            raise BadKey(f"a key's root and its length, {self.length} bytes, do not go together")

    @property
    def leaves(self) -> int:
        """How many leaves of 16 KiB there are; the last may be shorter."""
        return -(-self.length // LEAF)

    @property
    def units(self) -> int:
        """How many units of 64 KiB there are; the last may be shorter."""
        return -(-self.length // UNIT)

    @property
    def height(self) -> int:
        """The layer of the root; that of the leaves is 0."""
        return height(self.length)

    @property
    def unit_layer(self) -> int:
        """The layer whose nodes are the hashes of units; that of the root in a lower tree."""
        return min(2, self.height)

    def unit_span(self, number: int) -> tuple[int, int]:
        """The bytes ``[start, stop)`` of a unit.

        :raises IndexError: there is no such unit.
        """
        if not 0 <= number < self.units:
            raise IndexError(f"there is no unit {number} among {self.units}")
        return self.span(number, number + 1)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The bytes ``[start, stop)`` of units ``[first, last)``, as far as the content goes."""
        return first * UNIT, min(last * UNIT, self.length)

    def encode(self) -> bytes:
        """``01``, the root, and the length as a big-endian u64: 41 bytes."""
        return b"\x01%b%b" % (self.root, self.length.to_bytes(8, "big"))

    @property
    def text(self) -> str:
        """``p2ps:f-<root>-<length>``."""
        return _FILE_SCHEME + self.stem

    @property
    def stem(self) -> str:
        """``<root>-<length>``: what files on our disk are named after it."""
        return f"{to_base32(self.root)}-{self.length}"

    @classmethod
    def of_stem(cls, stem: str) -> FileKey:
        """The key whose `stem` that is.

        :raises BadKey: one line; it is that of none.
        """
        key = parse_key(_FILE_SCHEME + stem)
        assert isinstance(key, FileKey), "it begins as one"
        return key

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, order=True)
class LiveKey:
    """The key of a live stream.

    :param public: 32 bytes, the Ed25519 key that signs its heads.
    """

    public: bytes

    def __post_init__(self) -> None:
        check_id(self.public)

    def encode(self) -> bytes:
        """``02`` and the public key: 33 bytes."""
        return b"\x02" + self.public

    @property
    def text(self) -> str:
        """``p2ps:l-<public key>``."""
        return f"p2ps:l-{to_base32(self.public)}"

    def __str__(self) -> str:
        return self.text


Key = FileKey | LiveKey


def key_bytes(first: int) -> int:
    """How many bytes a key has that begins with this one; 0: no key does."""
    return _BYTES.get(first, 0)


def decode_key(raw: bytes) -> Key:
    """The key that ``raw`` spells.

    :raises BadKey: one line that says why it is none.
    """
    if raw and len(raw) == key_bytes(raw[0]):
        if raw[0] == _LIVE:
            return LiveKey(bytes(raw[1:]))
        return FileKey(bytes(raw[1:33]), int.from_bytes(raw[33:], "big"))
    raise BadKey(f"{len(raw)} bytes that begin with {bytes(raw[:1]).hex() or 'nothing'} are no key")


def check_key(raw: bytes) -> None:
    """As `decode_key`, for who wants the bytes alone: a central reads thousands of keys a second."""
    is_file = len(raw) == _BYTES[_FILE] and raw[0] == _FILE and not raw.startswith(ZERO_HASH, 1)
    if not is_file or not 0 < int.from_bytes(raw[33:], "big") <= LIMITS.stream_bytes:
        # It makes the others, and says what is wrong with those that are none.
        decode_key(raw)


def parse_key(text: str) -> Key:
    """The key that ``text`` spells: lower case, no spare bits, no leading zeros.

    :raises BadKey: one line that names ``text``.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise BadKey(f"“{printable(text, 80)}” is no key; keys look like p2ps:f-<52 characters>-<length>")
    try:
        if found["public"]:
            return LiveKey(from_base32(found["public"]))
        return FileKey(from_base32(found["root"]), int(found["length"]))
    except BadKey as fault:
        raise BadKey(f"“{printable(text, 80)}” is no key: {fault}") from None


def height(length: int) -> int:
    """The layer of the root of a tree over so many bytes."""
    return max(-(-length // LEAF) - 1, 0).bit_length()


def to_base32(raw: bytes) -> str:
    """32 bytes as 52 characters: RFC 4648, lower case, without padding."""
    return b32encode(raw).decode("ascii").rstrip("=").lower()


def from_base32(text: str) -> bytes:
    """The 32 bytes that `to_base32` spells so.

    :raises BadKey: anything else, so that nothing has two spellings.
    """
    if not _BASE32.fullmatch(text):
        raise BadKey(f"“{printable(text, 60)}” is not 52 characters of a-z and 2-7")
    raw = b32decode(text.upper() + "====")
    if to_base32(raw) != text:
        raise BadKey(f"“{text}” has bits set that mean nothing")
    return raw


def _number(number: int) -> str:
    """A number in words, however many digits it has."""
    return str(number) if abs(number) < 2**64 else "more than 64 bits"
