"""How a small state file begins."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.state import Damaged, Sealing, seal, unseal
from p2pstream.errors import StorageError

WHOLE = seal("units", 1, b"some body")


class SealTests(SynchronousTestCase):
    """Kind, version, and that it is whole."""

    def test_round_trip(self) -> None:
        """What was sealed comes out, and from any older version."""
        self.assertEqual(unseal("units", 1, WHOLE, "x"), b"some body")
        self.assertEqual(unseal("units", 2, WHOLE, "x"), b"some body")
        self.assertTrue(WHOLE.startswith(b"p2pstream units 1 "))

    def test_in_pieces(self) -> None:
        """However the body is cut, it is the same file."""
        sealing = Sealing("units", 1)
        for piece in (b"some", b"", b" bo", b"dy"):
            sealing.add(piece)
        self.assertEqual(sealing.head() + b"some body", WHOLE)
        self.assertEqual(sealing.head_bytes, len(WHOLE) - len(b"some body"))

    def test_F09_every_bit(self) -> None:
        """No bit can change unnoticed."""
        for at in range(8 * len(WHOLE)):
            torn = bytearray(WHOLE)
            torn[at // 8] ^= 1 << at % 8
            with self.assertRaises(Damaged, msg=at):
                unseal("units", 1, bytes(torn), "x")

    def test_F10_every_length(self) -> None:
        """Nor can it be cut."""
        for length in range(len(WHOLE)):
            self.assertRaises(Damaged, unseal, "units", 1, WHOLE[:length], "x")

    def test_other_kind(self) -> None:
        """Another kind of file is not this one."""
        self.assertRaises(Damaged, unseal, "hashes", 1, WHOLE, "x")

    def test_F19_newer(self) -> None:
        """What a newer program wrote is refused in words, and is not called damaged."""
        error = self.assertRaises(StorageError, unseal, "units", 1, seal("units", 3, b"?"), "/x/units")
        self.assertNotIsInstance(error, Damaged)
        self.assertIn("/x/units was written by a newer p2pstream (format 3; this one knows 1)", str(error))
