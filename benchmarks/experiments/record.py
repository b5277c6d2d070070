"""Keeps what was found: CSV, and one plot, which needs matplotlib (the extra ``plots``)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.experiments.outcome import Outcome
from benchmarks.experiments.repeats import estimates

__all__ = ["keep", "plot", "table"]

_HEAD = ["figure", "found", "within", "at most", "reached", "peers", "seeds"]


def table(peers: int, outcomes: Sequence[Outcome]) -> list[list[object]]:
    """The figures, as the page shows them."""
    return [
        [
            each.what,
            f"{each.mean:.3g}",
            "" if each.within is None else f"±{each.within:.2g}",
            f"{each.bar:.3g}",
            each.reached,
            peers,
            len(outcomes),
        ]
        for each in estimates(outcomes)
    ]


def keep(name: str, peers: int, outcomes: Mapping[int, Outcome], folder: Path) -> None:
    """Write ``name.csv``, ``name_figures.csv`` and ``name.png``.

    What the tables have of other numbers of peers stays.

    :param outcomes: by seed.
    """
    found = list(outcomes.values())
    rows = [[peers, seed, *row] for seed, outcome in outcomes.items() for row in outcome.rows]
    _put(folder / f"{name}.csv", ["peers", "seed", *found[0].columns], rows, peers)
    _put(folder / f"{name}_figures.csv", _HEAD, table(peers, found), peers)
    plot(peers, found, folder / f"{name}.png")


def plot(peers: int, outcomes: Sequence[Outcome], path: Path) -> None:
    """Draw the curves, those of all seeds in one colour."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4.0), dpi=100)
    for place, outcome in enumerate(outcomes):
        for index, curve in enumerate(outcome.curves):
            label, marker = "" if place else curve.label, "." if len(curve.xs) < 20 else ""
            axes.plot(curve.xs, curve.ys, color=f"C{index}", alpha=0.7, lw=1.2, label=label, marker=marker)
    first = outcomes[0]
    axes.set(title=f"{first.title}: {peers} peers", xlabel=first.across, ylabel=first.upwards)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    pyplot.close(figure)


def _put(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]], peers: int) -> None:
    """Write these rows in the place of those with so many peers."""
    column, others = list(head).index("peers"), list[list[str]]()
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            old, *others = list(csv.reader(file)) or [[]]
        others = [row for row in others if row[column] != str(peers)] if old == list(head) else []
    merged = [*others, *([_shown(cell) for cell in row] for row in rows)]
    merged.sort(key=lambda row: int(row[column]))
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *merged])


def _shown(cell: object) -> str:
    return f"{cell:.5g}" if isinstance(cell, float) else str(cell)
