"""What the process apart does: ``python -I -S child.py FOLDER-OF-P2PSTREAM DESCRIPTOR``.

The descriptor is memory that it shares with whoever started it.  On standard input it
has a socket: there it says `READY`, is asked for the hashes of runs, each as `ASKED`, and
answers in the same order.  It ends when nobody can ask any more.
"""

from __future__ import annotations

import signal
import sys
from mmap import ACCESS_READ, mmap
from socket import socket
from struct import Struct

__all__ = ["ASKED", "READY"]

#: Where a run begins in the shared memory, how long it is, and which layer the units are.
ASKED = Struct("<IIB")
READY = b"\n"


def main() -> None:
    """Hash until nobody asks."""
    # Ctrl-C in a terminal is for who started us: that ends us in its own time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path.insert(0, sys.argv[1])
    from p2pstream.content.hash_nodes import unit_hashes

    memory = memoryview(mmap(int(sys.argv[2]), 0, access=ACCESS_READ))
    with socket(fileno=0) as line, line.makefile("rb") as asked:
        line.sendall(READY)
        while len(one := asked.read(ASKED.size)) == ASKED.size:
            offset, length, layer = ASKED.unpack(one)
            line.sendall(unit_hashes(memory[offset : offset + length], layer))


if __name__ == "__main__":
    main()
