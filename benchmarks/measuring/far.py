"""A far host on this machine: two network namespaces, and a link between them that takes its time.

Each end is a TUN device; what one sends, the hub here reads, loses or keeps for as long
as the link is, and writes to the other.  For root, on Linux; nothing of it is left
behind, as the namespaces have no names and end with the processes in them.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Event, Thread

from benchmarks.measuring.site import Place
from script.programs import dying_with_us

_TUN = Path("/dev/net/tun")
_NETWORK = "10.77.0"
#: How many addresses an end has: a central and a peer use the same ports.
_HOSTS = 8
_MTU = 1500
# From linux/if_tun.h: TUNSETIFF; IFF_TUN and IFF_NO_PI.
_SET_DEVICE, _PACKETS_ONLY = 0x400454CA, 0x0001 | 0x1000
#: What the kernel may hold until the hub comes to read it, in packets: never the bottleneck.
_WAITING = 10_000
# What was measured before must not decide how a connection begins.
_PREPARE = "ip link set lo up && echo 1 >/proc/sys/net/ipv4/tcp_no_metrics_save && echo up && exec cat"


@dataclass(frozen=True)
class Link:
    """What lies between two hosts, the same in both directions.

    :param delay_s: one way, beside what the queue takes.
    :param loss: the part of all packets that never arrives, each by itself.
    :param rate: bytes a second.
    :param queue_s: how long a packet may wait for those before it; who would wait longer is lost.
    """

    delay_s: float
    loss: float
    rate: float
    queue_s: float = 0.05


class Direction:
    """The link from one end to the other.

    :param chance: decides who is lost.
    """

    def __init__(self, link: Link, source: int, sink: int, chance: Random) -> None:
        self._link = link
        self._source, self._sink = source, sink
        self._chance = chance
        #: When each arrives; as all take equally long, in order.
        self._on_its_way: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0

    @property
    def due(self) -> float:
        """When the next packet arrives."""
        return self._on_its_way[0][0] if self._on_its_way else float("inf")

    def take(self, now: float) -> None:
        """Whatever was sent until now sets out."""
        link = self._link
        while packet := _read(self._source):
            starts = max(now, self._free_at)
            if self._chance.random() < link.loss or starts - now > link.queue_s:
                continue
            self._free_at = starts + len(packet) / link.rate
            self._on_its_way.append((self._free_at + link.delay_s, packet))

    def give(self, now: float) -> None:
        """Whatever has taken its time arrives."""
        while self.due <= now:
            os.write(self._sink, self._on_its_way.popleft()[1])


def _read(source: int) -> bytes:
    try:
        return os.read(source, _MTU)
    except BlockingIOError:
        return b""


@contextmanager
def linked(link: Link, seed: int = 1) -> Iterator[tuple[Place, Place]]:
    """Two hosts with that link between them, and with nothing else."""
    if os.geteuid() or not os.access(_TUN, os.W_OK):
        sys.exit(f"a far host takes root and {_TUN}; run it as root, after modprobe tun")
    with ExitStack() as stack:
        ends = []
        for number in (1, 2):
            device = f"far{os.getpid()}.{number}"
            source = _device(device)
            stack.callback(os.close, source)
            ends.append((source, stack.enter_context(_namespace(device, number))))
        (one, near), (other, far) = ends
        chance = Random(seed)
        stack.enter_context(
            _carried([Direction(link, one, other, chance), Direction(link, other, one, chance)], [one, other])
        )
        yield near, far


def _device(name: str) -> int:
    """A new TUN device, which is gone when this is closed."""
    opened = os.open(_TUN, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(opened, _SET_DEVICE, struct.pack("16sH22x", name.encode(), _PACKETS_ONLY))
    return opened


@contextmanager
def _namespace(device: str, number: int) -> Iterator[Place]:
    """A network namespace with that device in it, as the network's hosts ``number``0 and on."""
    command = dying_with_us(["unshare", "--net", "sh", "-c", _PREPARE])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        if holder.stdout.readline() != "up\n":
            raise RuntimeError("there is no namespace; what unshare says is above")
        hosts = [f"{_NETWORK}.{10 * number + extra}" for extra in range(_HOSTS)]
        place = Place(["nsenter", "--net", "--target", str(holder.pid)], iter(hosts).__next__)
        subprocess.run(["ip", "link", "set", device, "netns", str(holder.pid)], check=True)
        settings = ["mtu", str(_MTU), "txqueuelen", str(_WAITING), "up"]
        subprocess.run(place.command(["ip", "link", "set", device, *settings]), check=True)
        for host in hosts:
            subprocess.run(place.command(["ip", "address", "add", f"{host}/24", "dev", device]), check=True)
        yield place


@contextmanager
def _carried(directions: list[Direction], sources: list[int]) -> Iterator[None]:
    """Carry packets for as long as the block lasts, in a thread: all who measure are other processes."""
    over = Event()
    thread = Thread(target=_carry, args=(directions, sources, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _carry(directions: list[Direction], sources: list[int], over: Event) -> None:
    while not over.is_set():
        wait = min(direction.due for direction in directions) - time.monotonic()
        select.select(sources, [], [], min(max(wait, 0.0), 0.1))
        now = time.monotonic()
        for direction in directions:
            direction.take(now)
            direction.give(now)
