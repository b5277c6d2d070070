"""One who watches what an address gives at an even rate, and tells when the picture stands still.

``python -m tests.real.films.watcher RATE BUFFER_S START_S URL`` is a player for ``p2p-play --player``:
it holds so many seconds of film ahead, and begins when so many are there.
"""

from __future__ import annotations

import sys
import time
from urllib.request import urlopen

#: How much is read at once, in seconds of film.
STEP_S = 0.1


def watch(rate: int, buffer_s: float, start_s: float, url: str) -> None:
    """Tell of the picture, of each time that it stood still, and of the end."""
    read, began = 0, None
    with urlopen(url) as film:
        while got := film.read1(int(STEP_S * rate)):
            now, here_s = time.monotonic(), read / rate
            if began is not None and now > began + here_s:
                print(f"stood still for {now - began - here_s:.2f} s at {here_s:.1f} s", flush=True)
                began = now - here_s
            read += len(got)
            if began is None and read >= start_s * rate:
                began = now
                print("there is a picture", flush=True)
            if began is not None:
                time.sleep(max(0.0, began + read / rate - buffer_s - now))
    print(f"saw {read} bytes", flush=True)


if __name__ == "__main__":
    watch(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
