"""A peer with 1,000 files hashed before: from its start to serving the last one, and what it costs idle.

It serves when a unit of any of them can be had by its key; it is asked for the one that
its share lists last.  Idle it is watched for ten seconds, listed at a central.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.loads.native_asker import NativeAsker
from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import random_file, workplace
from benchmarks.native_viewers import key_of
from p2pstream.content.addresses import PEER_PORT
from p2pstream.content.keys import FileKey
from p2pstream.content.signing import Identity
from tests.real.processes import Program, free_loopback, script


def restarted(role: Sequence[str], folder: Path, host: str, key: FileKey, idle_s: float) -> Sample:
    """Start it again, and watch it."""
    identity = Identity(os.urandom(32))
    peer = Program(role, folder)
    try:
        while not served(host, identity, key):
            if time.monotonic() - peer.started > 60:
                raise RuntimeError(f"it does not serve\n{peer.told()}")
        serving = time.monotonic() - peer.started
        peer.wait_for("listed at", 60)
        listed = time.monotonic() - peer.started
        # What it says and writes once it is there is no idleness.
        time.sleep(5.0)
        before = costs.cpu_seconds(peer.process.pid)
        time.sleep(idle_s)
        idle = (costs.cpu_seconds(peer.process.pid) - before) / idle_s
        mib = costs.peak_mib(peer.process.pid)
    finally:
        peer.kill()
    return {"serving_s": serving, "listed_s": listed, "idle_core_%": 100 * idle, "peak_mib": mib}


def served(host: str, identity: Identity, key: FileKey) -> bool:
    """Whether a unit of the stream comes within a moment."""
    try:
        asker = NativeAsker(host, PEER_PORT, identity)
    except OSError:
        time.sleep(0.005)
        return False
    asker.open(key)
    asker.ask(0, 1)
    until = time.monotonic() + 0.05
    while not asker.taken and time.monotonic() < until:
        time.sleep(0.001)
        asker.hear()
    asker.socket.close()
    return bool(asker.taken)


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--idle", type=float, default=10.0)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        for number in range(options.files):
            path = random_file(root / "share" / f"film {number:04}.bin", 1 << 20)
        key = key_of(path)
        central, host = free_loopback(), free_loopback()
        (root / "roles").mkdir()
        words = ["--ip", host, "--share", str(root / "share"), "--central", central]
        role = [script("p2p-peer"), *words, "--state", str(root / "state")]
        told = Program([script("p2p-central"), "--ip", central], root / "roles")
        try:
            told.wait_for(central)
            first = Program(role, root / "roles")
            first.wait_for(rf"{options.files} files? .*hashed|hashed", 120)
            while not served(host, Identity(os.urandom(32)), key):
                time.sleep(0.1)
            # The last lines of what was hashed are kept two seconds after the files settled.
            time.sleep(6.0)
            first.kill()
            samples = interleaved(
                {"a peer": partial(restarted, role, root / "roles", host, key, options.idle)}, options.rounds
            )
        finally:
            told.kill()
    found = medians(samples["a peer"])
    verdicts = {
        "restart to serving, s": (found["serving_s"], "<= 1.5"),
        "idle, % of a core": (found["idle_core_%"], "< 1"),
    }
    report("restart", samples, verdicts, options)


if __name__ == "__main__":
    main()
