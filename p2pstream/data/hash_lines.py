"""How the hash cache is written down: a sealed first line, then one checksummed line a file.

A line that was cut by a crash, or changed by a failing disk, is recognised and left
out; it takes no other with it.
"""

from __future__ import annotations

import hashlib
import json

from p2pstream.content.keys import FileKey, decode_key
from p2pstream.data.disk import Stamp
from p2pstream.data.state import Damaged, seal, unseal
from p2pstream.errors import BadKey
from p2pstream.values import value

__all__ = ["HashLine", "first_line", "parse", "to_line"]

_KIND, _VERSION = "hashes", 1
_SUM = 16


@value
class HashLine:
    """What is known of one file.

    :param path: where it was when it was hashed.
    :param stamp: how it stood, before and after.
    :param has_tree: whether its hashes were kept, beside its key.
    """

    path: str
    stamp: Stamp
    key: FileKey
    has_tree: bool


def first_line() -> bytes:
    """What the file begins with."""
    return seal(_KIND, _VERSION, b"")


def to_line(entry: HashLine) -> bytes:
    """One entry, with its checksum."""
    fields = [entry.path, *entry.stamp, entry.key.encode().hex(), entry.has_tree]
    text = json.dumps(fields, separators=(",", ":")).encode("ascii")
    return b"%b %b\n" % (_checksum(text), text)


def parse(raw: bytes, title: str) -> tuple[list[HashLine], int]:
    """The entries, and how many lines are damaged; a last one that was cut is not counted.

    :raises errors.StorageError: a newer program wrote it.
    """
    first, *lines = raw.split(b"\n")
    damaged = 0
    try:
        unseal(_KIND, _VERSION, first + b"\n", title)
    except Damaged:
        damaged += 1
    entries = []
    for line in lines[:-1]:
        entry = _entry(line)
        if entry is None:
            damaged += 1
        else:
            entries.append(entry)
    return entries, damaged


def _entry(line: bytes) -> HashLine | None:
    text = line[_SUM + 1 :]
    if line[: _SUM + 1] != _checksum(text) + b" ":
        return None
    try:
        path, *stamp, key, has_tree = json.loads(text)
        return HashLine(path, Stamp(*stamp), _file_key(key), has_tree)
    except (BadKey, TypeError, ValueError):
        # A checksum that holds over nonsense: somebody else wrote it.
        return None


def _file_key(text: str) -> FileKey:
    key = decode_key(bytes.fromhex(text))
    if not isinstance(key, FileKey):
        raise BadKey("a file has no live key")
    return key


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:_SUM].encode("ascii")
