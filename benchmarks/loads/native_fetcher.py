"""One fetch over the native protocol, in a process of its own, in the open or under TLS.

``python -m benchmarks.loads.native_fetcher CENTRAL NAME STATE [--tls] [--mib N]`` prints what it
took: seconds from the connection to the last byte proven and written, and ms from the
connection to the first unit and to the first MiB of which that is true, wherever it is in the film.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import react
from zope.interface import implementer

from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.content.keys import FileKey
from p2pstream.content.listed import NATIVE
from p2pstream.content.units import UNIT
from p2pstream.content.wants import Units
from p2pstream.interfaces import IEvents
from p2pstream.peer.client import Client
from p2pstream.peer.dials import Dials
from p2pstream.protocols.native.plugin import protocol
from p2pstream.settings import KeepingSettings
from p2pstream.swarm.proven import ProvenDownload
from p2pstream.transport.timing import make_monotonic

MIB = 1 << 20


@implementer(IEvents)
class Moments:
    """When each event happened first."""

    def __init__(self, reactor: Any) -> None:
        self._seconds = reactor.seconds
        self.at: dict[str, float] = {}

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents`."""
        self.at.setdefault(event, self._seconds())


async def fetch(reactor: Any, options: argparse.Namespace) -> None:
    """Fetch it into a store that is empty."""
    moments = Moments(reactor)
    dials = Dials(reactor)
    async with await Client.open(reactor, KeepingSettings(state=options.state), moments) as client:
        asked = client.ask(Address(options.central, CENTRAL_PORT))
        asked.start()
        listed = (await asked.resolve(options.name))[0]
        await asked.close()
        assert isinstance(listed.key, FileKey)
        key, peer = listed.key, next(peer for peer in listed.peers if peer.flags & NATIVE)
        stream = await client.keeping.store.open(key)
        wanted = key.length if options.mib is None else min(key.length, options.mib * MIB)
        enough: Deferred[None] = Deferred()

        def changed() -> None:
            # Where nobody watches, a fetch begins at any place.
            here = stream.have.total
            for event, most in ("unit", UNIT), ("mib", MIB), ("all", wanted):
                if here >= min(most, key.length):
                    moments.happened(event)
            if "all" in moments.at and not enough.called:
                enough.callback(None)

        stream.observe(changed)

        def dial(address: Address) -> Deferred[Any]:
            return protocol.connect(dials(address, options.tls), Units(key, seed=True), client.node)

        download = ProvenDownload(options.name, stream, dial, client.node)
        fetching = download.run([peer.address])
        fetching.addErrback(lambda _: None)
        await enough
        fetching.cancel()
        stream.close()
    at = moments.at
    began = at["source_connected"]
    told = {"seconds": at["all"] - began, "bytes": wanted}
    print(json.dumps(told | {f"{name}_ms": 1000 * (at[name] - began) for name in ("unit", "mib")}))


def main() -> None:
    """Be it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("central")
    parser.add_argument("name")
    parser.add_argument("state")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--mib", type=int)
    options = parser.parse_args()

    def begin(reactor: Any) -> Deferred[None]:
        make_monotonic(reactor)
        return Deferred.fromCoroutine(fetch(reactor, options))

    react(begin)


if __name__ == "__main__":
    main()
