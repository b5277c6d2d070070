"""A file of ours that turned out to be a stream: taken into the store as it lies there.  Runs in workers."""

from __future__ import annotations

from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.data.disk import telling
from p2pstream.data.store.claims import Claims
from p2pstream.data.store.files import holding
from p2pstream.data.store.nodes import Nodes
from p2pstream.data.store.places import Place
from p2pstream.errors import BadProof
from p2pstream.interfaces import IDisk

__all__ = ["adopt"]


def adopt(disk: IDisk, key: FileKey, path: str, leaves: bytes, used: int) -> bool:
    """Move a file into the store, as one of our own; none of its bytes is read, nor hashed.

    A crash leaves it where it was, or in the store.

    :param path: of a file whose bytes are all there, and were proven by these leaves.
    :param leaves: the hashes of all of them, 32 bytes each.
    :param used: as `Claims`.
    :returns: False if another process has that stream.
    :raises BadProof: these are not the leaves of that key.
    :raises errors.StorageError: the disk refuses.
    """
    tree = Tree.of_leaves(key.length, leaves)
    if tree.key != key:
        raise BadProof(f"the leaves are not those of {key}")
    place, nodes = Place(key), Nodes(key)
    nodes.fill(tree)
    with telling("write", "the store"):
        held = holding(disk, place)
        if held is None:
            return False
        try:
            _write(disk, place, nodes)
            # Who reads beside us wants all four, also where nothing was written since.
            disk.open(place.fresh).close()
            disk.open(place.own).close()
            data = disk.open(path)
            data.resize(key.length)
            data.sync()
            data.close()
            disk.rename(path, place.data)
            disk.replace(place.units, Claims(key, Ranges([(0, key.units)]), used).encode())
        finally:
            held.close()
    return True


def _write(disk: IDisk, place: Place, nodes: Nodes) -> None:
    file = disk.open(place.tree)
    try:
        for piece in nodes.take():
            file.pwrite(*nodes.content(piece))
        file.sync()
    finally:
        file.close()
