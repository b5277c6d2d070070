"""A certificate that somebody gives us, in files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import UsageError
from p2pstream.limits import LIMITS
from p2pstream.transport.secure.credentials import Credentials, made_credentials
from p2pstream.transport.secure.given import given_credentials
from tests.transport.secure.authority import pem, signed, write_files

NOW = datetime.now(UTC)


class GivenTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A certificate in two files."""
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.files = write_files(self.folder, "films.example.org")
        self.chain, self.key = self.files.fullchain.read_bytes(), self.files.privkey.read_bytes()

    def given(self, when: datetime = NOW, most: int = LIMITS.pem_bytes) -> Credentials | None:
        """What is read from the two."""
        limits = replace(LIMITS, pem_bytes=most)
        return given_credentials(str(self.files.fullchain), str(self.files.privkey), when, limits)

    def fault(self, when: datetime = NOW, most: int = LIMITS.pem_bytes) -> str:
        """Why they are refused: one line, with no secret in it."""
        said = str(self.assertRaises(UsageError, self.given, when, most)).replace(str(self.folder), "")
        self.assertTrue(said.isprintable(), said)
        self.assertNotIn("PRIVATE", said)
        return said

    def refused(self, chain: bytes, key: bytes) -> str:
        """Why these are."""
        self.files.fullchain.write_bytes(chain)
        self.files.privkey.write_bytes(key)
        return self.fault()

    def test_none(self) -> None:
        """Who names no file is given none; one alone is not enough."""
        self.assertIsNone(given_credentials(None, None, NOW))
        for one in ((str(self.files.fullchain), None), (None, str(self.files.privkey))):
            self.assertIn("belong together", str(self.assertRaises(UsageError, given_credentials, *one, NOW)))

    def test_two_files(self) -> None:
        """The chain and the key, as they are."""
        self.assertEqual(self.given(), Credentials(self.key, self.chain))

    def test_one_file(self) -> None:
        """Both may be in one, in either order."""
        for content in (self.chain + self.key, self.key + self.chain):
            self.files.privkey.write_bytes(content)
            path = str(self.files.privkey)
            found = given_credentials(path, path, NOW)
            assert found is not None
            self.assertEqual(found.certificates, Credentials(self.key, self.chain).certificates)
            self.assertEqual(pem(found.private_key), self.key)

    def test_F49_none_in_it(self) -> None:
        """What is no certificate, or no key, is named with its file."""
        cut = self.chain[:300]
        for chain in (
            b"",
            b"\xff\x1b[2J",
            self.key,
            cut,
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ):
            said = self.refused(chain, self.key)
            self.assertEqual(said, "there is no certificate in PEM in /fullchain.pem")
        locked = made_credentials(NOW).private_key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")
        )
        for key in (b"", b"\xff", self.chain, self.key[:-60], locked):
            said = self.refused(self.chain, key)
            self.assertEqual(said, "there is no private key in PEM, without a password, in /privkey.pem")

    def test_F49_another_key(self) -> None:
        """A key belongs to its certificate alone, which is the first of the chain."""
        own, *others = self.chain.split(b"-----BEGIN")[1:]
        turned = b"".join(b"-----BEGIN" + each for each in (*others, own))
        for chain, key in ((self.chain, made_credentials(NOW).key), (turned, self.key)):
            self.assertEqual(
                self.refused(chain, key),
                "the key in /privkey.pem does not belong to the certificate in /fullchain.pem",
            )

    def test_F49_expired(self) -> None:
        """Nobody would take one whose time is over."""
        later = NOW + timedelta(days=1, seconds=-5)
        self.assertIsNotNone(self.given(later))
        self.assertRegex(
            self.fault(NOW + timedelta(days=2)), r"fullchain\.pem expired on \d{4}-\d\d-\d\d; renew"
        )

    def test_F49_too_weak(self) -> None:
        """What TLS itself would refuse is refused before a port is there."""
        weak = rsa.generate_private_key(65537, 1024)
        said = self.refused(signed("weak", weak, "weak", weak), pem(weak))
        self.assertIn("TLS cannot use the key in /privkey.pem", said)
        self.assertIn("too small", said)

    def test_F18_unreadable(self) -> None:
        """Files that are not there, or are none, are named."""
        for path in (self.files.fullchain, self.files.privkey):
            path.unlink()
            self.assertEqual(self.fault(), f"cannot read /{path.name}: there is no such file or folder")
            path.mkdir()
            self.assertEqual(self.fault(), f"cannot read /{path.name}: it is not a regular file")
            path.rmdir()
            path.write_bytes(self.chain)

    def test_F58_others_may_read(self) -> None:
        """A key that everybody may read is none; a group's may be, and a certificate is everybody's."""
        self.files.fullchain.chmod(0o644)
        for mode in (0o600, 0o640):
            self.files.privkey.chmod(mode)
            self.assertIsNotNone(self.given())
        self.files.privkey.chmod(0o644)
        self.assertEqual(self.fault(), "everybody may read the key in /privkey.pem: chmod o= /privkey.pem")

    def test_bounds(self) -> None:
        """A file of the most bytes is read, one byte more is too much."""
        most = max(len(self.chain), len(self.key))
        self.assertIsNotNone(self.given(most=most))
        self.assertIn("fullchain.pem: ", self.fault(most=most - 1))
        self.assertIn("privkey.pem: ", self.refused_long(most))

    def refused_long(self, most: int) -> str:
        """Why a key is refused that is longer."""
        self.files.privkey.write_bytes(self.key.ljust(most + 1, b"\n"))
        return self.fault(most=most)
