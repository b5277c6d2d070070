"""The hashes of shared files, kept so that a peer which is restarted reads none of them again.

A file of hashes is a sealed first line (kind ``share``, version 1), padded to 64 bytes
with zeros, then the nodes of the unit layer, 32 bytes each.  It is named after the key
that it has to hash up to, so nothing in it needs to be believed.
"""

from __future__ import annotations

from twisted.internet.defer import Deferred

from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.content.units import HASH_BYTES
from p2pstream.data.disk import telling
from p2pstream.data.state import Damaged, seal, unseal
from p2pstream.interfaces import IDisk, IWorkers

__all__ = ["Trees"]

_KIND, _VERSION = "share", 1
_HEAD = 64
_FOLDER = "trees"


class Trees:
    """Trees by key, on a disk."""

    def __init__(self, disk: IDisk, workers: IWorkers) -> None:
        self._disk = disk
        self._workers = workers

    def keep(self, tree: Tree) -> Deferred[None]:
        """Write a tree down, durably; fails with `errors.StorageError`."""
        done: Deferred[None] = self._workers.run(self._write, tree)
        return done

    def find(self, key: FileKey) -> Deferred[Tree | None]:
        """The tree of a key; None when there is none, or it is damaged.

        :returns: fails with `errors.StorageError` when the disk refuses, or a newer
            program wrote it.
        """
        done: Deferred[Tree | None] = self._workers.run(self._read, key)
        return done

    def forget(self, key: FileKey) -> Deferred[None]:
        """Remove a tree; harmless when there is none."""
        done: Deferred[None] = self._workers.run(self._remove, key)
        return done

    def _write(self, tree: Tree) -> None:
        nodes = tree.layer(tree.key.unit_layer)
        with telling("write", "the hashes of a shared file", len(nodes)):
            self._disk.replace(_path(tree.key), seal(_KIND, _VERSION, b"").ljust(_HEAD, b"\0") + nodes)

    def _read(self, key: FileKey) -> Tree | None:
        size = _HEAD + key.units * HASH_BYTES
        with telling("read", "the hashes of a shared file"):
            try:
                raw = self._disk.read(_path(key), size)
            except FileNotFoundError:
                return None
        return _tree(key, raw) if len(raw) == size else None

    def _remove(self, key: FileKey) -> None:
        with telling("remove", "the hashes of a shared file"):
            self._disk.remove(_path(key))


def _tree(key: FileKey, raw: bytes) -> Tree | None:
    try:
        unseal(_KIND, _VERSION, raw[:_HEAD].rstrip(b"\0"), _path(key))
    except Damaged:
        return None
    tree = Tree.of_units(key.length, raw[_HEAD:])
    return tree if tree.key == key else None


def _path(key: FileKey) -> str:
    return f"{_FOLDER}/{key.stem}"
