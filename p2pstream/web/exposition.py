"""Metrics as Prometheus reads them: its text format, version 0.0.4.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from p2pstream.content.shown import Distribution, Measured
from p2pstream.metrics import METRICS

__all__ = ["CONTENT_TYPE", "exposition"]

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def exposition(samples: Iterable[Measured]) -> bytes:
    """All of these; samples of one metric stand together."""
    return "".join(f"{line}\n" for line in _lines(samples)).encode()


def _lines(samples: Iterable[Measured]) -> Iterator[str]:
    before = ""
    for sample in samples:
        kind = METRICS[sample.metric]
        if sample.metric != before:
            before = sample.metric
            yield f"# HELP {before} {kind.meaning}"
            yield f"# TYPE {before} {kind.kind}"
        labels = dict(zip(kind.labels, sample.labels, strict=True))
        if isinstance(sample.value, Distribution):
            yield from _spread(before, labels, sample.value)
        else:
            yield f"{before}{_labels(labels)} {_number(sample.value)}"


def _spread(name: str, labels: dict[str, str], spread: Distribution) -> Iterator[str]:
    for bound, below in zip(spread.bounds, spread.below, strict=True):
        yield f"{name}_bucket{_labels({**labels, 'le': _number(bound)})} {below}"
    yield f"{name}_bucket{_labels({**labels, 'le': '+Inf'})} {spread.count}"
    yield f"{name}_sum{_labels(labels)} {_number(spread.sum)}"
    yield f"{name}_count{_labels(labels)} {spread.count}"


def _labels(labels: dict[str, str]) -> str:
    told = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels.items())
    return f"{{{told}}}" if told else ""


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
