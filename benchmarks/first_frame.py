"""From the command to the first frame in the window, on loopback, everything warm.

``command_s`` counts from the start of the ``p2p-play`` process, interpreter included,
``byte_s`` from the moment at which the source is connected and asked.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

from benchmarks.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.site import network, workplace
from p2pstream.testing.film import make_film
from script.display import display
from script.programs import dying_with_us
from tests.real.processes import script

NAME = "film.mp4"


def first_frame(root: Path, central: str, screen: str) -> Sample:
    """Start p2p-play, wait for its first frame, end it."""
    began = time.monotonic()
    with subprocess.Popen(
        dying_with_us([script("p2p-play"), central, NAME, "--json", "--hw", "none"]),
        cwd=root,
        env={**os.environ, "DISPLAY": screen},
        stdout=subprocess.PIPE,
        text=True,
    ) as player:
        assert player.stdout is not None
        told: dict[str, float] = {}
        for line in player.stdout:
            event = json.loads(line)
            told.setdefault(event["event"], event["t"])
            if event["event"] == "first_frame":
                seen = time.monotonic()
                break
        else:
            raise RuntimeError(f"no frame was shown; p2p-play told {told}")
        player.terminate()
    return {"command_s": seen - began, "byte_s": told["first_frame"] - told["source_connected"]}


def main() -> None:
    """Measure and report."""
    options = arguments((__doc__ or "").splitlines()[0]).parse_args()
    with workplace(options.folder) as root, display() as (screen, _):
        (root / "share").mkdir()
        make_film(root / "share" / NAME, 20, 1280, 720, 30)
        with network(root, peers=2) as (central, _):
            samples = interleaved({"p2p-play": lambda: first_frame(root, central, screen)}, options.rounds)
    found = medians(samples["p2p-play"])
    verdicts = {
        "s from the command to the frame": (found["command_s"], "< 1"),
        "s from the first byte asked to the frame": (found["byte_s"], "< 0.5"),
    }
    report("first_frame", samples, verdicts, options)


if __name__ == "__main__":
    main()
