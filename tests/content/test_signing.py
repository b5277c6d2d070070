"""Who signed what, and who cannot have."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signing import KINDS, Identity, check_id, verify
from p2pstream.errors import BadKey

PRIME = 2**255 - 19

# RFC 8032, 7.1, the first vector.
RFC_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_ID = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


def add(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    """The sum of two points of the curve (RFC 8032, 5.1.4, in the plain form)."""
    (x, y), (u, v) = left, right
    curved = -121665 * pow(121666, -1, PRIME) * x * y * u * v % PRIME
    first = (x * v + u * y) * pow(1 + curved, -1, PRIME)
    second = (y * v + x * u) * pow(1 - curved, -1, PRIME)
    return first % PRIME, second % PRIME


def small_order() -> set[bytes]:
    """Every spelling of the eight points whose order divides eight, worked out."""
    root = pow(2, (PRIME - 1) // 4, PRIME)
    curved = -121665 * pow(121666, -1, PRIME) % PRIME
    # The double of a point of order eight has the second coordinate 0: then x^2 = -y^2,
    # and the curve's equation says d·y^4 + 2·y^2 - 1 = 0.
    points = [(0, 1)]
    for sign in (1, -1):
        square = (-1 + sign * square_root((1 + curved) % PRIME)) * pow(curved, -1, PRIME) % PRIME
        if pow(square, (PRIME - 1) // 2, PRIME) == 1:
            y = square_root(square)
            points = multiples((root * y % PRIME, y))
    return {(y | (x & 1) << 255).to_bytes(32, "little") for x, y in points}


def square_root(square: int) -> int:
    """A root modulo the prime."""
    root = pow(square, (PRIME + 3) // 8, PRIME)
    if root * root % PRIME != square:
        root = root * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    assert root * root % PRIME == square
    return root


def multiples(point: tuple[int, int]) -> list[tuple[int, int]]:
    """The point, twice the point, and so on, up to the neutral one."""
    found = [point]
    while found[-1] != (0, 1):
        found.append(add(found[-1], point))
    return found


class IdentityTests(SynchronousTestCase):
    """A private key and its public half."""

    def test_rfc_8032(self) -> None:
        """The id is the public key of the standard."""
        self.assertEqual(Identity.generate(RFC_SEED).id, RFC_ID)
        self.assertEqual(Identity(RFC_SEED), Identity.generate(RFC_SEED))

    def test_the_seed_is_never_shown(self) -> None:
        """Whatever prints an identity does not print what it must keep."""
        self.assertNotIn(repr(RFC_SEED)[2:10], repr(Identity(RFC_SEED)))

    def test_length_of_the_seed(self) -> None:
        """32 bytes; neither one less nor one more."""
        for length in (0, 31, 33):
            self.assertRaises(BadKey, Identity, bytes(length))


class SignatureTests(SynchronousTestCase):
    """A signature holds for what it was made for."""

    def setUp(self) -> None:
        """Two people."""
        self.one, self.other = Identity(b"1" * 32), Identity(b"2" * 32)

    def test_there_and_back(self) -> None:
        """What was signed verifies, whatever it is."""
        for kind in KINDS:
            for body in (b"", b"body", bytes(100_000)):
                self.assertTrue(verify(self.one.id, kind, body, self.one.sign(kind, body)))

    def test_the_bytes_that_are_signed(self) -> None:
        """They begin with what they are for."""
        signature = Identity(RFC_SEED)._key.sign(b"p2ps-record-1body")
        self.assertTrue(verify(RFC_ID, "record", b"body", signature))

    def test_another_kind_body_signer(self) -> None:
        """A signature means nothing under another kind, body or id."""
        signature = self.one.sign("head", b"body")
        self.assertFalse(verify(self.one.id, "record", b"body", signature))
        self.assertFalse(verify(self.one.id, "head", b"Body", signature))
        self.assertFalse(verify(self.one.id, "head", b"-1body", signature))
        self.assertFalse(verify(self.other.id, "head", b"body", signature))

    def test_every_bit_counts(self) -> None:
        """A signature with one bit changed, cut or longer is none."""
        signature = self.one.sign("head", b"body")
        for bit in range(8 * len(signature)):
            changed = bytearray(signature)
            changed[bit // 8] ^= 1 << bit % 8
            self.assertFalse(verify(self.one.id, "head", b"body", bytes(changed)), bit)
        for wrong in (b"", signature[:-1], signature + b"\0"):
            self.assertFalse(verify(self.one.id, "head", b"body", wrong))

    def test_unknown_kinds(self) -> None:
        """What may be signed is a list; anything else is a bug of ours."""
        self.assertRaises(ValueError, self.one.sign, "letter", b"")
        self.assertRaises(ValueError, verify, self.one.id, "letter", b"", bytes(64))


class RefusedIdTests(SynchronousTestCase):
    """Ids that say nothing about who signed."""

    def test_small_order(self) -> None:
        """The eight points that anybody can sign for; the library alone would take them."""
        points = small_order()
        self.assertEqual(len(points), 8)
        for public in points:
            self.assertIn("everybody", str(self.assertRaises(BadKey, check_id, public)))
        neutral = (1).to_bytes(32, "little")
        self.assertFalse(verify(neutral, "head", b"anything", neutral + bytes(32)))

    def test_the_neutral_points_signature(self) -> None:
        """The signature that is refused above is one that the library accepts by itself."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        neutral = (1).to_bytes(32, "little")
        Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"anything")

    def test_other_spellings(self) -> None:
        """A number of p or more is another spelling of a smaller one; zero with a sign is small."""
        for second in (PRIME, PRIME + 1, 2**255 - 1):
            for sign in (0, 1):
                public = (second | sign << 255).to_bytes(32, "little")
                self.assertIn("not spelt", str(self.assertRaises(BadKey, check_id, public)))
        for second in (1, PRIME - 1):
            self.assertRaises(BadKey, check_id, (second | 1 << 255).to_bytes(32, "little"))

    def test_lengths(self) -> None:
        """32 bytes."""
        self.assertEqual(check_id(RFC_ID), RFC_ID)
        for wrong in (b"", RFC_ID[:-1], RFC_ID + b"\0"):
            self.assertRaises(BadKey, check_id, wrong)
            self.assertFalse(verify(wrong, "head", b"", bytes(64)))
