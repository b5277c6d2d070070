"""1 GiB over the native protocol under TLS, and in the open, every unit proven and written.

Bulk data between peers goes in the open by itself, for it proves itself; under TLS it goes
to a peer that is dialled so (`peer.dials.Dials`).  The clock runs from the connection to
the last byte proven and written.
"""

from __future__ import annotations

from benchmarks.first_unit import ours
from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, random_file, workplace
from benchmarks.measuring.transfers import NAME


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=3)
    parser.add_argument("--mib", type=int, default=1024)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        random_file(root / "share" / NAME, options.mib << 20)
        with network(root, announced=True) as (central, (peer,)):

            def fetched(*more: str) -> Sample:
                before = costs.cpu_seconds(peer.process.pid)
                told = ours(root, central, *more)
                sent = costs.cpu_seconds(peer.process.pid) - before
                gigabytes = told["bytes"] / 1e9
                return {
                    "MB/s": 1000 * gigabytes / told["seconds"],
                    "receiver_s/GB": told["cpu_s"] / gigabytes,
                    "sender_s/GB": sent / gigabytes,
                    "receiver_mib": told["peak_mib"],
                }

            samples = interleaved(
                {"under TLS": lambda: fetched("--tls"), "in the open": fetched}, options.rounds
            )
    verdicts = {"MB/s under TLS": (medians(samples["under TLS"])["MB/s"], ">= 200")}
    report("native_tls", samples, verdicts, options)


if __name__ == "__main__":
    main()
