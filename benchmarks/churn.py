"""Half of the serving peers killed every 10 s, replaced by empty ones 5 s later, and the picture moves.

Twenty programs: an origin, which is never killed, two who watch a film of 8 Mb/s with a
buffer of 10 s, and seventeen ``p2p-get`` that serve what they have.  Each of the nineteen
may send ``--upload`` times the film's rate, on this machine too, and so may the origin,
unless ``--origin`` says otherwise: whoever is alive, all together send so many times what
all take, for who does not watch takes no more than who does.  SIGKILL, drawn by chance
from ``--seed``.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, report
from benchmarks.measuring.site import network, random_file, workplace
from benchmarks.measuring.transfers import NAME
from tests.real.processes import Program, script

#: 8 Mb/s, in bytes.
RATE = 1_000_000


class Serving:
    """One place in the swarm, where a peer serves, dies, and is replaced by an empty one."""

    def __init__(self, root: Path, number: int, command: list[str]) -> None:
        self._folder = root / f"peer {number}"
        self._command = command
        self.program: Program | None = None
        self.begin()

    def begin(self) -> None:
        """A new one, with nothing."""
        got = self._folder / "got"
        got.mkdir(parents=True)
        env = {"XDG_STATE_HOME": str(self._folder / "state")}
        self.program = Program([*self._command, "-o", str(got)], self._folder, env)

    def kill(self) -> None:
        """SIGKILL; what it had is gone as well."""
        if self.program is not None:
            self.program.kill()
            self.program = None
            shutil.rmtree(self._folder)


@contextmanager
def serving(root: Path, central: str, options: Namespace) -> Iterator[list[Serving]]:
    """All who serve and do not watch, but for the origin."""
    limited = limits(options.upload)
    asked = [script("p2p-get"), central, NAME, "--quiet", "--keep-seeding", *limited]
    command = [*asked, "--download-limit", str(RATE)]
    peers: list[Serving] = []
    try:
        for number in range(options.peers):
            peers.append(Serving(root, number, command))
        time.sleep(options.settle)
        yield peers
    finally:
        for peer in peers:
            peer.kill()


@contextmanager
def watching(root: Path, central: str, options: Namespace) -> Iterator[list[Program]]:
    """Those who watch, to the end of the time, and then say how it was."""
    film, limit = str(root / "share" / NAME), str(int(options.upload * RATE))
    viewers: list[Program] = []
    try:
        for number in range(options.viewers):
            watched = [central, NAME, str(root / f"viewer {number}"), film]
            how = ["--rate", str(RATE), "--upload-limit", limit, "--seconds", str(options.seconds)]
            command = [sys.executable, "-m", "benchmarks.loads.film_watcher", *watched, *how]
            viewers.append(Program(command, root / "roles"))
        yield viewers
    finally:
        for viewer in viewers:
            viewer.kill()


def limits(upload: float) -> tuple[str, ...]:
    """What one is told of how much it may send, in rates of the film."""
    return "--upload-limit", str(int(upload * RATE)), "--limit-local"


def churn(peers: list[Serving], random: Random, options: Namespace) -> int:
    """Kill and replace until the time is over; how many were killed."""
    killed, due = 0, time.monotonic()
    end = due + options.seconds
    while (due := due + options.every) < end:
        _sleep_until(due)
        drawn = random.sample(peers, round(options.share * len(peers)))
        for peer in drawn:
            peer.kill()
        killed += len(drawn)
        _sleep_until(due + options.back)
        for peer in drawn:
            peer.begin()
    _sleep_until(end)
    return killed


def _sleep_until(when: float) -> None:
    time.sleep(max(0.0, when - time.monotonic()))


def measure(root: Path, options: Namespace) -> Sample:
    """One run."""
    with (
        network(root, announced=True, flags=limits(options.origin or options.upload)) as (central, _),
        serving(root, central, options) as peers,
        watching(root, central, options) as viewers,
    ):
        began, cpu = time.monotonic(), costs.machine_cpu_seconds()
        killed = churn(peers, Random(options.seed), options)
        cpu, lasted = costs.machine_cpu_seconds() - cpu, time.monotonic() - began
        told = [_told(viewer) for viewer in viewers]
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    alive = options.peers - round(options.share * options.peers) + options.viewers
    return {
        "stalls": float(sum(len(each["stalls"]) + each["waits"] for each in told)),
        "stalled_s": sum(each["stalled_s"] for each in told),
        "start_s": max(each["start_s"] or lasted for each in told),
        "wrong_bytes": float(sum(each["wrong"] for each in told)),
        "watched_s": min(each["shown"] for each in told) / RATE,
        "killed": float(killed),
        "upload/demand": options.upload + (options.origin or options.upload) / alive,
        "cores_of_ours": (own.ru_utime + own.ru_stime) / lasted,
        "cores_busy": cpu / lasted,
    }


def _told(viewer: Program) -> Any:
    if viewer.finished(60):
        raise RuntimeError(viewer.told())
    told = json.loads(viewer.stdout)
    stalls = ", ".join(f"at {at:.1f} s for {seconds:.1f} s" for at, seconds in told["stalls"])
    print(f"picture after {told['start_s']}, stood still {stalls or 'never'}", flush=True)
    print("received", told["received"], "sent", told["sent"], flush=True)
    return told


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=1)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--peers", type=int, default=17)
    parser.add_argument("--viewers", type=int, default=2)
    parser.add_argument("--upload", type=float, default=1.5, help="of each, in rates of the film")
    parser.add_argument("--origin", type=float, default=0.0, help="the same of the origin, if it is another")
    parser.add_argument("--share", type=float, default=0.5, help="of the peers are killed")
    parser.add_argument("--every", type=float, default=10.0, help="seconds")
    parser.add_argument("--back", type=float, default=5.0, help="seconds until they are replaced")
    parser.add_argument("--settle", type=float, default=15.0, help="seconds before anybody watches")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    samples = []
    for _ in range(options.rounds):
        with workplace(options.folder) as root:
            random_file(root / "share" / NAME, int((options.seconds + 60) * RATE))
            samples.append(measure(root, options))
    stalls = sum(sample["stalls"] for sample in samples)
    verdicts = {
        "stalls": (stalls, "0"),
        "bytes that are not the film's": (sum(sample["wrong_bytes"] for sample in samples), "0"),
    }
    report("churn_wide" if options.origin else "churn", {"20 programs": samples}, verdicts, options)


if __name__ == "__main__":
    main()
