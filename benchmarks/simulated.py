"""What no machine can show as well: scenarios of the simulation, each with many seeds.

``python -m benchmarks.simulated wifi`` plays one.  Nothing depends on the machine: a seed
gives the same figures everywhere.
"""

from __future__ import annotations

from statistics import quantiles

from benchmarks.measuring.rounds import Sample, arguments, report
from p2pstream.content.units import UNIT
from p2pstream.testing.sim.report import SimReport
from p2pstream.testing.sim.run import play
from p2pstream.testing.sim.scenarios import SCENARIOS

#: There and back, and what one of the peers sends in a second, where seeks are measured.
ROUND_TRIP_S, UPLINK = 0.050, 750_000


def figures(report: SimReport) -> Sample:
    """Of one run."""
    figures = {
        "stalls": float(report.stalls),
        "stalled_s": max(report.stalled, default=0.0),
        "start_s": max(report.starts, default=0.0),
        "waste_%": 100 * report.waste,
        "copies": report.copies,
    }
    if report.firsts:
        figures |= {"seeks": float(len(report.firsts)), "first_byte_s": max(report.firsts)}
    return figures


def main() -> None:
    """Play, and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    samples: list[Sample] = []
    firsts: list[float] = []
    for seed in range(options.seeds):
        came = play(SCENARIOS[options.scenario], seed)
        print(*came.lines(), sep="\n", flush=True)
        samples.append(figures(came))
        firsts += came.firsts
    verdicts = {"stalls": (sum(sample["stalls"] for sample in samples), "0")}
    if firsts:
        least = 3 * ROUND_TRIP_S + UNIT / UPLINK
        verdicts = {"first byte of a seek, s, p95": (quantiles(firsts, n=100)[94], f"<= {least:.3f}")}
    report(f"sim_{options.scenario}", {options.scenario: samples}, verdicts, options)


if __name__ == "__main__":
    main()
