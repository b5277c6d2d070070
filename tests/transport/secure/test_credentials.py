"""Certificates that are made, and kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import StorageError
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.transport.secure.credentials import kept_credentials, made_credentials

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PATH = "peer/tls"


class CredentialsTests(SynchronousTestCase):
    """What a TLS server shows."""

    def test_made(self) -> None:
        """It holds from a day ago, for clocks that are slow, and each has a key of its own."""
        made = made_credentials(NOW)
        first = made.certificates[0]
        self.assertLess(first.not_valid_before_utc, NOW)
        self.assertGreater(first.not_valid_after_utc, NOW + timedelta(days=3000))
        self.assertNotEqual(made.key, made_credentials(NOW).key)
        self.assertNotIn("PRIVATE", repr(made))

    def test_kept(self) -> None:
        """The same after a restart; a new one before the old one expires."""
        disk = MemoryDisk()
        first = kept_credentials(disk, PATH, NOW)
        self.assertEqual(kept_credentials(disk, PATH, NOW + timedelta(days=3000)), first)
        later = NOW + timedelta(days=3640)
        second = kept_credentials(disk, PATH, later)
        self.assertNotEqual(second, first)
        self.assertEqual(kept_credentials(disk, PATH, later), second)

    def test_F09_damaged(self) -> None:
        """A key that is damaged is not made anew behind anybody's back."""
        disk = MemoryDisk()
        kept_credentials(disk, PATH, NOW)
        content = disk.read(PATH, 100_000)
        for place in range(0, len(content), 97):
            disk.replace(PATH, content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            fault = self.assertRaises(StorageError, kept_credentials, disk, PATH, NOW)
            self.assertIn("move it away", str(fault))
