"""``python program.py OURS AV INPUT [--encode] [--loop] [--format NAME]``: its beginning and end."""

from __future__ import annotations

import argparse
import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Capture until it ends, or until nobody reads any more; one line says what went wrong."""
    # Ctrl-C in a terminal is for who started us: that ends us in its own time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path[:0] = sys.argv[1:3]
    from p2pstream.errors import P2PStreamError
    from p2pstream.media.capture.capture import capture

    parser = argparse.ArgumentParser()
    parser.add_argument("input")
    parser.add_argument("--encode", action="store_true")
    parser.add_argument("--loop", action="store_true")
    parser.add_argument("--format")
    said = parser.parse_args(sys.argv[3:])
    try:
        capture(said.input, encode=said.encode, loop=said.loop, form=said.format)
    except P2PStreamError as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
