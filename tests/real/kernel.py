"""What the kernel knows: what it holds for connections, and who waits for a core.

Connections are asked for socket by socket (sock_diag(7)): the sum that
``/proc/net/sockstat`` shows is over the whole machine, and so over every test that runs
beside this one.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: From linux/netlink.h, linux/sock_diag.h and linux/inet_diag.h.
NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, DUMP_REQUEST, DONE, ERROR = 4, 20, 0x301, 3, 2
SKMEMINFO = 7
EVERY_STATE = 0xFFFFFFFF

_HEAD = struct.Struct("=IHHII")
_REQUEST = struct.Struct("=BBBxI48x")
#: Family, state, ports and addresses; the rest of an inet_diag_msg is not read.
_ANSWER = struct.Struct("=BBxxxxxx4s12x4s12x12x20x")
_ATTRIBUTE = struct.Struct("=HH")


def waited() -> float:
    """Seconds in which something on this machine was ready to run and had no core; 0: nobody counts."""
    with suppress(OSError):
        some, *_ = Path("/proc/pressure/cpu").read_text().splitlines()
        return int(some.rpartition("=")[2]) / 1e6
    return 0.0


class Stopwatch:
    """Seconds that a program has had since this was made: all in which whoever was ready to run had a core.

    What other tests take from a small machine is no fault of the program that is timed.
    """

    #: Of so many times what is allowed, a machine that is busy all the time takes no more.
    AT_MOST = 5

    def __init__(self) -> None:
        self._began, self._starved = time.monotonic(), waited()

    @property
    def seconds(self) -> float:
        """How many so far."""
        return time.monotonic() - self._began - (waited() - self._starved)

    def is_over(self, seconds: float) -> bool:
        """Whether more have gone by than are allowed."""
        return self.seconds > seconds or time.monotonic() - self._began > self.AT_MOST * seconds


def tcp_memory(host: str) -> int:
    """Bytes that TCP holds for all connections of which one end is ``host``, both ends together."""
    wanted = socket.inet_aton(host)
    held = 0
    for body in _answers():
        _, _, source, target = _ANSWER.unpack_from(body)
        if wanted in (source, target):
            held += sum(_memory(body[_ANSWER.size :]))
    return held


def _answers() -> Iterator[bytes]:
    request = _REQUEST.pack(socket.AF_INET, socket.IPPROTO_TCP, 1 << (SKMEMINFO - 1), EVERY_STATE)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_SOCK_DIAG) as kernel:
        kernel.send(_HEAD.pack(_HEAD.size + len(request), SOCK_DIAG_BY_FAMILY, DUMP_REQUEST, 1, 0) + request)
        while True:
            answer = kernel.recv(1 << 20)
            while answer:
                length, kind, *_ = _HEAD.unpack_from(answer)
                if kind == ERROR:
                    raise OSError("the kernel tells nothing about its sockets")
                if kind == DONE:
                    return
                yield answer[_HEAD.size : length]
                answer = answer[length + -length % 4 :]


def _memory(attributes: bytes) -> Iterator[int]:
    """What one socket holds: received, allotted ahead, queued to be sent, options, backlog."""
    while attributes:
        length, kind = _ATTRIBUTE.unpack_from(attributes)
        if kind == SKMEMINFO:
            received, _, _, _, ahead, queued, options, backlog, *_ = struct.unpack_from("=8I", attributes, 4)
            yield from (received, ahead, queued, options, backlog)
        attributes = attributes[length + -length % 4 :]
