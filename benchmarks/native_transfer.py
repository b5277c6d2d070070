"""One source, one sink, every byte proven: ``p2p-get`` beside libtorrent, to files on the same disk.

Clock: ours from the first dial of the source, theirs from the dial, to the last byte
proven and written; process start and the lookup are in ``wall_s`` only, and their CPU in
``receiver_start_cpu_s``.  Both allocate
room on the disk before they write to it.  libtorrent runs with its fastest settings
(`benchmarks.loads.torrent`), in order, with pieces of 512 KiB and of 4 MiB.  Beside both runs
what nobody can beat who does the same work in Python here (`benchmarks.loads.bare`).
Before each, as much memory as the file takes is touched: it would be given by the host otherwise, which
costs more than the transfer.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.loads import bare
from benchmarks.measuring import costs
from benchmarks.measuring.memory import touch
from benchmarks.measuring.rounds import Sample, interleaved, medians, report
from benchmarks.measuring.site import HERE, Place, network
from benchmarks.measuring.transfers import NAME, chosen, sample, shared_film
from script.programs import dying_with_us
from tests.real.processes import ROOT, script

PIECES = {"libtorrent 512 KiB": 1 << 19, "libtorrent 4 MiB": 1 << 22}
MIB = 1 << 20


def get(root: Path, central: str, peer: int, place: Place = HERE) -> Sample:
    """Fetch with p2p-get into a store that is empty; the sender's and the receiver's cost."""
    before = costs.cpu_seconds(peer)
    own = {"XDG_STATE_HOME": str(root / "own")}
    command = [script("p2p-get"), "--protocol", "native", central, NAME, "-o", "ours.bin", "--json"]
    cost = costs.run(place.command(command), root, own, begins='"lookup_done"')
    sent = costs.cpu_seconds(peer) - before
    moments: dict[str, float] = {}
    for line in map(json.loads, cost.output.splitlines()):
        moments.setdefault(line["event"], line["t"])
        if line["event"] == "finished" and not line["verified"]:
            # It would be another protocol's figure.
            raise RuntimeError("what came was not proven")
    shutil.rmtree(root / "own")
    seconds = moments["fetched"] - moments["lookup_done"]
    first = moments["first_byte"] - moments["source_connected"]
    figures = {"first_ms": 1000 * first, "sender_mib": costs.peak_mib(peer)}
    return sample(root, root / "ours.bin", seconds, cost, sent) | figures


def theirs(root: Path, piece: int, host: str, seed: int, place: Place = HERE) -> Sample:
    """Fetch with libtorrent; the same figures."""
    before = costs.cpu_seconds(seed)
    command = place.command(_torrent("get", root, piece, host))
    cost = costs.run(command, root, {"PYTHONPATH": str(ROOT)}, begins="dials")
    sent = costs.cpu_seconds(seed) - before
    told = json.loads(cost.output.splitlines()[-1])
    figures = {"first_ms": 1000 * told["first_piece_s"], "sender_mib": costs.peak_mib(seed)}
    figures |= sample(root, root / "share" / "theirs" / NAME, told["seconds"], cost, sent)
    shutil.rmtree(root / "share" / "theirs")
    return figures


def nothing_else(root: Path) -> Sample:
    """The bare work in a process of its own; the same figures, as far as it has them."""
    command = [sys.executable, "-m", "benchmarks.loads.bare", str(root), f"share/{NAME}"]
    cost = costs.run(command, root, {"PYTHONPATH": str(ROOT)})
    told = json.loads(cost.output)
    spent = replace(cost, cpu_s=told["received_s"], peak_mib=told["peak_mib"])
    return sample(root, root / bare.TARGET, told["seconds"], spent, told["sent_s"])


@contextmanager
def seeding(root: Path, piece: int, place: Place = HERE) -> Iterator[tuple[str, int]]:
    """A libtorrent that serves the film; gives its host and its process."""
    host = place.host()
    command = dying_with_us(place.command(_torrent("seed", root, piece, host)))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as seed:
        assert seed.stdout is not None
        try:
            if seed.stdout.readline() != "serves\n":
                raise RuntimeError("libtorrent does not serve; pip install libtorrent")
            yield host, seed.pid
        finally:
            seed.terminate()


def _torrent(role: str, root: Path, piece: int, host: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "benchmarks.loads.torrent",
        role,
        str(root / "share"),
        NAME,
        str(piece),
        host,
    ]


def main() -> None:
    """Measure and report."""
    options = chosen(__doc__ or "")
    small, large = PIECES
    with (
        shared_film(options) as root,
        network(root, announced=True) as (central, (peer,)),
        seeding(root, PIECES[small]) as one,
        seeding(root, PIECES[large]) as other,
    ):
        samples = interleaved(
            {
                "p2p-get": lambda: get(root, central, peer.process.pid),
                small: lambda: theirs(root, PIECES[small], *one),
                large: lambda: theirs(root, PIECES[large], *other),
                "nothing but the work": lambda: nothing_else(root),
            },
            options.rounds,
            partial(touch, root, options.mib << 20),
        )
    ours = medians(samples["p2p-get"])
    best = max(medians(samples[name])["MB/s"] for name in PIECES)
    bare_rate = medians(samples["nothing but the work"])["MB/s"]
    verdicts = {
        "rate against libtorrent's best": (ours["MB/s"] / best, ">= 2.5"),
        "what is possible here, against that": (bare_rate / best, "for comparison"),
        "first byte, ms": (ours["first_ms"], "for comparison"),
        "sender CPU s/GB": (ours["sender_s/GB"], "<= 0.4"),
        "receiver CPU s/GB": (ours["receiver_s/GB"], "<= 1.45"),
        "sender MiB": (ours["sender_mib"], "<= 100"),
        "receiver MiB": (ours["receiver_mib"], "<= 100"),
    }
    report("native_transfer", samples, verdicts, options)


if __name__ == "__main__":
    main()
