"""What a process does that reads a file: ``python -I -S file_child.py FOLDER DESCRIPTOR``.

The folder is the one that p2pstream is in; the descriptor is the file, which it reads for
itself.  On standard input it has a socket: there it says `READY`, is asked for the hashes of
spans, each as `ASKED`, and answers in the same order.  It ends when nobody can ask any more,
and when a span cannot be read: whoever asked finds out why.

The file is mapped, not copied, which is a fifth of the time.  If it becomes shorter meanwhile,
or the disk refuses, the system ends this process: here, that is all that can happen.

Of the standard library it imports little: to start is to be a tenth of what it does.
"""

from __future__ import annotations

import os
import resource
import sys
from mmap import MADV_SEQUENTIAL, PROT_READ, mmap
from struct import Struct

__all__ = ["ASKED", "READY"]

#: Where a span begins in the file, how long it is, and which layer the units are.
ASKED = Struct("<QIB")
READY = b"\n"

_LINE = 0


def main() -> None:
    """Read and hash until nobody asks."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, sys.argv[1])
    from p2pstream.content.hashes.hash_nodes import unit_hashes

    file = int(sys.argv[2])
    os.write(_LINE, READY)
    with open(_LINE, "rb") as asked:
        while len(one := asked.read(ASKED.size)) == ASKED.size:
            start, length, layer = ASKED.unpack(one)
            try:
                pages = mmap(file, length, prot=PROT_READ, offset=start)
            except (OSError, ValueError):
                return
            pages.madvise(MADV_SEQUENTIAL)
            # What comes next is read from the disk meanwhile, whoever is asked for it.
            os.posix_fadvise(file, start + length, 2 * length, os.POSIX_FADV_WILLNEED)
            with pages, memoryview(pages) as span:
                # They are fewer than a socket takes at once.
                os.write(_LINE, unit_hashes(span, layer))


if __name__ == "__main__":
    main()
