"""From the command to the first frame in the window, on loopback, everything warm.

``command_s`` counts from the start of the ``p2p-play`` process, interpreter included,
``byte_s`` from the moment at which the source is connected and asked.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, workplace
from p2pstream.testing.film import make_film
from script.display import display
from script.programs import dying_with_us
from tests.real.processes import script

NAME = "film.mp4"


def played(
    args: Sequence[str], root: Path, screen: str, stays_s: float = 0.0
) -> tuple[float, dict[str, float]]:
    """Run ``p2p-play`` until its first picture is in the window, and end it so much later.

    :returns: seconds from the start of the process to that picture, and when each event was told first.
    """
    began = time.monotonic()
    with subprocess.Popen(
        dying_with_us([script("p2p-play"), *args, "--json", "--hw", "none"]),
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
            raise RuntimeError(f"no picture was shown; p2p-play told {told}")
        time.sleep(stays_s)
        player.terminate()
    return seen - began, told


def first_frame(root: Path, central: str, screen: str) -> Sample:
    """How soon a film is there."""
    command_s, told = played([central, NAME], root, screen)
    return {"command_s": command_s, "byte_s": told["first_frame"] - told["source_connected"]}


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
