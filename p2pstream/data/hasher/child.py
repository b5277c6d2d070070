"""What the process apart does: ``python -I -S child.py FOLDER-OF-P2PSTREAM DESCRIPTOR``.

The descriptor is memory that it shares with whoever started it.  On standard input it
has a socket: there it says `READY`, is asked for the hashes of runs, each as `ASKED`, and
answers in the same order.  It ends when nobody can ask any more.

Of the standard library it imports little: half of the start would be that.
"""

from __future__ import annotations

import os
import sys
from mmap import ACCESS_READ, mmap
from struct import Struct

__all__ = ["ASKED", "READY"]

#: Where a run begins in the shared memory, how long it is, and which layer the units are.
ASKED = Struct("<IIB")
READY = b"\n"

_LINE = 0


def main() -> None:
    """Hash until nobody asks."""
    sys.path.insert(0, sys.argv[1])
    from p2pstream.content.hashes.hash_nodes import unit_hashes

    memory = memoryview(mmap(int(sys.argv[2]), 0, access=ACCESS_READ))
    os.write(_LINE, READY)
    with open(_LINE, "rb") as asked:
        while len(one := asked.read(ASKED.size)) == ASKED.size:
            offset, length, layer = ASKED.unpack(one)
            # They are fewer than a socket takes at once.
            os.write(_LINE, unit_hashes(memory[offset : offset + length], layer))


if __name__ == "__main__":
    main()
