"""The worker's beginning and end."""

from __future__ import annotations

import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Do one job, and end."""
    # Ctrl-C in a terminal is for who started us: that ends us in its own time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path[:0] = sys.argv[1:3]
    from p2pstream.media.worker.work import work

    work()


if __name__ == "__main__":
    main()
