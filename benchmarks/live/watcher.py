"""One who watches a broadcast and gives it on, in a process of its own, as ``p2p-play --player none`` does.

``python -m benchmarks.live.watcher CENTRAL NAME STATE`` prints when each byte was proven,
by the source's clock, which is this machine's: how long after the first byte of its slice
was captured each leaf was, of those captured between ``--since`` and ``--until``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectError
from twisted.internet.task import deferLater

from benchmarks.live.frames import Frames
from benchmarks.measuring.process import run
from p2pstream.commands.fetching.draining import Void
from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.content.links import Link
from p2pstream.content.signed.heads import split_number
from p2pstream.live.relay import Relay
from p2pstream.peer.client import Client
from p2pstream.peer.live.viewing import Watching
from p2pstream.peer.streams import Streams
from p2pstream.peer.ways import Ways
from p2pstream.protocols.registry import Registry
from p2pstream.settings import FetchSettings

_SLICE_MS = 100
#: Within so many what is missing belongs together.
_SLICES_MS = 3 * _SLICE_MS


class Proven:
    """Notes what comes of a broadcast, when, and from whom.

    :param span: of what was captured when, unix ms.
    """

    def __init__(self, relay: Relay, span: tuple[float, float]) -> None:
        self._data = relay.data
        self._span = span
        #: How many leaves were so many hundredths of a second old.
        self.ages: Counter[int] = Counter()
        self.givers: Counter[str] = Counter()
        #: When what was given up was captured, and the longest time in which nothing came; unix ms and s.
        self.given_up: list[int] = []
        self.silence = 0.0, 0.0
        self._last_at = 0.0
        self._put, self._skip, self._came = relay.data.put, relay.data.skip, relay.came
        relay.data.put = self._noted  # type: ignore[method-assign]
        relay.data.skip = self._skipped  # type: ignore[method-assign]
        relay.came = self._brought  # type: ignore[method-assign]

    def _noted(self, epoch: int, leaf: int, content: bytes) -> bool:
        new = self._put(epoch, leaf, content)
        captured = self._captured(epoch, leaf)
        if new and captured is not None:
            now = time.time()
            self.ages[max(0, int(now * 100 - captured / 10))] += 1
            if self._last_at:
                self.silence = max(self.silence, (now - self._last_at, now))
            self._last_at = now
        return new

    def _brought(self, neighbour: Any, number: int, content: bytes) -> None:
        if not self._data.has(*split_number(number)) and self._captured(*split_number(number)) is not None:
            self.givers[neighbour.address] += 1
        self._came(neighbour, number, content)

    def _skipped(self, epoch: int, leaf: int) -> None:
        captured = self._captured(epoch, leaf)
        if not self._data.has(epoch, leaf) and captured is not None:
            self.given_up.append(captured)
        self._skip(epoch, leaf)

    def _captured(self, epoch: int, leaf: int) -> int | None:
        """When its slice began, if that counts."""
        entry = self._data.slice(epoch, leaf)
        if entry is None or not self._span[0] <= entry.head.captured_ms < self._span[1]:
            return None
        return entry.head.captured_ms


async def watch(reactor: Any, options: argparse.Namespace) -> None:
    """Until it is time; what came of it is printed."""
    began = time.time()
    client = await Client.open(reactor, FetchSettings(state=options.state), port=options.port)
    own = await client.give(beside_peer=True)
    registry = Registry(client.node.events)
    registry.load()
    ways = Ways(registry, client.keeping.store, client.ask, client.doorstep)
    watching = Watching(client.keeping.disk, options.delay, client.node.limits.live_window_s)
    streams = Streams(client.node, ways, client.memory, own, watching)
    if options.only:
        streams._dials = _only(streams._dials, options.only)  # type: ignore[assignment]
    link = Link(Address(options.central, CENTRAL_PORT), options.name)
    viewing: Any = await streams.open(link)
    client.listed_at(link.central)
    proven = Proven(viewing._relay, (options.since * 1000, options.until * 1000))
    frames = Frames() if options.decode else None
    joined = viewing._relay.when_tuned()
    joined.addCallback(lambda _: time.time() - began)
    joined.addCallback(_like_all)
    reading = viewing.data.read_to(frames or Void())
    await _at(reactor, options.since)
    cpu = _cpu()
    await _at(reactor, options.until + options.delay)
    seen = frames.seen if frames is not None else []
    told = {
        "join_s": await joined if viewing._relay.start_position is not None else None,
        "ages": proven.ages,
        "given_up": len(proven.given_up),
        "frozen_s": _longest(sorted(proven.given_up)),
        "silence": proven.silence,
        "givers": proven.givers,
        "neighbours": len(viewing._relay.neighbours),
        "frames": [age for drawn, age in seen if options.since <= drawn / 1000 < options.until],
        "cpu": (_cpu() - cpu) / (options.until + options.delay - options.since),
    }
    print(json.dumps(told), flush=True)
    reading.addErrback(lambda _: None)
    await viewing.close()
    await client.close()


class Nobody:
    """Whoever is not to be dialled: an endpoint at which nobody listens."""

    def connect(self, factory: Any) -> Deferred[Any]:
        """See `IStreamClientEndpoint`."""
        return fail(ConnectError(string="it is not to be dialled"))


def _only(dials: Any, allowed: str) -> Any:
    """Dials that one alone."""
    return lambda address, tls=False: dials(address, tls) if str(address) == allowed else Nobody()


def _like_all(result: Any) -> Any:
    """Whoever started gently has started; where that is not allowed, it stays so."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, 0)
    return result


def _longest(given_up: Sequence[int]) -> float:
    """For how long at most one slice after another lacked something; s."""
    longest, began, last = 0, 0, -_SLICES_MS
    for captured in given_up:
        if captured - last >= _SLICES_MS:
            began = captured
        last = captured
        longest = max(longest, last - began + _SLICE_MS)
    return longest / 1000


def _at(reactor: Any, unix: float) -> Deferred[None]:
    return deferLater(reactor, max(0.0, unix - time.time()))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Be it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("central")
    parser.add_argument("name")
    parser.add_argument("state")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--only", help="the one who is dialled, HOST:PORT; left out, anybody")
    parser.add_argument("--delay", type=float, default=1.0, help="from captured to shown")
    parser.add_argument("--since", type=float, default=0.0, help="unix seconds")
    parser.add_argument("--until", type=float, required=True, help="unix seconds")
    parser.add_argument("--decode", action="store_true", help="and read the clock in the picture")
    run(watch, parser.parse_args())


if __name__ == "__main__":
    main()
