"""One who watches and jumps about, in a process of its own: the viewer of the simulation on a real network.

``python -m benchmarks.loads.film_watcher CENTRAL NAME STATE FILM`` fetches and gives on as
``p2p-play`` does, and prints what came of it: when the picture came, when it stood still,
how long each seek to what was not here took to its first byte, and for how long a unit of
the next 3 s was asked of one source alone.
"""

from __future__ import annotations

import argparse
import json
import mmap
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.task import LoopingCall, deferLater

from benchmarks.loads.giver import begin
from benchmarks.measuring.process import run
from p2pstream.settings import PlaySettings
from p2pstream.testing.sim.viewer import ModelViewer
from p2pstream.testing.sim.waits import Waits

_LOOK_S = 0.02
#: Bytes after the place of a seek of which nothing is here.
_NEW = 1 << 20


async def watch(reactor: Any, options: argparse.Namespace) -> None:
    """Watch it for so long, and then seek so often."""
    settings = PlaySettings(
        state=options.state,
        cache_size=options.cache_size,
        upload_limit=options.upload_limit,
        limit_local=options.upload_limit is not None,
    )
    client, film = await begin(reactor, settings, options.central, options.name)
    viewer = ModelViewer(reactor, film.data, _mapped(options.film), options.rate)
    waits = Waits(film.view, lambda: viewer.shown, options.rate)
    looking = LoopingCall(lambda: waits.look(reactor.seconds()))
    looking.clock = reactor
    if options.looks:
        looking.start(_LOOK_S)
    await deferLater(reactor, options.seconds)
    random = Random(options.seed)
    for _ in range(options.seeks):
        viewer.seek(_elsewhere(film.data, random))
        await deferLater(reactor, options.every)
    told = {
        "start_s": None if viewer.started is None else viewer.started - viewer.began,
        "stalls": [(at - viewer.began, seconds) for at, seconds in viewer.stalls],
        "stalled_s": viewer.stalled_s,
        "waits": viewer.is_waiting,
        "shown": viewer.shown,
        "wrong": viewer.wrong,
        "firsts": viewer.firsts,
        "alone": {str(address): seconds for address, seconds in waits.longest.items()},
        "received": {each.address: each.received for each in film.view.snapshot().sources},
        "sent": client.node.uplink.sent,
    }
    viewer.close()
    if looking.running:
        looking.stop()
    await film.close()
    await client.close()
    print(json.dumps(told))


def _elsewhere(data: Any, random: Random) -> int:
    """A place of which nothing is here."""
    while True:
        place = random.randrange(data.length - _NEW)
        if all(start >= place + _NEW or stop <= place for start, stop in data.have):
            return place


def _mapped(path: Path) -> Any:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ))


def main() -> None:
    """Be it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("central")
    parser.add_argument("name")
    parser.add_argument("state")
    parser.add_argument("film", type=Path)
    parser.add_argument("--rate", type=float, default=1e6, help="bytes a second")
    parser.add_argument("--cache-size", type=int)
    parser.add_argument("--upload-limit", type=int, help="bytes a second, on this machine too")
    parser.add_argument("--seconds", type=float, default=2.0, help="before the first seek")
    parser.add_argument("--seeks", type=int, default=0)
    parser.add_argument("--every", type=float, default=0.5, help="seconds between seeks")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--looks", action="store_true", help="who is waited for")
    run(watch, parser.parse_args())


if __name__ == "__main__":
    main()
