"""What televisions are told of bytes and devices."""

from __future__ import annotations

import re
from uuid import UUID

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.dlna import device_uuid, features, protocol_info, transfer_headers


class FeatureTests(SynchronousTestCase):
    def test_film(self) -> None:
        """It may be read from any byte on, streamed, and paused by leaving bytes in the socket."""
        said = features("video/mp4")
        self.assertEqual(said, "DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000000000000000000000000000")
        self.assertEqual(protocol_info("video/mp4"), f"http-get:*:video/mp4:{said}")

    def test_pictures(self) -> None:
        """They are fetched as pages are, not streamed."""
        said = features("image/jpeg", "JPEG_TN")
        self.assertTrue(said.startswith("DLNA.ORG_PN=JPEG_TN;"))
        self.assertIn("FLAGS=00F00000", said)

    def test_profiles(self) -> None:
        """First of all, and only where it is certain."""
        self.assertTrue(features("audio/mpeg").startswith("DLNA.ORG_PN=MP3;DLNA.ORG_OP"))
        self.assertNotIn("DLNA.ORG_PN", features("video/x-matroska"))


class UuidTests(SynchronousTestCase):
    def test_made_of_the_id(self) -> None:
        """One peer has the same for ever, another another, and it is as UUIDs are."""
        one = device_uuid(b"i" * 32)
        self.assertEqual(one, device_uuid(b"i" * 32))
        self.assertNotEqual(one, device_uuid(b"j" * 32))
        self.assertEqual(UUID(one).version, 8)
        self.assertTrue(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one))


class TransferTests(SynchronousTestCase):
    def test_asked(self) -> None:
        """Whoever knows DLNA is told how it is sent, and what it is if that is asked; nobody else."""
        self.assertEqual(transfer_headers(None, None, "video/mp4"), {})
        said = transfer_headers("1", "Streaming", "video/mp4")
        self.assertEqual(said[b"transferMode.dlna.org"], b"Streaming")
        self.assertEqual(said[b"contentFeatures.dlna.org"].decode(), features("video/mp4"))
        self.assertEqual(transfer_headers(None, "background", "x"), {b"transferMode.dlna.org": b"Background"})
        for mode in ("Interactive", "anything\r\nX: y", ""):
            self.assertEqual(transfer_headers("0", mode, "x"), {b"transferMode.dlna.org": b"Streaming"})
