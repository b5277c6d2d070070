"""Many peers of one swarm in one process, which do nothing.

``python -m benchmarks.loads.idle_peers KIND COUNT CENTRAL SHARE STATE`` runs COUNT of them, all
as their programs do but in one reactor, and says ``ready`` when each is as idle as it
gets.  KIND is ``sharing`` (``p2p-peer``), ``seeding`` (``p2p-get --keep-seeding``, which
has all) or ``waiting``: fetchers of what nobody has any more, linked with each other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater, react
from twisted.logger import globalLogBeginner, textFileLogObserver

from benchmarks.loads.giver import begin
from benchmarks.measuring.transfers import NAME
from p2pstream.peer.streams import OpenStream
from p2pstream.roles.peer import Options, makeService
from p2pstream.settings import GetSettings
from p2pstream.transport.timing import make_monotonic
from tests.real.processes import free_loopback

#: Seconds between two that begin: three hundred at once are another figure.
_APART_S = 0.05


async def share(reactor: Any, number: int, central: str, share: str, state: Path) -> None:
    """A ``p2p-peer``, which hashed its share, and is listed."""
    options: Any = Options()
    words = ["--ip", free_loopback(), "--central", central, "--share", share, "--state", f"{state}/{number}"]
    options.parseOptions(words)
    service = makeService(options, reactor)
    service.privilegedStartService()
    service.startService()
    reactor.addSystemEventTrigger("before", "shutdown", service.stopService)


async def fetch(reactor: Any, number: int, central: str, share: str, state: Path) -> OpenStream:
    """What ``p2p-get --keep-seeding`` is made of."""
    settings = GetSettings(state=f"{state}/{number}")
    _, stream = await begin(reactor, settings, central, NAME)
    return stream


async def seed(reactor: Any, *where: Any) -> None:
    """Fetch all of it, and give it on."""
    stream = await fetch(reactor, *where)
    await stream.done
    await stream.stop()


async def wait(reactor: Any, *where: Any) -> None:
    """Fetch a part of it, for there is no more."""
    stream = await fetch(reactor, *where)
    stream.done.addErrback(lambda failure: print(failure.getErrorMessage(), flush=True))


async def serve(reactor: Any, kind: str, count: str, *where: str) -> None:
    """Be all of them, until SIGKILL."""
    make_monotonic(reactor)
    globalLogBeginner.beginLoggingTo([textFileLogObserver(sys.stderr)], redirectStandardIO=False)
    central, folder, state = where
    kinds: dict[str, Callable[..., Any]] = {"sharing": share, "seeding": seed, "waiting": wait}
    for number in range(int(count)):
        await kinds[kind](reactor, number, central, folder, Path(state))
        await deferLater(reactor, _APART_S)
    print("ready", flush=True)
    await Deferred()


def main() -> None:
    """Be it."""
    react(lambda reactor, *words: Deferred.fromCoroutine(serve(reactor, *words)), sys.argv[1:])


if __name__ == "__main__":
    main()
