"""``python -m benchmarks.experiments NAME``."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.experiments.outcome import Outcome
from benchmarks.experiments.record import keep

#: The experiments, and the module that each is in.
EXPERIMENTS = {
    "e1": "everybody",
    "e2": "flash_crowd",
    "e7": "free_riders",
    "e8": "sites",
    "e10": "polluters",
}
PAGE = Path(__file__).parents[2] / "docs" / "experiments"


def experiment(name: str) -> Callable[[int, int], Outcome]:
    """What runs it, with so many peers and such a seed."""
    found: Callable[[int, int], Outcome] = import_module(f"benchmarks.experiments.{EXPERIMENTS[name]}").run
    return found


def main() -> None:
    """Run one, and say what it found."""
    parser = ArgumentParser(prog="python -m benchmarks.experiments", description=__doc__)
    parser.add_argument("name", choices=EXPERIMENTS)
    parser.add_argument("--peers", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help=f"write to {PAGE.name}/ of the documentation")
    options = parser.parse_args()
    began = time.process_time()
    outcome = experiment(options.name)(options.peers, options.seed)
    print(f"{options.name}: {outcome.title}; {options.peers} peers, seed {options.seed}")
    for each in outcome.findings:
        said = "reached" if each.reached else "NOT reached"
        print(f"  {each.what}: {each.value:.3g}, at most {each.bar:.3g}: {said}")
    print(f"  {time.process_time() - began:.0f} s of CPU")
    if options.keep:
        keep(outcome, options.name, options.peers, options.seed, PAGE)


if __name__ == "__main__":
    main()
