"""Two sources, one of them ten times slower: what both bring, and whether anything waits for the slow one.

``p2p-get`` fetches from both, in sizes that take them several seconds; and a film whose
rate is nine tenths of what both send is watched, so that what is needed next is always
on its way.  Every 20 ms the units of the next 3 s are looked at: for how long one was
asked of the slow source and of nobody else.
"""

from __future__ import annotations

import json
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import random_file, same, workplace
from benchmarks.measuring.transfers import NAME
from tests.real.processes import ROOT, Program, free_loopback, script

#: Bytes a second.
FAST = 20_000_000
SLOW = FAST // 10
#: The film that is watched, of what both send.
PART = 0.9
#: Until the picture, and for standing still.
_SPARE_S = 4.0


@contextmanager
def sources(root: Path) -> Iterator[tuple[str, str]]:
    """A central, a fast peer and a slow one; gives the hosts of the first and the last."""
    central, fast, slow = (free_loopback() for _ in range(3))
    (root / "roles").mkdir()
    roles = [[script("p2p-central"), "--ip", central]]
    for host, rate in ((fast, FAST), (slow, SLOW)):
        shared = ["--share", str(root / "share"), "--central", central, "--ip", host]
        state = ["--state", str(root / host)]
        roles.append([script("p2p-peer"), *shared, *state, "--upload-limit", str(rate), "--limit-local"])
    programs = [Program(role, root / "roles") for role in roles]
    try:
        for peer in programs[1:]:
            peer.wait_for("listed at")
            peer.wait_for("hashed", 60)
        programs[0].wait_for("listens")
        yield central, slow
    finally:
        for program in programs:
            program.kill()


def fetched(root: Path, central: str) -> Sample:
    """``p2p-get``, into a store that is empty."""
    command = [script("p2p-get"), central, NAME, "-o", "got.bin", "--json", "--no-upload"]
    cost = costs.run(command, root, {"XDG_STATE_HOME": str(root / "own")})
    told = {line["event"]: line for line in map(json.loads, cost.output.splitlines())}
    if not same(root / "got.bin", root / "share" / NAME):
        raise RuntimeError("what came is not what was sent")
    (root / "got.bin").unlink()
    shutil.rmtree(root / "own")
    seconds = told["fetched"]["t"] - told["lookup_done"]["t"]
    rate = told["finished"]["received"] / seconds
    return {"of both": rate / (FAST + SLOW), "MB/s": rate / 1e6, "seconds": seconds}


def watched(root: Path, central: str, slow: str, options: Namespace) -> Sample:
    """One who watches it to its end."""
    rate = PART * (FAST + SLOW)
    seconds = (root / "share" / NAME).stat().st_size / rate + _SPARE_S
    command = [sys.executable, "-m", "benchmarks.loads.film_watcher", central, NAME, str(root / "own")]
    how = ["--rate", str(rate), "--seconds", str(seconds), "--looks"]
    cost = costs.run([*command, str(root / "share" / NAME), *how], root, {"PYTHONPATH": str(ROOT)})
    shutil.rmtree(root / "own")
    told = json.loads(cost.output)
    if told["wrong"] or told["start_s"] is None:
        raise RuntimeError(f"what was shown is not the film: {told}")
    waited = [each for address, each in told["alone"].items() if address.startswith(f"{slow}:")]
    came = {address.rpartition(":")[0]: count for address, count in told["received"].items()}
    return {
        "waited_for_slow_s": max(waited, default=0.0),
        "stalled_s": told["stalled_s"],
        "start_s": told["start_s"],
        "slow_part": came[slow] / sum(came.values()),
    }


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=3)
    parser.add_argument("--mib", type=int, default=256)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        random_file(root / "share" / NAME, options.mib << 20)
        with sources(root) as (central, slow):
            competitors = {
                "p2p-get": lambda: fetched(root, central),
                "who watches": lambda: watched(root, central, slow, options),
            }
            samples = interleaved(competitors, options.rounds)
    watching = samples["who watches"]
    verdicts = {
        "of what both send": (medians(samples["p2p-get"])["of both"], ">= 0.95"),
        "longest wait for the slow one, s": (max(each["waited_for_slow_s"] for each in watching), "<= 0.5"),
    }
    report("two_sources", samples, verdicts, options)


if __name__ == "__main__":
    main()
