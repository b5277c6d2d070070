"""1080p30 for 20 s in a 1280×720 window, software GL: frames lost, and CPU beside ``vlc``.

``p2p-play`` fetches through classic while it plays; ``vlc`` plays the local file.  Both
decode in software, with the sound going nowhere.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, workplace
from p2pstream.testing.film import make_film
from script.display import xvfb
from tests.real.processes import script

NAME = "film.mp4"
SECONDS = 20


def ours(root: Path, central: str, screen: str) -> Sample:
    """Watch with p2p-play."""
    cost = costs.run([script("p2p-play"), central, NAME, "--json", "--hw", "none"], root, _on(screen))
    last = json.loads(cost.output.splitlines()[-1])
    return _sample(cost) | {"shown": float(last["shown"]), "lost": float(last["lost"])}


def vlc(root: Path, screen: str) -> Sample:
    """Watch the local file with vlc, which refuses to be root."""
    command = [
        "vlc",
        "-I",
        "dummy",
        "--avcodec-hw=none",
        "--no-video-title-show",
        "--play-and-exit",
        "--no-one-instance",
    ]
    command += ["--width=1280", "--height=720", "--aout=adummy", str(root / "share" / NAME)]
    if os.getuid() == 0:
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    return _sample(costs.run(command, root, _on(screen) | {"HOME": str(root / "home")}))


def _on(screen: str) -> dict[str, str]:
    return {"DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1", "VLC_VERBOSE": "-1"}


def _sample(cost: costs.Cost) -> Sample:
    return {"cpu_s": cost.cpu_s, "core_%": 100 * cost.cpu_s / SECONDS, "wall_s": cost.wall_s}


def main() -> None:
    """Measure and report."""
    options = arguments((__doc__ or "").splitlines()[0]).parse_args()
    if shutil.which("vlc") is None:
        sys.exit("vlc is not installed; apt install vlc-bin vlc-plugin-base")
    with workplace(options.folder) as root, xvfb("1920x1080x24") as screen:
        root.chmod(0o755)
        (root / "home").mkdir(mode=0o777)
        (root / "share").mkdir()
        make_film(root / "share" / NAME, SECONDS, 1920, 1080, 30)
        with network(root, peers=2) as (central, _):
            samples = interleaved(
                {"p2p-play": lambda: ours(root, central, screen), "vlc": lambda: vlc(root, screen)},
                options.rounds,
            )
    found, rival = medians(samples["p2p-play"]), medians(samples["vlc"])
    verdicts = {
        "frames lost": (found["lost"], "<= 2"),
        "cores": (found["core_%"] / 100, "< 1"),
        "CPU against vlc": (found["cpu_s"] / rival["cpu_s"], "<= 1.5"),
    }
    report("playback", samples, verdicts, options)


if __name__ == "__main__":
    main()
