"""The programs that a broadcast is measured with, and what its watchers found."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measuring.rounds import Sample
from tests.real.processes import Program, free_loopback, script

__all__ = ["Show", "showing", "summary"]

NAME = "show"


@dataclass
class Show:
    """A central and what broadcasts there.

    :ivar source: ``p2p-live`` of the test pattern: 3 Mb/s, with a clock in the picture.
    """

    root: Path
    central: str
    port: int
    source: Program | None = None

    @property
    def address(self) -> str:
        """Of the source."""
        return f"127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Broadcast, or go on."""
        told = ["--state", str(self.root / "source"), "--port", str(self.port)]
        self.source = Program([script("p2p-live"), *told, self.central, NAME, "test"], self.root / "roles")

    def watch(self, number: int, until: float, *options: str, gently: bool = False) -> Program:
        """One more who watches.

        :param gently: it starts beneath all others, as if on a machine of its own: to import
            everything takes a core for a second, and those who watch already have two in all.
        """
        command = ["nice", "-n", "10"] if gently else []
        command += [sys.executable, "-m", "benchmarks.live.watcher", self.central, NAME]
        command += [str(self.root / f"viewer {number}"), "--until", str(until), *options]
        return Program(command, self.root / "roles")


@contextmanager
def showing(root: Path) -> Iterator[Show]:
    """From the first picture on; all ends with it."""
    show = Show(root, free_loopback(), free_port())
    (root / "roles").mkdir()
    central = Program([script("p2p-central"), "--ip", show.central], root / "roles")
    try:
        central.wait_for(show.central.replace(".", r"\."))
        show.begin()
        assert show.source is not None
        show.source.wait_for("broadcasting: p2p-play", 30)
        show.source.wait_for("listed", 30)
        yield show
    finally:
        for program in filter(None, (show.source, central)):
            program.kill()


def free_port() -> int:
    """One of loopback on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def told(watchers: Sequence[Program], until: float) -> list[dict[str, Any]]:
    """What each found; waits for them."""
    found = []
    for watcher in watchers:
        if watcher.finished(max(0.0, until - time.time()) + 30):
            raise RuntimeError(watcher.told())
        found.append(json.loads(watcher.stdout.splitlines()[-1]))
        seen = {name: value for name, value in found[-1].items() if name not in ("ages", "frames")}
        print(json.dumps(seen), flush=True)
    return found


def summary(found: Sequence[dict[str, Any]], source: str, delay_s: float) -> Sample:
    """Of all of them together; ages count from when the first byte of a slice was captured."""
    ages: Counter[int] = Counter()
    for each in found:
        ages.update({int(age): count for age, count in each["ages"].items()})
    came, given_up = ages.total(), sum(each["given_up"] for each in found)
    most = max(sum(each["ages"].values()) + each["given_up"] for each in found)
    frames = sorted(age for each in found for age in each["frames"])
    sample = {
        **{f"proven_p{part}_s": _part(ages, part) for part in (50, 95, 99)},
        "within_delay_%": 100 * sum(n for age, n in ages.items() if age < delay_s * 100) / max(came, 1),
        "holes": float(given_up),
        "holes_%": 100 * given_up / max(came + given_up, 1),
        "frozen_s": max(each["frozen_s"] for each in found),
        "leaves": float(most),
        "source_copies": sum(each["givers"].get(source, 0) for each in found) / max(most, 1),
        "join_s": max(each["join_s"] or 99.0 for each in found),
        "viewer_cpu_%": 100 * sum(each["cpu"] for each in found) / len(found),
    }
    if frames:
        sample |= {f"frame_p{part}_s": frames[len(frames) * part // 100] / 1000 for part in (50, 95, 99)}
        sample["frames"] = float(len(frames))
    return sample


def _part(ages: Counter[int], percent: int) -> float:
    wanted, seen = ages.total() * percent / 100, 0
    for age in sorted(ages):
        seen += ages[age]
        if seen >= wanted:
            return (age + 1) / 100
    return 0.0
