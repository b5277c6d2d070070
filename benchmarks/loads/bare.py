"""Nothing but the work of a proven transfer: bytes sent, copied, hashed, compared and written.

``python -m benchmarks.loads.bare FOLDER NAME`` sends ``FOLDER/NAME`` to itself over loopback, in
the arrangement that was fastest here: ``sendfile`` in one process, the hashes in another,
and two threads that read from the socket and write to ``FOLDER/bare.bin``.  There is no
protocol, no event loop and nobody to ask.  How fast that is is how fast the machine lets
anything be that does this work, and what is missing from it is what a program costs.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import resource
import socket
import sys
import time
from multiprocessing import Process
from pathlib import Path
from queue import SimpleQueue
from struct import Struct
from threading import Thread

from p2pstream.content.hashes.hash_nodes import unit_hashes
from p2pstream.content.units import HASH_BYTES, UNIT

RUN = 16 * UNIT
#: Runs that are on their way to the disk at once: 16 MiB.
RUNS = 16
#: The layer of units in the tree of hashes.
LAYER = 2
TARGET = "bare.bin"

#: Which of the runs in memory, and how long it is.
_ASKED = Struct("<II")


def near(link: socket.socket) -> None:
    """As `transport.tuning` has connections that stay on this machine."""
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")


def send(film: Path, to: tuple[str, int]) -> None:
    """In a process: all of the film."""
    with socket.create_connection(to) as link, film.open("rb") as file:
        near(link)
        at, size = 0, film.stat().st_size
        while at < size:
            at += os.sendfile(link.fileno(), file.fileno(), at, min(RUN, size - at))


def answer(line: socket.socket, memory: mmap.mmap) -> None:
    """In a process: the hashes of runs, until nobody asks."""
    view = memoryview(memory)
    with line.makefile("rb") as asked:
        while len(one := asked.read(_ASKED.size)) == _ASKED.size:
            place, length = _ASKED.unpack(one)
            line.sendall(unit_hashes(view[place * RUN :][:length], LAYER))


class Receiver:
    """Reads, has hashed, compares and writes.

    :param expected: the hashes of all units.
    """

    def __init__(self, target: Path, expected: bytes) -> None:
        self._expected = expected
        self._memory = mmap.mmap(-1, RUNS * RUN)
        self._view = memoryview(self._memory)
        self._file = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        self._free: SimpleQueue[int] = SimpleQueue()
        for place in range(RUNS):
            self._free.put(place)
        #: Place in memory, place in the file, length.
        self._asked: SimpleQueue[tuple[int, int, int] | None] = SimpleQueue()
        self._line, theirs = socket.socketpair()
        # What is forked has the other end, and ends with ours.
        self._hasher = Process(target=self._hash, args=(theirs,), daemon=True)
        self._hasher.start()
        theirs.close()

    def _hash(self, theirs: socket.socket) -> None:
        self._line.close()
        answer(theirs, self._memory)

    def receive(self, link: socket.socket, size: int) -> None:
        """All of it; returns when the last byte is written."""
        os.posix_fallocate(self._file, 0, size)
        writing = Thread(target=self._write)
        writing.start()
        for at in range(0, size, RUN):
            place, length = self._free.get(), min(RUN, size - at)
            room = self._view[place * RUN :][:length]
            while room:
                room = room[link.recv_into(room) :]
            self._asked.put((place, at, length))
            self._line.send(_ASKED.pack(place, length))
        self._asked.put(None)
        writing.join()

    def close(self) -> None:
        """The process that hashes ends, too."""
        self._line.close()
        self._hasher.join()
        os.close(self._file)

    def _write(self) -> None:
        """In a thread: what was hashed, if it is as it should be."""
        with self._line.makefile("rb") as answers:
            while (one := self._asked.get()) is not None:
                place, at, length = one
                first, count = at // UNIT * HASH_BYTES, -(-length // UNIT) * HASH_BYTES
                if answers.read(count) != self._expected[first : first + count]:
                    raise RuntimeError("what came is not what was sent")
                os.pwrite(self._file, self._view[place * RUN :][:length], at)
                self._free.put(place)


def transfer(folder: Path, name: str) -> dict[str, float]:
    """Seconds from the connection to the last byte written, and what both ends cost."""
    film = folder / name
    size = film.stat().st_size
    with film.open("rb") as file:
        expected = b"".join(unit_hashes(chunk, LAYER) for chunk in iter(lambda: file.read(RUN), b""))
    receiver = Receiver(folder / TARGET, expected)
    before = resource.getrusage(resource.RUSAGE_SELF)
    with socket.create_server(("127.0.0.1", 0)) as server:
        sender = Process(target=send, args=(film, server.getsockname()), daemon=True)
        sender.start()
        link, _ = server.accept()
    with link:
        near(link)
        began = time.monotonic()
        receiver.receive(link, size)
        seconds = time.monotonic() - began
    own = resource.getrusage(resource.RUSAGE_SELF)
    sender.join()
    sent = _spent(resource.getrusage(resource.RUSAGE_CHILDREN))
    receiver.close()
    hashed = _spent(resource.getrusage(resource.RUSAGE_CHILDREN)) - sent
    received = _spent(own) - _spent(before) + hashed
    return {"seconds": seconds, "sent_s": sent, "received_s": received, "peak_mib": own.ru_maxrss / 1024}


def _spent(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Be it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("name")
    options = parser.parse_args()
    json.dump(transfer(options.folder, options.name), sys.stdout)


if __name__ == "__main__":
    main()
