"""A broadcast to thirty programs that give it on; half of them killed every ten seconds, if that is wished.

``python -m benchmarks.live.crowd --seconds 300``; with ``--churn`` half of the watchers,
drawn by chance, are killed every ten seconds, and others come five seconds later, who start
beneath all others in the eyes of the scheduler (they would on machines of their own); with
``--restart`` the source is killed in the middle, and started anew.  Whoever watches from
beginning to end is asked what it saw.
"""

from __future__ import annotations

import time
from argparse import Namespace
from random import Random
from typing import Any

from benchmarks.live.programs import Show, showing, summary, told
from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, report
from benchmarks.measuring.site import workplace
from tests.real.processes import Program

EVERY_S, BACK_S = 10.0, 5.0


class Crowd:
    """All who watch."""

    def __init__(self, show: Show, options: Namespace) -> None:
        self._show = show
        self._options = options
        self._chance = Random(options.seed)
        self._number = 0
        self.killed = 0
        #: Who is there; those before `stays` to the end.
        self.watchers: list[Program] = []
        self.stays = options.viewers if not options.churn else max(2, options.viewers // 3)
        self.since = time.time() + options.viewers * options.stagger + options.settle
        self.until = self.since + options.seconds

    def come(self) -> Program:
        """One more."""
        flags = ["--since", str(self.since), "--delay", str(self._options.delay)]
        decodes = ["--decode"] if not self._number else []
        self._number += 1
        gently = time.time() > self.since
        return self._show.watch(self._number, self.until, *flags, *decodes, gently=gently)

    def gather(self) -> None:
        """All come, one after another."""
        for _ in range(self._options.viewers):
            self.watchers.append(self.come())
            time.sleep(self._options.stagger)

    def churn(self) -> None:
        """Kill half of all, of those who do not stay, and replace them, until it is time."""
        places = range(self.stays, len(self.watchers))
        due = self.since
        while (due := due + EVERY_S) < self.until - EVERY_S:
            _sleep_until(due)
            drawn = self._chance.sample(places, min(len(places), len(self.watchers) // 2))
            for place in drawn:
                self.watchers[place].kill()
            self.killed += len(drawn)
            _sleep_until(due + BACK_S)
            for place in drawn:
                self.watchers[place] = self.come()

    def restart(self) -> float:
        """Kill the source in the middle and start it three seconds later; when that was."""
        _sleep_until(self.since + self._options.seconds / 2)
        assert self._show.source is not None
        self._show.source.kill()
        time.sleep(3.0)
        self._show.begin()
        return time.time()

    def told(self) -> list[dict[str, Any]]:
        """What those found who stayed."""
        found = told(self.watchers[: self.stays], self.until + self._options.delay)
        for watcher in self.watchers[self.stays :]:
            watcher.kill()
        return found


def measure(show: Show, options: Namespace) -> Sample:
    """One run."""
    crowd = Crowd(show, options)
    try:
        crowd.gather()
        _sleep_until(crowd.since)
        began, cpu = time.monotonic(), costs.machine_cpu_seconds()
        again = crowd.restart() if options.restart else None
        if options.churn:
            crowd.churn()
        found = crowd.told()
        cores = (costs.machine_cpu_seconds() - cpu) / (time.monotonic() - began)
    finally:
        for watcher in crowd.watchers:
            watcher.kill()
    sample = summary(found, show.address, options.delay) | {"cores_busy": cores}
    if options.churn:
        sample["killed"] = float(crowd.killed)
    if again is not None:
        sample["back_s"] = max(each["silence"][1] for each in found) - again
    return sample


def _sleep_until(unix: float) -> None:
    time.sleep(max(0.0, unix - time.time()))


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=1)
    parser.add_argument("--viewers", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--settle", type=float, default=10.0, help="seconds that are not counted")
    parser.add_argument("--stagger", type=float, default=1.0, help="seconds from one who comes to the next")
    parser.add_argument("--delay", type=float, default=1.0, help="from captured to shown")
    parser.add_argument("--churn", action="store_true")
    parser.add_argument("--restart", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with workplace(options.folder) as root, showing(root) as show:
        sample = measure(show, options)
    figure = "live_churn" if options.churn else "live_restart" if options.restart else "live_crowd"
    verdicts = {
        "% of leaves too late to be shown": (sample["holes_%"], "< 0.5" if options.churn else "0"),
        "s from captured to proven, p99": (sample["proven_p99_s"], f"< {options.delay:g}"),
        "copies that the source sends": (sample["source_copies"], "<= 3"),
        "s without a whole slice, at most": (sample["frozen_s"], "<= 2"),
    }
    if options.restart:
        verdicts = {"s from the source's return to all": (sample["back_s"], "<= 5")}
    report(figure, {f"{options.viewers} watchers": [sample]}, verdicts, options)


if __name__ == "__main__":
    main()
