"""One source, one sink, 50 ms apart, without loss and with 1 %: ``p2p-get`` beside libtorrent and curl.

All go through the same link (`benchmarks.measuring.far`), 25 ms each way with a queue of 50 ms, and
through packets of 1,500 bytes; clocks are those of `benchmarks.native_transfer` and
`benchmarks.classic_transfer`.  The hub is Python: the link's rate is one that it carries
with ease, and the film is as large as makes the beginning a small part.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from benchmarks.classic_transfer import curl
from benchmarks.measuring.far import Link, linked
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, nginx
from benchmarks.measuring.transfers import shared_film
from benchmarks.native_transfer import PIECES, get, seeding, theirs

DELAY_S = 0.025
LOSSES = {"no loss": 0.0, "1 % lost": 0.01}
RIVAL = "libtorrent 512 KiB"


def chosen() -> Namespace:
    """The command line."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--mib", type=int, default=128)
    parser.add_argument("--rate", type=float, default=25.0, help="of the link, in MB/s")
    return parser.parse_args()


def measured(root: Path, link: Link, rounds: int) -> dict[str, list[Sample]]:
    """All three over one link, which is there for nobody else."""
    with (
        linked(link) as (near, far),
        nginx(root, root / "share", far) as (site, worker),
        network(root, announced=True, place=far) as (central, (peer,)),
        seeding(root, PIECES[RIVAL], far) as (host, seed),
    ):
        return interleaved(
            {
                "p2p-get": lambda: get(root, central, peer.process.pid, near),
                RIVAL: lambda: theirs(root, PIECES[RIVAL], host, seed, near),
                "curl+nginx": lambda: curl(root, site, worker, near),
            },
            rounds,
        )


def main() -> None:
    """Measure and report."""
    options = chosen()
    samples: dict[str, list[Sample]] = {}
    verdicts: dict[str, tuple[float, str]] = {}
    for name, loss in LOSSES.items():
        with shared_film(options) as root:
            taken = measured(root, Link(DELAY_S, loss, options.rate * 1e6), options.rounds)
        rates = {competitor: medians(rounds)["MB/s"] for competitor, rounds in taken.items()}
        samples |= {f"{competitor}, {name}": rounds for competitor, rounds in taken.items()}
        verdicts[f"rate against libtorrent, {name}"] = (rates["p2p-get"] / rates[RIVAL], ">= 1")
        verdicts[f"rate against curl, {name}"] = (rates["p2p-get"] / rates["curl+nginx"], ">= 0.95")
    report("far_link", samples, verdicts, options)


if __name__ == "__main__":
    main()
