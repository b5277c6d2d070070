"""Certificates that an authority of the test's own signs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

__all__ = ["Files", "pem", "signed", "write_files"]


class Files(NamedTuple):
    """As certbot names them, and whom to trust for that."""

    fullchain: Path
    privkey: Path
    root: Path


def signed(name: str, key: Any, issuer: str, signer: Any, host: str = "") -> bytes:
    """A certificate in PEM, valid for a day: of a machine called ``host``, without it of an authority."""
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_called(name))
        .issuer_name(_called(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
    )
    if host:
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, SHA256()).public_bytes(Encoding.PEM)


def pem(key: Any) -> bytes:
    """The private key."""
    secret: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret


def write_files(folder: Path, host: str) -> Files:
    """A certificate for a machine of this name, which a root signed that signed what signed it."""
    root, between, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    files = Files(folder / "fullchain.pem", folder / "privkey.pem", folder / "root.pem")
    chain = signed("own", own, "between", between, host) + signed("between", between, "root", root)
    files.fullchain.write_bytes(chain)
    files.privkey.touch(0o600)
    files.privkey.write_bytes(pem(own))
    files.root.write_bytes(signed("root", root, "root", root))
    return files


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
