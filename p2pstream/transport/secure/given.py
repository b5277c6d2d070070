"""A certificate that somebody gives us, and its key: files as certbot writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from OpenSSL import SSL

from p2pstream.content.text import printable, size_text
from p2pstream.data.secret import first_bytes
from p2pstream.errors import StorageError, UsageError
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.secure.credentials import Credentials
from p2pstream.transport.secure.tls import serving_context

__all__ = ["given_credentials"]


def given_credentials(
    certificate: str | None, private_key: str | None, now: datetime, limits: Limits = LIMITS
) -> Credentials | None:
    """Those in two files, or in one that is named twice; None: none are given.  Blocks.

    :param certificate: the path of the chain in PEM, its own certificate first.
    :param private_key: the path of the key in PEM, which has no password.
    :raises errors.UsageError: they cannot be read, are none, do not fit together or have
        expired, others may read the key, or one of the two is missing.
    """
    if certificate is None and private_key is None:
        return None
    if certificate is None or private_key is None:
        raise UsageError("--certificate and --private-key belong together; give both")
    try:
        chain, key = _content(certificate, limits), _content(private_key, limits, "key")
    except StorageError as fault:
        raise UsageError(str(fault)) from None
    return _checked(Credentials(key, chain), printable(certificate), printable(private_key), now)


def _content(path: str, limits: Limits, secret: str = "") -> bytes:
    raw = first_bytes(path, limits.pem_bytes + 1, secret)
    if len(raw) > limits.pem_bytes:
        raise UsageError(f"cannot read {printable(path)}: {size_text(limits.pem_bytes)} are the most")
    return raw


def _checked(credentials: Credentials, certificate: str, private_key: str, now: datetime) -> Credentials:
    try:
        first = credentials.certificates[0]
    except ValueError:
        raise UsageError(f"there is no certificate in PEM in {certificate}") from None
    try:
        key = credentials.private_key
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UsageError(f"there is no private key in PEM, without a password, in {private_key}") from None
    if _public(first) != _public(key):
        raise UsageError(f"the key in {private_key} does not belong to the certificate in {certificate}")
    if first.not_valid_after_utc <= now:
        day = f"{first.not_valid_after_utc:%Y-%m-%d}"
        raise UsageError(f"the certificate in {certificate} expired on {day}; renew it")
    try:
        serving_context(credentials)
    except (SSL.Error, TypeError) as fault:
        raise UsageError(f"TLS cannot use the key in {private_key}: {printable(str(fault), 200)}") from None
    return credentials


def _public(owner: Any) -> bytes:
    """The public key of a certificate or a private key."""
    public: bytes = owner.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return public
