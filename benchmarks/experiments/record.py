"""Keeps what was found: CSV, and one plot, which needs matplotlib (the extra ``plots``)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.experiments.outcome import Outcome

__all__ = ["keep", "plot", "table"]


def table(outcome: Outcome, peers: int, seed: int) -> list[list[object]]:
    """The figures, as the page shows them."""
    return [
        [each.what, f"{each.value:.3g}", f"{each.bar:.3g}", "yes" if each.reached else "no", peers, seed]
        for each in outcome.findings
    ]


def keep(outcome: Outcome, name: str, peers: int, seed: int, folder: Path) -> None:
    """Write ``name.csv``, ``name_figures.csv`` and ``name.png``."""
    head = ["figure", "found", "at most", "reached", "peers", "seed"]
    _write(folder / f"{name}.csv", outcome.columns, outcome.rows)
    _write(folder / f"{name}_figures.csv", head, table(outcome, peers, seed))
    plot(outcome, folder / f"{name}.png")


def plot(outcome: Outcome, path: Path) -> None:
    """Draw the curves."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4.0), dpi=100)
    for curve in outcome.curves:
        axes.plot(curve.xs, curve.ys, label=curve.label, marker="." if len(curve.xs) < 20 else "")
    axes.set(title=outcome.title, xlabel=outcome.across, ylabel=outcome.upwards)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    pyplot.close(figure)


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
