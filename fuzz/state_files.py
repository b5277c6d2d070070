"""Files of the private folder: ``python fuzz/state_files.py -max_total_time=10``.

The first byte chooses a file, and whether what follows is the whole of it, or is sealed
as if we had written it ourselves.
"""

from __future__ import annotations

from contextlib import suppress
from random import Random

from twisted.internet.testing import MemoryReactorClock

from p2pstream.central.leasing import snapshot
from p2pstream.central.leasing.leases import Leases
from p2pstream.content.hashes import merkle
from p2pstream.content.signing import Identity
from p2pstream.content.units import UNIT, ZERO_HASH
from p2pstream.data import hash_lines, trees
from p2pstream.data.state import identities, pins, seal
from p2pstream.data.store import claims, nodes, places, said
from p2pstream.errors import StorageError
from p2pstream.peer.names import book, book_file
from p2pstream.protocols.node import Means
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers

FILM = proven_film(9 * UNIT + 1234)
PLACE = places.Place(FILM.key)
WORKERS = InlineWorkers()


def target(script: bytes) -> None:
    """What is read is true, or `StorageError` says in words that it cannot be."""
    choice, rest = (script[0], script[1:]) if script else (0, b"")
    name, read = READERS[choice % len(READERS)]
    content = rest if choice & 128 else seal(name, 1, rest)
    try:
        read(content)
    except StorageError as fault:
        assert str(fault).isprintable()


def disk_with(path: str, content: bytes) -> MemoryDisk:
    """A folder in which only that lies."""
    disk = MemoryDisk()
    disk.replace(path, content)
    return disk


def hashes(content: bytes) -> None:
    """Lines of the hash cache: those that are read are read again as they are written."""
    found, damaged = hash_lines.parse(content, "hashes")
    again = hash_lines.first_line() + b"".join(map(hash_lines.to_line, found))
    assert damaged >= 0 and hash_lines.parse(again, "hashes") == (found, 0)
    # The same, behind checksums that hold.
    lines = (b"%b %b\n" % (hash_lines._checksum(line), line) for line in content.split(b"\n"))
    found, _ = hash_lines.parse(hash_lines.first_line() + b"".join(lines), "hashes")
    for entry in found:
        assert hash_lines.parse(hash_lines.first_line() + hash_lines.to_line(entry), "h")[0] == [entry]


def units(content: bytes) -> None:
    """The claims of a stream, and what was written since."""
    disk = disk_with(PLACE.units, content)
    news = disk.open(PLACE.fresh)
    news.pwrite(0, content[-12:])
    what = said.said(disk, PLACE, news)
    for known in (what.claimed, what.fresh):
        assert all(stop <= FILM.key.units for _, stop in known)
    with suppress(StorageError):
        read = claims.Claims.decode(FILM.key, content, "units")
        assert claims.Claims.decode(FILM.key, read.encode(), "units") == read


def tree(content: bytes) -> None:
    """The tree file of a stream: a node that is known is true."""
    head = seal("tree", 1, b"").ljust(64, b"\0")
    for whole in (content, head + content, head + honest(content)):
        known = nodes.Nodes(FILM.key)
        disk = disk_with(PLACE.tree, whole)
        known.load(disk.open(PLACE.tree), "tree")
        for layer, level in enumerate(known.tree.levels, FILM.key.unit_layer):
            right = FILM.tree.layer(layer)
            for at in range(0, len(level), 32):
                assert level[at : at + 32] in (ZERO_HASH, right[at : at + 32])


def honest(changes: bytes) -> bytes:
    """All layers, as they should be but for some bytes."""
    layers = range(FILM.key.unit_layer, FILM.key.height + 1)
    whole = bytearray(b"".join(FILM.tree.layer(layer) for layer in layers))
    for place, change in zip(changes[::2], changes[1::2], strict=False):
        whole[place * 3 % len(whole)] ^= change
    return bytes(whole)


def share(content: bytes) -> None:
    """The hashes of a shared file: they are its, or there are none."""
    size = FILM.key.units * 32
    for body in (content, content[:size].ljust(size, b"\0"), honest(content)[:size]):
        path = trees._path(FILM.key)
        disk = disk_with(path, seal("share", 1, b"").ljust(64, b"\0") + body)
        found = trees.Trees(disk, WORKERS)._read(FILM.key)
        assert found is None or found.key == FILM.key


def leases(content: bytes) -> None:
    """Who had what, when a central was stopped."""
    with suppress(snapshot.BadSnapshot):
        restored = Leases(Random(1))
        snapshot.restore(restored, content, 0.0, 1_800_000_000_000)
        b"".join(snapshot.snapshot(restored, 0.0, 1_800_000_000_000))


def records(content: bytes) -> None:
    """The names that we signed."""
    ours = book.Book(Identity(bytes(32)), lambda: 1_800_000_000_000)
    disk = disk_with("peer/records", content)
    book_file.BookFile(Means(MemoryReactorClock(), HeardEvents(), WORKERS), ours, disk).load()
    assert len(list(ours.names())) < 1000


def known_ids(content: bytes) -> None:
    """Ids by address."""
    found = pins.Pins(disk_with("pins", content), "pins", WORKERS)
    assert all(len(id) == 32 for id in found.values())


def identity(content: bytes) -> None:
    """A private key."""
    kept = identities.kept_identity(disk_with("identity", content), "identity", bytes)
    assert len(kept.seed) == 32


READERS = [
    ("hashes", hashes), ("units", units), ("tree", tree), ("share", share), ("leases", leases),
    ("records", records), ("pins", known_ids), ("identity", identity),
]  # fmt: skip

if __name__ == "__main__":
    from running import run

    modules = [book, book_file, claims, hash_lines, identities, merkle, nodes, pins, said, snapshot, trees]
    run(target, modules, "state_files")
