"""What an idle connection costs a peer, and a central, in Python's memory: 2,000 of them, by tracemalloc.

The role runs as its program does, in a process of its own that counts what it allocates.
A link is idle when both ends have proven who they are, and nobody asks for anything.
What OpenSSL and the kernel hold of a connection is in ``rss_kib`` as far as it is the process's.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.loads.central_asker import Asker
from benchmarks.loads.native_asker import NativeAsker
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import workplace
from p2pstream.content.addresses import CENTRAL_PORT, PEER_PORT
from p2pstream.content.signing import Identity
from tests.real.processes import Program, free_loopback

#: Made before the first look: what the first ones cost is paid once.
FIRST = 50


def serve(role: str, words: list[str]) -> None:
    """Be the role, and say at each SIGUSR1 what is allocated."""
    from p2pstream.roles import central, console, peer

    module = {"central": central, "peer": peer}[role]
    options: Any = module.Options()
    options.parseOptions(words)

    def tell(*_: Any) -> None:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        kib = pages * os.sysconf("SC_PAGE_SIZE") // 1024
        print(json.dumps({"traced": tracemalloc.get_traced_memory()[0], "rss_kib": kib}), flush=True)

    signal.signal(signal.SIGUSR1, tell)
    tracemalloc.start(1)
    console.run(options, module.makeService)


def measure(root: Path, role: str, make: Callable[[str], object], links: int) -> Sample:
    """What each of ``links`` connections to a new role took."""
    folder = root / f"{role}-{time.monotonic_ns()}"
    (folder / "share").mkdir(parents=True)
    host = free_loopback()
    words = ["--ip", host, "--state", str(folder / "state")]
    if role == "peer":
        words += ["--share", str(folder / "share"), "--central", host]
    program = Program([sys.executable, "-m", "benchmarks.idle_links", "--serve", role, *words], folder)
    try:
        program.wait_for(f"listens on {host}".replace(".", r"\."))
        made = [make(host) for _ in range(FIRST)]
        before = told(program, 1)
        made += [make(host) for _ in range(links)]
        time.sleep(1.0)
        after = told(program, 2)
    finally:
        program.kill()
    # Nobody may go before the last look.
    assert len(made) == FIRST + links
    return {
        "bytes": (after["traced"] - before["traced"]) / links,
        "rss_kib": (after["rss_kib"] - before["rss_kib"]) / links,
    }


def told(program: Program, times: int) -> Sample:
    """What it says when it is asked, for the so-many-th time."""
    program.signal(signal.SIGUSR1)
    program.wait_for(r"(\{.*\}\s+)" + f"{{{times}}}", 60)
    said: Sample = json.loads(program.stdout.splitlines()[-1])
    return said


def main() -> None:
    """Measure and report."""
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], sys.argv[3:])
        return
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=3)
    parser.add_argument("--links", type=int, default=2000)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    identity = Identity(os.urandom(32))
    with workplace(options.folder) as root:
        samples = interleaved(
            {
                "a peer": partial(
                    measure, root, "peer", lambda host: NativeAsker(host, PEER_PORT, identity), options.links
                ),
                "a central, under TLS": partial(
                    measure,
                    root,
                    "central",
                    lambda host: Asker(host, CENTRAL_PORT, lambda *_: None),
                    options.links,
                ),
            },
            options.rounds,
        )
    verdicts = {
        f"bytes of {name} for an idle connection": (medians(taken)["bytes"], "<= 4096")
        for name, taken in samples.items()
    }
    report("idle_links", samples, verdicts, options)


if __name__ == "__main__":
    main()
