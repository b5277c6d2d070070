"""The same test pattern as HLS, by ``ffmpeg -f hls`` and nginx: how old a picture is for a player there.

``python -m benchmarks.live.segments``: segments of two seconds, as is usual; ffmpeg copies what
our test pattern codes.  A player begins three segments behind the end of the playlist, as
RFC 8216, section 6.3.3, wants it, and here shows each picture as soon as it is decoded: a
real one, which shows them at their pace, is as late as the latest of a segment.
"""

from __future__ import annotations

import subprocess
import sys
import time
from argparse import Namespace
from pathlib import Path
from threading import Thread

import av

from benchmarks.live.frames import note
from benchmarks.measuring.rounds import Sample, arguments, report
from benchmarks.measuring.site import nginx, workplace
from p2pstream.media.capture import program
from p2pstream.media.process import av_folder
from script.programs import dying_with_us
from tests.real.processes import ROOT


def play(url: str, seen: list[tuple[int, int]]) -> None:
    """As a player does, in a thread that ends with the program."""

    def watch() -> None:
        film = av.open(url, options={"live_start_index": "-3"})
        video = film.streams.video[0]
        video.codec_context.thread_count = 1
        note(film, video, seen)

    Thread(target=watch, daemon=True).start()


def measure(root: Path, options: Namespace) -> Sample:
    """One run."""
    share = root / "share"
    share.mkdir()
    root.chmod(0o755)
    pattern = [sys.executable, program.__file__, str(ROOT), av_folder() or "", "test"]
    cut = f"ffmpeg -v error -f mpegts -i - -c copy -f hls -hls_time {options.segment} -hls_list_size 6"
    cut += f" -hls_flags delete_segments {share}/live.m3u8"
    seen: list[tuple[int, int]] = []
    with nginx(root, share) as (host, _):
        made = subprocess.Popen(dying_with_us(pattern), stdout=subprocess.PIPE)
        cutter = subprocess.Popen(dying_with_us(cut.split()), stdin=made.stdout)
        try:
            time.sleep(4 * options.segment + 4)
            play(f"http://{host}:8080/live.m3u8", seen)
            time.sleep(options.settle + options.seconds)
        finally:
            for child in (made, cutter):
                child.kill()
                child.wait()
    late = sorted(age for drawn, age in seen[len(seen) // 4 :])
    return {f"frame_p{part}_s": late[len(late) * part // 100] / 1000 for part in (50, 95, 99)} | {
        "frames": float(len(late))
    }


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=1)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--settle", type=float, default=6.0)
    parser.add_argument("--segment", type=float, default=2.0, help="seconds of one")
    options = parser.parse_args()
    with workplace(options.folder) as root:
        sample = measure(root, options)
    report("live_segments", {"ffmpeg -f hls over nginx": [sample]}, {}, options)


if __name__ == "__main__":
    main()
