r"""How a small state file begins: what it is, which version of that, and that it is whole.

``p2pstream units 1 5f0c…\n``, then the body.  The 32 hexadecimal digits are the first
half of the SHA-256 of everything else, so that no byte can change unnoticed.
"""

from __future__ import annotations

import hashlib
import re

from p2pstream.errors import StorageError

__all__ = ["Damaged", "Sealing", "seal", "unseal"]

_HEAD = re.compile(rb"p2pstream ([a-z-]{1,20}) ([1-9][0-9]{0,5}) ([0-9a-f]{32})\n")


class Damaged(StorageError):
    """A file of state is not what was written."""


def seal(kind: str, version: int, body: bytes) -> bytes:
    """A whole file of that kind."""
    sealing = Sealing(kind, version)
    sealing.add(body)
    return sealing.head() + body


class Sealing:
    """A file of that kind whose body comes in pieces, so that nobody waits for all of it at once.

    :ivar head_bytes: where the body begins.
    """

    def __init__(self, kind: str, version: int) -> None:
        self._label = f"p2pstream {kind} {version} ".encode("ascii")
        self._digest = hashlib.sha256(self._label)
        self.head_bytes = len(self.head())

    def add(self, piece: bytes) -> None:
        """The next piece of the body."""
        self._digest.update(piece)

    def head(self) -> bytes:
        """What stands before the body, once all of it was added."""
        return self._label + _shown(self._digest.hexdigest()) + b"\n"


def unseal(kind: str, version: int, raw: bytes, title: str, advice: str = "") -> bytes:
    """The body.

    :param title: which file, for people.
    :param advice: what to do about it where it is damaged; empty where whoever reads it begins anew.
    :raises Damaged: it is not whole, or something else.
    :raises errors.StorageError: a newer program wrote it.
    """
    head = _HEAD.match(raw)
    more = f"; {advice}" if advice else ""
    if head is None or head[1] != kind.encode("ascii"):
        raise Damaged(f"{title} is damaged, or no file of {kind}{more}")
    body = raw[head.end() :]
    if _digest(raw[: head.start(3)], body) != head[3]:
        raise Damaged(f"{title} is damaged{more}")
    if int(head[2]) > version:
        raise StorageError(
            f"{title} was written by a newer p2pstream (format {int(head[2])}; this one knows {version}); "
            "update, or give another --state"
        )
    return body


def _digest(label: bytes, body: bytes) -> bytes:
    digest = hashlib.sha256(label)
    digest.update(body)
    return _shown(digest.hexdigest())


def _shown(digest: str) -> bytes:
    return digest[:32].encode("ascii")
