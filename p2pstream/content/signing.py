"""Who somebody is: an Ed25519 key (RFC 8032), and what it signed.

Signed bytes always begin with what they are for, so that a signature under one thing
never passes for one under another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from p2pstream.errors import BadKey

__all__ = ["KEY_BYTES", "KINDS", "SIGNATURE_BYTES", "Identity", "check_id", "verify"]

KEY_BYTES = 32
SIGNATURE_BYTES = 64

#: What may be signed.
KINDS = frozenset({"auth", "head", "record", "ticket", "call"})

_PRIME = 2**255 - 19
# The second coordinates of the eight points whose order divides eight: anybody can make
# a signature that such a "key" seems to have made.
_EIGHTH = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER = frozenset({0, 1, _PRIME - 1, _EIGHTH, _PRIME - _EIGHTH})


@dataclass(frozen=True)
class Identity:
    """A private key; only `id` is ever shown.

    :param seed: 32 bytes that nobody can guess.
    """

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES:
            raise BadKey(f"a private key has {KEY_BYTES} bytes, not {len(self.seed)}")

    @classmethod
    def generate(cls, random_bytes: bytes) -> Identity:
        """A new one, from 32 bytes of the system's best chance."""
        return cls(random_bytes)

    @cached_property
    def id(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, kind: str, body: bytes) -> bytes:
        """A signature, 64 bytes, over ``body`` as a thing of this kind (`KINDS`)."""
        return self._key.sign(_signed(kind, body))


def check_id(public: bytes) -> bytes:
    """Return ``public`` if it can be somebody's public key.

    :raises BadKey: not 32 bytes, not the one spelling of its point, or of small order.
    """
    if len(public) != KEY_BYTES:
        raise BadKey(f"a public key has {KEY_BYTES} bytes, not {len(public)}")
    second = int.from_bytes(public, "little") & (2**255 - 1)
    if second >= _PRIME:
        raise BadKey("a public key is not spelt as it must be")
    if second in _SMALL_ORDER:
        raise BadKey("a public key is one that everybody can sign for")
    return public


def verify(id: bytes, kind: str, body: bytes, signature: bytes) -> bool:
    """Whether ``id`` signed ``body`` as a thing of this kind; never for an id that `check_id` refuses."""
    try:
        key = Ed25519PublicKey.from_public_bytes(check_id(id))
        key.verify(signature, _signed(kind, body))
    except (BadKey, InvalidSignature):
        return False
    return True


def _signed(kind: str, body: bytes) -> bytes:
    if kind not in KINDS:
        raise ValueError(f"nothing of the kind {kind!r} is ever signed")
    return b"p2ps-%b-1%b" % (kind.encode("ascii"), body)
