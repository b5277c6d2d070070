"""``p2p-peer doctor``: everything that can be found out about why others do not get a film."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from twisted.internet.defer import maybeDeferred

from p2pstream.content.addresses import Address
from p2pstream.content.signing import Identity
from p2pstream.data.state import state_place
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import CannotListen, StorageError
from p2pstream.interfaces import IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.centrals.central_line import Lines
from p2pstream.peer.centrals.firewall import firewall_in_use
from p2pstream.peer.centrals.reachability import likely_cause
from p2pstream.peer.dials import Dials
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.node import PeerNode
from p2pstream.peer.untold import Untold
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.protocols.node import Means
from p2pstream.roles.asking import ask_central
from p2pstream.roles.finding import Finding
from p2pstream.roles.local import Local, nobody_listens
from p2pstream.roles.options import RoleOptions
from p2pstream.roles.speaking import speaking
from p2pstream.roles.state import pinned_in, read_pins
from p2pstream.settings import PeerSettings
from p2pstream.transport.ends import as_address
from p2pstream.transport.networks.reach import told_host
from p2pstream.transport.ports.listening import listen
from p2pstream.transport.timing import make_monotonic

__all__ = ["examine", "run"]


def run(options: RoleOptions) -> None:
    """Print a line for each thing that was looked at; the program ends with 0 if all is well, else 1."""
    from twisted.internet.task import react

    react(_main, [options.settings])


async def _main(reactor: Any, settings: PeerSettings) -> None:
    make_monotonic(reactor)
    workers = ThreadWorkers(reactor)
    good = True
    try:
        async for finding in examine(reactor, settings, workers):
            good = good and finding.good
            print(finding, flush=True)
    finally:
        await workers.close()
    if not good:
        raise SystemExit(1)


async def examine(
    reactor: Any,
    settings: PeerSettings,
    workers: IWorkers,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    limits: Limits = LIMITS,
) -> AsyncIterator[Finding]:
    """Look at this machine, then ask the centrals what they see of it.

    Where no peer runs we listen in its place, so that a central has somebody to dial.
    """
    local = Local(settings, Untold(), now)
    try:
        for finding in local.findings():
            yield finding
        known = _Known(_folder(settings, local))
        try:
            # Where the state cannot be had that was told already.
            if local.identity is not None:
                known = _Known(known.folder, read_pins(known.folder, workers))
        except StorageError as fault:
            yield Finding(False, f"state: {fault}")
        asked = _Asked(_node(reactor, local, workers, limits), settings, local, known)
        try:
            for central in settings.central:
                for finding in await asked.ask(central):
                    yield finding
        finally:
            await asked.close()
    finally:
        if local.state is not None:
            local.state.close()


@dataclass(frozen=True)
class _Known:
    """The peer's private folder, and the ids of the centrals that it knows, by their addresses."""

    folder: str
    pins: dict[str, bytes] = field(default_factory=dict)


def _folder(settings: PeerSettings, local: Local) -> str:
    if local.state is not None:
        return local.state.folder
    return settings.state or state_place(os.environ)


def _node(reactor: Any, local: Local, workers: IWorkers, limits: Limits) -> PeerNode:
    """One that shares nothing, in the peer's name."""
    identity = local.identity or Identity(os.urandom(32))
    means = Means(reactor, Untold(), workers, limits=limits, identity=identity, secret=local.secret)
    return PeerNode(means, Shares(means, (), ""))


class _Asked:
    """The peer as centrals see it while they are asked."""

    def __init__(self, node: PeerNode, settings: PeerSettings, local: Local, known: _Known) -> None:
        reactor, limits, host = node.reactor, node.limits, settings.ip or ""
        self._reactor = reactor
        self._limits = limits
        self._told = told_host(host or "0.0.0.0")
        self._firewall = firewall_in_use()
        self._listening: Any = None
        if local.port_free and local.state is not None:
            factory = speaking(node, local.state.shown)
            # Somebody may have been quicker since: that is as good.
            with suppress(CannotListen):
                self._listening = listen(reactor, host, settings.port, factory, limits)
        port = settings.port or (as_address(self._listening.getHost()) or Address("::", 1)).port
        own = Address(self._told, port)
        source = None if host in ("", "0.0.0.0", "::") else own
        # Nothing is written down of whom we meet: the peer does that.
        dials = Dials(reactor, limits, source)
        self._lines = Lines(node, dials, KnownCentrals(known.pins, pinned_in(known.folder)), lambda: own)

    async def ask(self, central: Address) -> list[Finding]:
        """What one central says."""
        dial = self._lines.dial
        return await ask_central(self._reactor, central, dial, self._cause, self._limits)

    def _cause(self, tried: Address) -> str:
        if nobody_listens(tried):
            return (
                "nobody listens there, so this says nothing of the way to it;"
                " if the running p2p-peer has another --ip, give it here, too"
            )
        return likely_cause(tried, self._told, self._firewall)

    async def close(self) -> None:
        """Listen no more."""
        if self._listening is not None:
            await maybeDeferred(self._listening.stopListening)
