"""Hashing a file in a process of its own."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from subprocess import Popen
from threading import Lock

from p2pstream.content.units import HASH_BYTES, UNIT
from p2pstream.data.hasher import file_child
from p2pstream.data.hasher.apart import start_apart
from p2pstream.data.portable import portable_only
from p2pstream.limits import Limits

__all__ = ["FileHasher", "can_read_apart"]


def can_read_apart() -> bool:
    """Whether a process may be started with a file of ours."""
    return os.name == "posix" and bool(sys.executable) and not portable_only()


class FileHasher:
    """A process that reads one open file for itself.  Everything here blocks: for workers.

    Until it is ready, and once it has ended or does not answer, it has no hashes; whoever
    asks computes them himself.

    :param descriptor: of the file, which stays open until the process was started.
    """

    def __init__(self, descriptor: int, limits: Limits) -> None:
        self._lock = Lock()
        self._ready = False
        self._line, theirs = socket.socketpair()
        self._line.settimeout(limits.hash_apart_s)
        self._process: Popen[bytes] | None = None
        with theirs, suppress(OSError):
            self._process = start_apart(file_child.__file__, theirs, descriptor)

    def hashes(self, start: int, stop: int, unit_layer: int) -> bytes:
        """The nodes of the unit layer over a span; none where they are not to be had."""
        with self._lock:
            if self._process is None or not self._is_ready():
                return b""
            size = -(-(stop - start) // UNIT) * HASH_BYTES
            with suppress(OSError):
                self._line.sendall(file_child.ASKED.pack(start, stop - start, unit_layer))
                if len(hashes := self._heard(size)) == size:
                    return hashes
            self._end()
            return b""

    def close(self) -> None:
        """Have no process any more."""
        with self._lock:
            self._end()
            self._line.close()

    def _is_ready(self) -> bool:
        if not self._ready:
            with suppress(OSError):
                self._ready = self._line.recv(1, socket.MSG_DONTWAIT) == file_child.READY
        return self._ready

    def _heard(self, size: int) -> bytes:
        hashes = bytearray()
        while len(hashes) < size and (part := self._line.recv(size - len(hashes))):
            hashes += part
        return bytes(hashes)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            # It has nothing to bring to an end, and may have been stopped by somebody.
            process.kill()
            process.wait()
