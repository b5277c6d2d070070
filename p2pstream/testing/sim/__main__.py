"""``python -m p2pstream.testing.sim``: play a scenario, once or with many seeds."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence

from p2pstream.testing.sim.run import play
from p2pstream.testing.sim.scenarios import SCENARIOS

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Play; 1 when what a scenario promises was not kept."""
    options = _options(argv)
    names = list(SCENARIOS) if options.scenario == "all" else [options.scenario]
    broken = 0
    for name in names:
        for seed in options.seeds or [options.seed]:
            report = play(SCENARIOS[name], seed)
            broken += bool(report.broken)
            print(*report.lines(), sep="\n", flush=True)
    runs = len(names) * len(options.seeds or [options.seed])
    if runs > 1:
        print(f"{runs} runs, {broken} of them broken")
    return 1 if broken else 0


def _options(argv: Sequence[str]) -> Namespace:
    parser = ArgumentParser("python -m p2pstream.testing.sim", description=__doc__)
    names = ", ".join(f"{each.name} ({each.about})" for each in SCENARIOS.values())
    parser.add_argument("--scenario", default="film", choices=["all", *SCENARIOS], help=names, metavar="NAME")
    parser.add_argument("--seed", type=int, default=0, help="all chance comes from it")
    parser.add_argument("--seeds", type=_seeds, default=None, metavar="A-B", help="one after the other")
    return parser.parse_args(argv)


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    try:
        return range(int(first), int(last) + 1)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no A-B") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
