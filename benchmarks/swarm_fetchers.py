"""One seed, several fetchers that start together: ``p2p-get`` beside libtorrent.

Clock: from the first fetcher that begins to ask until the last one has all, proven and
written.  Everybody goes on serving until then.  libtorrent runs with its fastest
settings (`benchmarks.loads.torrent`), all of them known to each other from the start, rarest
first and in order.  With ``--limit`` nobody sends more than so many MB/s, and the bound
is what no swarm can beat: max(F/u, N·F/(u + N·u)) (Kumar and Ross, 2006).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread

from benchmarks.measuring.memory import touch
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import HERE, network, same
from benchmarks.measuring.transfers import NAME, shared_film
from script.programs import dying_with_us
from tests.real.processes import ROOT, script

#: Bytes of a piece: what is fastest; and where rates are limited, so that nobody waits long for one.
PIECE, SHORT_PIECE = 1 << 22, 1 << 20
ORDERS = ("rarest", "sequential")


class Member:
    """One process, and what it said when."""

    def __init__(self, command: Sequence[str], folder: Path, env: dict[str, str]) -> None:
        self.lines: list[tuple[float, str]] = []
        self._process = subprocess.Popen(
            dying_with_us(command), cwd=folder, stdout=subprocess.PIPE, text=True, env=env
        )
        self._reading = Thread(target=self._read, daemon=True)
        self._reading.start()

    def wait_for(self, words: str, within: float) -> float:
        """When it said that.

        :raises RuntimeError: it did not.
        """
        end = time.monotonic() + within
        while time.monotonic() < end:
            for when, line in tuple(self.lines):
                if words in line:
                    return when
            if self._process.poll() is not None and not self._reading.is_alive():
                break
            time.sleep(0.02)
        raise RuntimeError(f"it never said {words!r}, but {self.lines[-3:]}")

    def stop(self) -> None:
        """End it in good order."""
        self._process.send_signal(15)
        self._process.wait(20)
        self._reading.join(5)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append((time.monotonic(), line))


@contextmanager
def members(commands: Sequence[Sequence[str]], root: Path) -> Iterator[list[Member]]:
    """Started together, stopped together."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = [
        Member(command, root, {**env, "XDG_STATE_HOME": str(root / "states" / str(number))})
        for number, command in enumerate(commands)
    ]
    try:
        yield started
    finally:
        for member in started:
            member.stop()


def span(fetchers: Sequence[Member], begins: str, ends: str, within: float) -> float:
    """Seconds from the first that begins to the last that has all."""
    first = min(fetcher.wait_for(begins, within) for fetcher in fetchers)
    return max(fetcher.wait_for(ends, within) for fetcher in fetchers) - first


def ours(root: Path, central: str, seed: str, options: Namespace) -> Sample:
    """As many processes of ``p2p-get``; copies are what they had from the seed."""
    limit = ["--upload-limit", f"{options.limit}M", "--limit-local"] if options.limit else []
    asked = [script("p2p-get"), central, NAME, "--json", "--keep-seeding", *limit]
    commands = [[*asked, "-o", str(root / "got" / str(number))] for number in range(options.fetchers)]
    (root / "got").mkdir()
    with members(commands, root) as fetchers:
        seconds = span(fetchers, '"lookup_done"', '"fetched"', options.within)
    told = [json.loads(line) for member in fetchers for _, line in member.lines if '"finished"' in line]
    sent = sum(
        count for line in told for host, count in line["sources"].items() if host.startswith(f"{seed}:")
    )
    return _judged(root, seconds, sent, options, [root / "got" / str(n) for n in range(options.fetchers)])


def theirs(root: Path, order: str, options: Namespace) -> Sample:
    """As many processes of libtorrent."""
    hosts = [HERE.host() for _ in range(options.fetchers + 1)]
    limit = str(options.limit * 1_000_000)
    head = [sys.executable, "-m", "benchmarks.loads.torrent_swarm"]
    given = [str(root / "share"), NAME, str(SHORT_PIECE if options.limit else PIECE), limit]
    targets = [root / "got" / str(number) for number in range(options.fetchers)]
    for target in targets:
        target.mkdir(parents=True)
    with members([[*head, "seed", *given, hosts[0]]], root) as (seed,):
        seed.wait_for("serves", 60)
        commands = [
            [*head, "get", *given, host, str(target), order, *(other for other in hosts if other != host)]
            for host, target in zip(hosts[1:], targets, strict=True)
        ]
        with members(commands, root) as fetchers:
            seconds = span(fetchers, "begins", "has all", options.within)
    sent = json.loads(seed.lines[-1][1])["sent"]
    return _judged(root, seconds, sent, options, [target / NAME for target in targets])


def _judged(root: Path, seconds: float, sent: int, options: Namespace, targets: Sequence[Path]) -> Sample:
    """The figures of one round, in which every fetcher must have got the film."""
    if not all(same(target, root / "share" / NAME) for target in targets):
        raise RuntimeError("what came is not what was sent")
    shutil.rmtree(root / "got")
    shutil.rmtree(root / "states", ignore_errors=True)
    size = options.mib << 20
    return {"seconds": seconds, "copies": sent / size, "MB/s in all": options.fetchers * size / 1e6 / seconds}


def bound(options: Namespace) -> float:
    """Seconds that nobody can beat, in which the seed and all fetchers send ``--limit``."""
    size, rate, fetchers = options.mib << 20, options.limit * 1e6, options.fetchers
    bounded: float = max(size / rate, fetchers * size / (rate + fetchers * rate))
    return bounded


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--fetchers", type=int, default=4)
    parser.add_argument("--limit", type=int, default=0, help="MB/s that each may send; 0: no limit")
    parser.add_argument("--orders", nargs="+", choices=ORDERS, default=ORDERS, help="of libtorrent")
    parser.add_argument("--within", type=float, default=300.0, help="seconds that one round may take")
    options = parser.parse_args()
    limits = ("--upload-limit", f"{options.limit}M", "--limit-local") if options.limit else ()
    with shared_film(options) as root, network(root, announced=True, flags=limits) as (central, (peer,)):
        host = peer.args[peer.args.index("--ip") + 1]
        competitors = {"p2p-get": lambda: ours(root, central, host, options)}
        competitors |= {f"libtorrent {each}": partial(theirs, root, each, options) for each in options.orders}
        wanted = options.fetchers * options.mib << 20
        samples = interleaved(competitors, options.rounds, partial(touch, root, wanted))
    us, them = (
        medians(samples["p2p-get"]),
        {order: medians(samples[f"libtorrent {order}"]) for order in options.orders},
    )
    if options.limit:
        verdicts = {
            "time against the bound": (us["seconds"] / bound(options), "<= 1.25"),
            "copies sent by the seed": (us["copies"], "<= 1.5"),
            **{f"libtorrent's copies, {each}": (them[each]["copies"], "for comparison") for each in them},
        }
    else:
        best = min(each["seconds"] for each in them.values())
        bar = "<= 0.7" if options.fetchers <= 4 else "<= 0.85"
        verdicts = {"time against libtorrent's best": (us["seconds"] / best, bar)}
    name = f"swarm_{options.fetchers}_limited" if options.limit else f"swarm_{options.fetchers}"
    report(name, samples, verdicts, options)


if __name__ == "__main__":
    main()
