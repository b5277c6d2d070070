"""Certificates that are made here, and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from p2pstream.data.disk.troubles import telling
from p2pstream.data.state.seal import seal, unseal
from p2pstream.interfaces import IDisk
from p2pstream.limits import LIMITS

__all__ = ["Credentials", "Shown", "kept_credentials", "made_credentials"]

_KIND, _VERSION = "tls-key", 1
_ADVICE = "move it away, and another is made, which browsers have to be told of again"
#: A certificate that nobody else signs need not be renewed often; browsers are told by hand.
_LIFE = timedelta(days=3650)
_RENEWED = timedelta(days=30)


@dataclass(frozen=True)
class Credentials:
    """What a TLS server shows, and the key that goes with it.

    :param key: PEM.
    :param chain: PEM: its own certificate, then those that lead to its signer.
    """

    key: bytes = field(repr=False)
    chain: bytes

    @property
    def certificates(self) -> list[x509.Certificate]:
        """The chain, its own first."""
        return x509.load_pem_x509_certificates(self.chain)

    @property
    def private_key(self) -> PrivateKeyTypes:
        """The key."""
        return load_pem_private_key(self.key, None)


#: What is shown to who comes now; asked at the beginning of each connection.
Shown = Callable[[], Credentials]


def made_credentials(now: datetime) -> Credentials:
    """A new key (P-256, which all browsers know) and a certificate that it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "p2pstream")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("p2pstream")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Credentials(secret, certificate.public_bytes(Encoding.PEM))


def kept_credentials(disk: IDisk, path: str, now: datetime) -> Credentials:
    """Those that lie there; made, and made durable, if there are none or they are about to expire.

    May block.

    :raises errors.StorageError: they cannot be read or kept, are damaged, or a newer program wrote them.
    """
    title = f"the TLS key {path}"
    with telling("use", title):
        try:
            raw = disk.read(path, LIMITS.pem_bytes)
        except FileNotFoundError:
            return _keep(disk, path, made_credentials(now))
        key, _, chain = unseal(_KIND, _VERSION, raw, title, _ADVICE).partition(b"\0")
        credentials = Credentials(key, chain)
        if credentials.certificates[0].not_valid_after_utc < now + _RENEWED:
            return _keep(disk, path, made_credentials(now))
    return credentials


def _keep(disk: IDisk, path: str, made: Credentials) -> Credentials:
    disk.replace(path, seal(_KIND, _VERSION, made.key + b"\0" + made.chain))
    return made
