from __future__ import annotations

import struct
import zlib

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.screen.png import png


class PngTests(SynchronousTestCase):
    def test_parts(self) -> None:
        """A PNG of header, pixels and end, each with its checksum; transparency is taken out."""
        picture = png(bytes((1, 2, 3, 0, 4, 5, 6, 255)), 1, 2)
        self.assertEqual(picture[:8], b"\x89PNG\r\n\x1a\n")
        at, parts = 8, {}
        while at < len(picture):
            length, kind = struct.unpack_from(">I4s", picture, at)
            body = picture[at + 8 : at + 8 + length]
            (checksum,) = struct.unpack_from(">I", picture, at + 8 + length)
            self.assertEqual(checksum, zlib.crc32(kind + body))
            parts[kind] = body
            at += 12 + length
        self.assertEqual(struct.unpack(">IIBBBBB", parts[b"IHDR"]), (1, 2, 8, 6, 0, 0, 0))
        self.assertEqual(zlib.decompress(parts[b"IDAT"]), bytes((0, 1, 2, 3, 255, 0, 4, 5, 6, 255)))
        self.assertEqual(parts[b"IEND"], b"")
