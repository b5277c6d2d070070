"""Interleaved rounds, medians, and the record that they leave."""

from __future__ import annotations

import argparse
import json
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from benchmarks.measuring.conditions import conditions

Sample = dict[str, float]
RESULTS = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"


def arguments(text: str) -> argparse.ArgumentParser:
    """The options that every benchmark has.  From here on SIGTERM ends it in good order, as Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"), help="the disk to work on")
    parser.add_argument("--keep", action="store_true", help="write the result under docs/benchmarks")
    return parser


def interleaved(
    competitors: Mapping[str, Callable[[], Sample]], rounds: int, before: Callable[[], None] = lambda: None
) -> dict[str, list[Sample]]:
    """A discarded warm-up each, then ``rounds`` rounds in turn; each sample is printed.

    :param before: done before each, so that all find the machine alike.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in competitors}
    for number in range(rounds + 1):
        for name, measure in competitors.items():
            before()
            sample = measure()
            label = f"round {number}" if number else "warm-up"
            print(f"{label:8} {name:24} " + "  ".join(f"{k}={v:.3f}" for k, v in sample.items()), flush=True)
            if number:
                samples[name].append(sample)
    return samples


def medians(samples: list[Sample]) -> Sample:
    """The median of each figure."""
    return {key: median(sample[key] for sample in samples) for key in samples[0]}


def report(
    figure: str,
    samples: Mapping[str, list[Sample]],
    verdicts: Mapping[str, tuple[float, str]],
    options: argparse.Namespace,
) -> None:
    """Print medians and verdicts; with ``--keep`` leave the record in the docs.

    :param verdicts: what is promised → (measured, the bar in words).
    """
    for name, taken in samples.items():
        print(f"median   {name:24} " + "  ".join(f"{k}={v:.3f}" for k, v in medians(taken).items()))
    for promise, (value, bar) in verdicts.items():
        print(f"{promise}: {value:.3f} (bar: {bar})")
    if options.keep:
        record = {
            "figure": figure,
            "conditions": conditions(options.folder) | {"options": _chosen(options)},
            "medians": {name: medians(taken) for name, taken in samples.items()},
            "samples": dict(samples),
            "verdicts": {promise: {"measured": v, "bar": bar} for promise, (v, bar) in verdicts.items()},
        }
        RESULTS.mkdir(parents=True, exist_ok=True)
        (RESULTS / f"{figure}.json").write_text(json.dumps(record, indent=1) + "\n")


def _chosen(options: argparse.Namespace) -> dict[str, object]:
    """What of the command line decides what was measured."""
    chosen = vars(options).items()
    return {name: value for name, value in chosen if name != "keep" and not isinstance(value, Path)}
