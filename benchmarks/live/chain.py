"""A broadcast through three who give it on, one to the next: from drawn to shown.

``python -m benchmarks.live.chain --seconds 60``: each of three watchers dials nobody but
the one before it, the first one the source, and the last decodes.  The clock in the picture
says when each frame was drawn; the time to code it is in it.
"""

from __future__ import annotations

import time
from argparse import Namespace

from benchmarks.live.programs import Show, free_port, showing, summary, told
from benchmarks.measuring.rounds import Sample, arguments, report
from benchmarks.measuring.site import workplace

HOPS = 3


def measure(show: Show, options: Namespace) -> dict[str, Sample]:
    """One run; what the last one found, and all of them."""
    since = time.time() + options.settle
    until = since + options.seconds
    before, watchers = show.address, []
    for number in range(HOPS):
        port = free_port()
        flags = ["--port", str(port), "--only", before, "--since", str(since), "--delay", str(options.delay)]
        watchers.append(show.watch(number, until, *flags, *(["--decode"] if number == HOPS - 1 else [])))
        before = f"127.0.0.1:{port}"
        time.sleep(1.5)
    found = told(watchers, until + options.delay)
    return {
        "all three": summary(found, show.address, options.delay),
        "the last": summary(found[-1:], show.address, options.delay),
    }


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=1)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--settle", type=float, default=10.0, help="seconds that are not counted")
    parser.add_argument("--delay", type=float, default=1.0, help="from captured to shown")
    options = parser.parse_args()
    with workplace(options.folder) as root, showing(root) as show:
        samples = measure(show, options)
    last = samples["the last"]
    verdicts = {
        "s from drawn to decoded, p95, behind three": (last["frame_p95_s"], f"<= {options.delay + 0.1:g}"),
        "leaves that came too late to be shown": (samples["all three"]["holes"], "0"),
    }
    report("live_chain", {name: [sample] for name, sample in samples.items()}, verdicts, options)


if __name__ == "__main__":
    main()
