"""``python -m benchmarks.experiments NAME``."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

from benchmarks.experiments.outcome import Outcome
from benchmarks.experiments.record import keep, table

#: The experiments, and the module that each is in.
EXPERIMENTS = {
    "e1": "everybody",
    "e2": "flash_crowd",
    "e3": "live_rate",
    "e4": "live_delay",
    "e4_tiers": "live_tiers",
    "e5": "live_policies",
    "e6": "churn",
    "e6_live": "live_churn",
    "e7": "free_riders",
    "e7_live": "live_riders",
    "e8": "sites",
    "e9": "seekers",
    "e10": "polluters",
    "e10_live": "live_liars",
}
PAGE = Path(__file__).parents[2] / "docs" / "experiments"


def experiment(name: str) -> Callable[[int, int], Outcome]:
    """What runs it, with so many peers and such a seed."""
    found: Callable[[int, int], Outcome] = import_module(f"benchmarks.experiments.{EXPERIMENTS[name]}").run
    return found


def run(name: str, peers: int, seed: int) -> tuple[Outcome, float]:
    """One run of it, and the seconds of CPU that it took."""
    began = time.process_time()
    return experiment(name)(peers, seed), time.process_time() - began


def main() -> None:
    """Run one with each seed, and say what was found."""
    parser = ArgumentParser(prog="python -m benchmarks.experiments", description=__doc__)
    parser.add_argument("name", choices=EXPERIMENTS)
    parser.add_argument("--peers", type=int, default=100)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--processes", type=int, default=2, help="that run at a time, one for each seed")
    parser.add_argument("--keep", action="store_true", help=f"write to {PAGE.name}/ of the documentation")
    options = parser.parse_args()
    seeds = options.seeds
    with ProcessPoolExecutor(options.processes) as pool:
        several = len(seeds)
        runs = list(pool.map(run, [options.name] * several, [options.peers] * several, seeds))
    outcomes = [outcome for outcome, _ in runs]
    print(f"{options.name}: {outcomes[0].title}; {options.peers} peers, seeds {seeds}")
    for what, found, within, bar, reached, *_ in table(options.peers, outcomes):
        print(f"  {what}: {found} {within}, at most {bar}: {reached}")
    print(f"  {sum(spent for _, spent in runs):.0f} s of CPU")
    if options.keep:
        keep(options.name, options.peers, dict(zip(seeds, outcomes, strict=True)), PAGE)


if __name__ == "__main__":
    main()
