"""The secret of a closed group: never on a command line, never sent."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from p2pstream.content.text import printable
from p2pstream.data.disk import open_file, telling
from p2pstream.errors import UsageError
from p2pstream.limits import LIMITS, Limits

__all__ = ["VARIABLE", "first_bytes", "group_secret"]

VARIABLE = "P2PSTREAM_SECRET"


def group_secret(path: str | None, environ: Mapping[str, str], limits: Limits = LIMITS) -> bytes | None:
    """The secret in a file, else in the environment; None: there is no closed group.

    Blanks and ends of lines around it do not count.

    :raises errors.StorageError: the file cannot be read.
    :raises errors.UsageError: what is there is no secret, or everybody may read it.
    """
    if path is None:
        given = environ.get(VARIABLE)
        return None if given is None else _checked(given.encode("utf-8", "surrogateescape"), VARIABLE, limits)
    # One byte and some blanks more than is allowed tell whether it is too long.
    return _checked(first_bytes(path, limits.secret_bytes + 64, "secret"), printable(path), limits)


def first_bytes(path: str, most: int, secret: str = "") -> bytes:
    """The first bytes of a file that a person names.

    :param secret: what is in it, where that is not for everybody to read.
    :raises errors.StorageError: it cannot be read.
    :raises errors.UsageError: everybody may read it.
    """
    file = open_file(path)
    try:
        with telling("read", file.title):
            raw, mode = file.pread(0, most), file.mode()
    finally:
        file.close()
    # Elsewhere a mode says nothing of others.
    if secret and os.name == "posix" and mode & stat.S_IROTH:
        raise UsageError(f"everybody may read the {secret} in {file.title}: chmod o= {file.title}")
    return raw


def _checked(raw: bytes, where: str, limits: Limits) -> bytes:
    secret = raw.strip()
    if not limits.secret_least_bytes <= len(secret) <= limits.secret_bytes:
        raise UsageError(
            f"the secret in {where} has {len(secret)} bytes; it must have from {limits.secret_least_bytes}"
            f" to {limits.secret_bytes}, which nobody can guess: head -c 24 /dev/urandom | base64"
        )
    return secret
