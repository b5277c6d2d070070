"""A broadcast to many relays over real sockets: how late each leaf is proven, and what it costs.

``python -m benchmarks.live.relays --viewers 10 --rate 3000000 --seconds 30``

All nodes run in one process, on loopback, each with links, a mesh and a window of its own on
a real disk; what is measured is from signed to proven, and the CPU of all of them together.
Heads and leaves are those of the programs; nothing is decoded.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.task import LoopingCall, deferLater

from benchmarks.measuring.conditions import conditions
from p2pstream.content.addresses import Address
from p2pstream.content.keys import LiveKey
from p2pstream.content.names import NameTable
from p2pstream.content.signing import Identity
from p2pstream.data.live import LiveData
from p2pstream.data.state import StateFolder
from p2pstream.data.workers import ThreadWorkers
from p2pstream.live.broadcast import Broadcast
from p2pstream.live.relay import Relay
from p2pstream.peer.live.crew import LiveCrew
from p2pstream.peer.live.streams import LiveStreams
from p2pstream.protocols.native.links import serving
from p2pstream.protocols.native.live.dialling import dial_live
from p2pstream.protocols.node import Means, Node
from p2pstream.transport.timing import wall_ms

CHANNEL = Identity(b"c" * 32)
#: Seconds that are not counted, in which all join.
WARM_S = 8.0


class Silent:
    """Nobody is told anything."""

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents`."""


class RelayNode(Node):
    """A node that takes part in a broadcast."""

    role = "peer"


class One:
    """A node, on a port of its own."""

    def __init__(self, bench: Bench, name: str) -> None:
        self.bench = bench
        means = Means(bench.reactor, Silent(), bench.workers)  # type: ignore[arg-type]
        self.node = RelayNode(means, NameTable([]))  # type: ignore[arg-type]
        self.node.live = self.streams = LiveStreams()
        self.disk = StateFolder(bench.folder / name)
        self.data = LiveData(LiveKey(CHANNEL.id), self.disk, bench.workers, 60.0)
        port = bench.reactor.listenTCP(0, serving(self.node), interface="127.0.0.1")
        self.address = Address("127.0.0.1", port.getHost().port)
        self.came: dict[int, float] = {}
        self._put = self.data.put
        self.data.put = self._noted  # type: ignore[method-assign]

    def watch(self, delay_s: float) -> None:
        """Watch, and give on three copies."""
        bench = self.bench
        self.party = Relay(self.data, bench.reactor, Random(), delay_s, int(3 * bench.rate / 1000))
        self.streams.add(self.party)
        self.party.begin()
        LiveCrew(self.node, self._find, self._dial, self.party).begin()

    def _noted(self, epoch: int, leaf: int, content: bytes) -> bool:
        new = self._put(epoch, leaf, content)
        if new:
            self.came[epoch << 32 | leaf] = self.bench.reactor.seconds()
        return new

    def _find(self) -> Deferred[Sequence[Address]]:
        others = [each.address for each in self.bench.nodes if each is not self]
        return succeed(Random().sample(others, min(12, len(others))))

    def _dial(self, address: Address) -> Deferred[Any]:
        endpoint = TCP4ClientEndpoint(self.bench.reactor, address.host, address.port, 5)
        return dial_live(endpoint, self.node, self.party)


class Bench:
    """All of them.

    :ivar made: when each leaf was signed.
    """

    def __init__(self, reactor: Any, folder: Path, viewers: int, rate: float, delay_s: float) -> None:
        self.reactor = reactor
        self.folder = folder
        self.rate = rate
        self.workers = ThreadWorkers(reactor)
        self.made: dict[int, float] = {}
        home = One(self, "source")
        self.nodes = [home]
        wall, uplink = wall_ms, int(3.3 * rate / 1000)
        self.source = Broadcast(CHANNEL, home.data, reactor, self.workers, wall, uplink)
        home.streams.add(self.source)
        self.source.begin()
        self._accepted = self.source.accepted
        self.source.accepted = self._signed  # type: ignore[method-assign]
        LoopingCall(self._feed).start(0.04, now=False)
        for number in range(viewers):
            self.nodes.append(One(self, f"viewer-{number}"))
            self.nodes[-1].watch(delay_s)

    def _signed(self, head: Any, neighbour: Any = None) -> None:
        now = self.reactor.seconds()
        self.made.update((head.epoch << 32 | leaf, now) for leaf in range(head.first, head.stop))
        self._accepted(head, neighbour)

    def _feed(self) -> None:
        self.source.put(os.urandom(int(self.rate / 8 * 0.04)), int(self.reactor.seconds() * 25) % 25 == 0)

    def figures(self, since: float, until: float) -> dict[str, Any]:
        """Of leaves that were signed meanwhile."""
        wanted = [number for number, at in self.made.items() if since <= at < until]
        late = sorted(
            node.came[number] - self.made[number]
            for node in self.nodes[1:]
            for number in wanted
            if number in node.came
        )
        all_of_them = len(wanted) * (len(self.nodes) - 1)
        worst = max(sum(number not in node.came for number in wanted) for node in self.nodes[1:])
        parts = {f"p{part}_s": round(late[int(len(late) * part / 100)], 3) for part in (50, 95, 99)}
        return {"leaves": len(wanted), "holes": all_of_them - len(late), "worst_node_holes": worst, **parts}


def cpu() -> float:
    """Seconds so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def run(reactor: Any, said: argparse.Namespace, folder: Path) -> None:
    """Broadcast, and print what came of it."""
    bench = Bench(reactor, folder, said.viewers, said.rate, said.delay)
    await deferLater(reactor, WARM_S)
    began, spent = reactor.seconds(), cpu()
    await deferLater(reactor, said.seconds)
    ended, spent = reactor.seconds(), cpu() - spent
    await deferLater(reactor, said.delay)
    figures = bench.figures(began, ended)
    figures["cpu_part"] = round(spent / (ended - began), 3)
    figures["given_by_source"] = round(sum(map(int.bit_count, _given(bench.source))) / 16, 2)
    print(json.dumps({**vars(said), **figures, **conditions(folder)}, indent=1), flush=True)
    await bench.workers.close()
    reactor.stop()


def _given(source: Broadcast) -> list[int]:
    return [each.takes for each in source.mesh._neighbours.values()]


def main() -> None:
    """Read the arguments, and run it."""
    from twisted.internet import reactor

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--viewers", type=int, default=10)
    parser.add_argument("--rate", type=float, default=3e6, help="bits a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--delay", type=float, default=2.0, help="seconds from captured to shown")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        whole: Any = reactor
        whole.callWhenRunning(lambda: Deferred.fromCoroutine(run(whole, said, Path(folder))).addErrback(_end))
        whole.run()


def _end(failure: Any) -> None:
    from twisted.internet import reactor

    print(failure.getTraceback())
    reactor.stop()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
