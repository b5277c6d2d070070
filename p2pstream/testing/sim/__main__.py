"""``python -m p2pstream.testing.sim``: play a scenario, once or with many seeds."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence

from p2pstream.testing.sim.many import played
from p2pstream.testing.sim.scenarios import SCENARIOS

__all__ = ["main"]

#: What stands for several scenarios: every one, and those that keep their promise with every seed tried.
_GROUPS = {"all": list(SCENARIOS), "kept": [each.name for each in SCENARIOS.values() if each.is_kept]}


def main(argv: Sequence[str]) -> int:
    """Play; 1 when what a scenario promises was not kept."""
    options = _options(argv)
    names = _GROUPS.get(options.scenario, [options.scenario])
    runs = [(name, seed) for name in names for seed in options.seeds or [options.seed]]
    broken = 0
    for report in played(runs, options.jobs):
        broken += bool(report.broken)
        print(*report.lines(), sep="\n", flush=True)
    if len(runs) > 1:
        print(f"{len(runs)} runs, {broken} of them broken")
    return 1 if broken else 0


def _options(argv: Sequence[str]) -> Namespace:
    parser = ArgumentParser("python -m p2pstream.testing.sim", description=__doc__)
    names = ", ".join(f"{each.name} ({each.about})" for each in SCENARIOS.values())
    names = names.replace("%", "%%")
    about = f"{names}; all: each of them; kept: those whose promise is kept so far, whatever the seed"
    choices = [*_GROUPS, *SCENARIOS]
    parser.add_argument("--scenario", default="film", choices=choices, help=about, metavar="NAME")
    parser.add_argument("--seed", type=int, default=0, help="all chance comes from it")
    parser.add_argument("--seeds", type=_seeds, default=None, metavar="A-B", help="one after the other")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes that play at once")
    return parser.parse_args(argv)


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    try:
        return range(int(first), int(last) + 1)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no A-B") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
