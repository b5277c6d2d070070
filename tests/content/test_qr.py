"""QR codes, beside those that an encoder of others made (qrcode 8.2, level M, bytes)."""

from __future__ import annotations

from hashlib import sha256

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.qr import QR_BYTES, qr_code

#: A text, how many modules a side has, and what the rows hash to, as ``#`` and ``.``.
VECTORS = (
    ("http://192.0.2.7:2050/", 25, "8ecd59a5890069c2250cb255d9a6d61eaa5befa27d6ce1f875e7a1b34a927b84"),
    ("x" * 100, 41, "79076e2d3a0990aedc4dc4a532e4f530c86574936f0e6cf6514e896957b96bf9"),
    ("y" * 331, 69, "10b56c605022d782568067979c74e57a6e9ac7a6efbaa99ffec59b8acf24e094"),
)


def drawn(text: str) -> str:
    """Its rows."""
    return "\n".join("".join("#" if dark else "." for dark in row) for row in qr_code(text) or [])


class QrTests(SynchronousTestCase):
    def test_vectors(self) -> None:
        """One block, several, several of two lengths with the version told: module for module."""
        for text, side, digest in VECTORS:
            code = drawn(text)
            self.assertEqual((code.index("\n"), sha256(code.encode()).hexdigest()), (side, digest))

    def test_sizes(self) -> None:
        """The smallest that holds it, up to the largest, and beyond that none."""
        for length, side in ((14, 21), (15, 25), (QR_BYTES, 69)):
            self.assertEqual(len(qr_code("z" * length) or ()), side)
        self.assertIsNone(qr_code("z" * (QR_BYTES + 1)))
        self.assertIsNone(qr_code("ä" * 166))
        self.assertIsNotNone(qr_code(""))
