"""A million leases: their memory, sweeps, snapshot and answers; and a million names: their reopening.

Each sample has a process of its own: what a sample frees, the next would use again.
Steps are timed in CPU too, for others on the machine lengthen them.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from benchmarks.measuring import costs
from benchmarks.measuring.loop import Loop
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import workplace
from p2pstream.central.directory import Directory
from p2pstream.central.leasing.leases import Leases, Presence
from p2pstream.central.leasing.places import Networks
from p2pstream.central.leasing.snapshot import restore, snapshot
from p2pstream.central.mappings.table import Table
from p2pstream.central.names.catalogue_sqlite import SqliteCatalogue
from p2pstream.central.names.ledger import Ledger
from p2pstream.content.addresses import Address
from p2pstream.content.signed.catalogued import Entry
from p2pstream.data.workers import ThreadWorkers
from tests.real.processes import ROOT

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
    figures |= _collection()
    steps = Steps()
    while len(held):
        held.sweep(100_000.0)
        steps.done()
    return figures | steps.worst("sweep")


class Steps:
    """The longest of what is done in one turn of the reactor, in ms."""

    def __init__(self) -> None:
        self._wall = self._cpu = 0.0
        self._began = time.monotonic(), time.process_time()

    def done(self) -> None:
        """One more is over, and the next begins."""
        wall, cpu = self._began
        self._began = time.monotonic(), time.process_time()
        self._wall = max(self._wall, self._began[0] - wall)
        self._cpu = max(self._cpu, self._began[1] - cpu)

    def worst(self, what: str) -> Sample:
        """The figures."""
        return {f"{what}_ms": self._wall * 1000, f"{what}_cpu_ms": self._cpu * 1000}


def _collection() -> Sample:
    """How long Python looks through all there is, before and after it is told to leave that alone."""
    before = _collected()
    gc.freeze()
    return {"collection_cpu_ms": before, "frozen_cpu_ms": _collected()}


def _collected() -> float:
    began = time.process_time()
    gc.collect()
    return (time.process_time() - began) * 1000


def _kept(held: Leases) -> Sample:
    pieces, steps = [], Steps()
    for piece in snapshot(held, 1200.0, 0):
        steps.done()
        pieces.append(piece)
    raw, began = b"".join(pieces), time.monotonic()
    restore(Leases(Random(1)), raw, 0.0, 0)
    return {**steps.worst("snapshot_step"), "restore_s": time.monotonic() - began}


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
    return {"reopen_s": took, **_collection()}


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
    parser.add_argument("--sample", help=argparse.SUPPRESS)
    options = parser.parse_args()
    measures = {
        "each key once": partial(leases, COUNT),
        "ten of each key": partial(leases, COUNT // 10),
        "names": partial(names, options.names),
    }
    if options.sample:
        print(json.dumps(measures[options.sample]()))
        return
    with workplace(options.folder) as root:
        folder = options.names or root
        samples = interleaved(
            {each: partial(_apart, each, root, folder) for each in measures}, options.rounds
        )
    once = medians(samples["each key once"])
    verdicts = {
        "MiB of a million leases": (once["MiB"], "<= 400"),
        "the longest sweep in ms of CPU": (once["sweep_cpu_ms"], "<= 10"),
        "s to take up a snapshot": (once["restore_s"], "<= 10"),
        "s to reopen a million names": (medians(samples["names"])["reopen_s"], "<= 10"),
    }
    del options.sample
    report("central_leases", samples, verdicts, options)


def _apart(sample: str, root: Path, folder: Path) -> Sample:
    """One sample, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.central_leases", "--sample", sample, "--names", str(folder)]
    output = costs.run(command, root, {"PYTHONPATH": str(ROOT)}).output
    figures: Sample = json.loads(output)
    return figures


if __name__ == "__main__":
    main()
