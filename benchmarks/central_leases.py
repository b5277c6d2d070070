"""A million leases: their memory, sweeps, snapshot and answers; and a million names: their reopening."""

from __future__ import annotations

import argparse
import gc
import os
import time
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from benchmarks.loop import Loop
from benchmarks.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.site import workplace
from p2pstream.central.catalogue_sqlite import SqliteCatalogue
from p2pstream.central.directory import Directory
from p2pstream.central.leases import Leases, Presence
from p2pstream.central.ledger import Ledger
from p2pstream.central.places import Networks
from p2pstream.central.snapshot import restore, snapshot
from p2pstream.central.table import Table
from p2pstream.content.addresses import Address
from p2pstream.content.catalogued import Entry
from p2pstream.data.workers import ThreadWorkers

COUNT = 1_000_000
PEERS = 1000


def leases(keys: int) -> Sample:
    """A million leases of so many keys."""
    gc.collect()
    before, chance = _resident(), Random(1)
    some = [_key() for _ in range(keys)] if keys < COUNT else []
    held = Leases(chance)
    for number in range(PEERS):
        peer = Presence(os.urandom(32), Address(f"9.{number // 250}.{number % 250}.1", 2050), 3)
        fresh = chance.sample(some, COUNT // PEERS) if some else [_key() for _ in range(COUNT // PEERS)]
        held.announce(peer, [(key, 255) for key in fresh], 1800.0, 1000.0 + number / 10)
    figures = {"MiB": (_resident() - before) / 2**20, **_kept(held), **_choices(held, fresh[0])}
    worst = 0.0
    while len(held):
        began = time.monotonic()
        held.sweep(100_000.0)
        worst = max(worst, time.monotonic() - began)
    return {**figures, "sweep_ms": worst * 1000}


def _kept(held: Leases) -> Sample:
    worst, pieces, began = 0.0, [], time.monotonic()
    for piece in snapshot(held, 1200.0, 0):
        worst = max(worst, time.monotonic() - began)
        pieces.append(piece)
        began = time.monotonic()
    began = time.monotonic()
    restore(Leases(Random(1)), b"".join(pieces), 0.0, 0)
    return {"snapshot_step_ms": worst * 1000, "restore_s": time.monotonic() - began}


def _choices(held: Leases, key: bytes) -> Sample:
    place, began = Networks.of(Address("8.8.8.8", 1)), time.monotonic()
    for _ in range(1000):
        held.choose(key, place, 50, 1200.0)
    return {"choose_us": (time.monotonic() - began) * 1000}


def names(root: Path) -> Sample:
    """Reopen a catalogue of a million names, as a central does."""
    path = str(root / "names.db")
    if not os.path.exists(path):
        _fill(path)
    clock: Any = Loop()
    began = time.monotonic()
    workers = ThreadWorkers(clock)
    bases = Ledger(path), Ledger(path, writes=False)
    catalogue = SqliteCatalogue(*bases, Clock(), workers)
    directory = Directory(catalogue, Leases(Random(1)), Table(), time.monotonic, lambda: 1)
    clock.wait(Deferred.fromCoroutine(directory.load()))
    took = time.monotonic() - began
    assert len(directory) == COUNT
    clock.wait(catalogue.close())
    clock.wait(workers.close())
    return {"reopen_s": took}


def _fill(path: str) -> None:
    base = Ledger(path)
    for start in range(0, COUNT, 5000):
        base.write([_entry(number) for number in range(start, start + 5000)])
    base.close()


def _entry(number: int) -> Entry:
    name, publisher = f"film number {number:07}.mp4", (number // 10_000).to_bytes(32, "big")
    key = _key()
    return Entry(name, publisher, name, key, 1, 1, 2**50, f"film number {number:07} mp4", os.urandom(300))


def _key() -> bytes:
    return b"\x01" + os.urandom(32) + bytes(3) + os.urandom(5)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def main() -> None:
    """Measure and report."""
    parser: argparse.ArgumentParser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--names", type=Path, help="a folder in which the million names stay for the next run"
    )
    options = parser.parse_args()
    with workplace(options.folder) as root:
        samples = interleaved(
            {
                "each key once": partial(leases, COUNT),
                "ten of each key": partial(leases, COUNT // 10),
                "names": partial(names, options.names or root),
            },
            options.rounds,
        )
    once = medians(samples["each key once"])
    verdicts = {
        "MiB of a million leases": (once["MiB"], "<= 400"),
        "the longest sweep in ms": (once["sweep_ms"], "<= 10"),
        "s to take up a snapshot": (once["restore_s"], "<= 10"),
        "s to reopen a million names": (medians(samples["names"])["reopen_s"], "<= 10"),
    }
    report("central_leases", samples, verdicts, options)


if __name__ == "__main__":
    main()
