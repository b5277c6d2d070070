"""One source, one sink: what all benchmarks of a transfer are given, and what they measure."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measuring.costs import Cost
from benchmarks.measuring.rounds import Sample, arguments
from benchmarks.measuring.site import random_file, same, workplace

NAME = "film.bin"


def chosen(text: str) -> Namespace:
    """The command line; ``mib`` is how large the film is."""
    parser = arguments(text.splitlines()[0])
    parser.add_argument("--mib", type=int, default=1024)
    return parser.parse_args()


@contextmanager
def shared_film(options: Namespace) -> Iterator[Path]:
    """A folder on the disk under test, with nothing in it but ``share/film.bin``."""
    with workplace(options.folder) as root:
        random_file(root / "share" / NAME, options.mib << 20)
        yield root


def sample(root: Path, target: Path, seconds: float, cost: Cost, sent: float) -> Sample:
    """The figures of one transfer to ``target``, which must be the film, and goes.

    :param seconds: what the transfer itself took.
    :param cost: the receiver's.
    :param sent: the sender's, in seconds of CPU.
    """
    film = root / "share" / NAME
    if not same(target, film):
        raise RuntimeError(f"{target.name} is not what was sent")
    target.unlink()
    size = film.stat().st_size
    return {
        "MB/s": size / 1e6 / seconds,
        "wall_s": cost.wall_s,
        "receiver_s/GB": cost.work_cpu_s / size * 1e9,
        "receiver_start_cpu_s": cost.start_cpu_s,
        "sender_s/GB": sent / size * 1e9,
        "receiver_mib": cost.peak_mib,
    }
