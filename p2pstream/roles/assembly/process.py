"""What a process that is a role has, whichever it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from p2pstream.content.addresses import Address
from p2pstream.content.text import printable
from p2pstream.data.secret import group_secret
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import StorageError, UsageError
from p2pstream.measuring.counted_events import CountedEvents
from p2pstream.measuring.instruments import Instruments
from p2pstream.protocols.node import Means
from p2pstream.roles.advertised import Advertised
from p2pstream.roles.descriptors import fit
from p2pstream.roles.ground import Ground
from p2pstream.roles.logged_events import LoggedEvents
from p2pstream.roles.options import RoleOptions, end
from p2pstream.roles.state import open_state
from p2pstream.settings import CentralSettings, ShareSettings
from p2pstream.transport.networks.nearby import MulticastNeighbourhood
from p2pstream.transport.networks.reach import told_host
from p2pstream.transport.networks.subnets import OwnSubnets
from p2pstream.transport.secure.given import given_credentials
from p2pstream.transport.secure.renewal import Renewal
from p2pstream.transport.timing import make_monotonic

__all__ = ["absolute", "advertised", "ground_of", "local_network", "process"]


def process(options: RoleOptions, reactor: Any) -> tuple[Means, ThreadWorkers, Instruments]:
    """What this process has, its threads, which are to be closed, and what measures it."""
    reactor, limits = reactor or _running(), fit()
    measured, workers = Instruments(reactor, limits), ThreadWorkers(reactor, limits)
    logged = LoggedEvents(options.program, reactor.seconds, limits)
    events = CountedEvents(logged, measured.metrics)
    try:
        secret = group_secret(options.settings.secret_file, os.environ)
    except (StorageError, UsageError) as fault:
        end(options.program, fault)
    subnets = OwnSubnets(reactor, limits, options.settings.local)
    means = Means(
        reactor,
        events,
        workers,
        limits=limits,
        secret=secret,
        subnets=subnets,
        meter=measured.metrics,
        traffic=measured.traffic,
    )
    return means, workers, measured


def _running() -> Any:
    from twisted.internet import reactor

    make_monotonic(reactor)
    return reactor


def ground_of(options: RoleOptions, means: Means, measured: Instruments, role: str) -> Ground:
    """What a role stands on in it: its private folder, and who it is."""
    settings = options.settings
    try:
        given = given_credentials(settings.certificate, settings.private_key, datetime.now(UTC))
        state = open_state(settings.state, role, means.events)
    except (StorageError, UsageError) as fault:
        end(options.program, fault)
    if given is not None:
        files = absolute(settings.certificate), absolute(settings.private_key)
        renewal = Renewal(means.reactor, means.workers, means.events, files, given, means.limits)
        state = replace(state, shown=renewal)
    return Ground(**vars(replace(means, identity=state.identity)), state=state, instruments=measured)


def advertised(
    inner: Any, settings: CentralSettings | ShareSettings, port: Callable[[], int], means: Means
) -> Any:
    """The same service, and the local network told of its central: never of one that is a group's own."""
    host, network = local_network(settings.ip, means)
    if settings.no_mdns or means.secret is not None or network is None:
        return inner
    return Advertised(inner, lambda: Address(host, port()), network, means.events, means.reactor)


def local_network(ip: str | None, means: Means) -> tuple[str, MulticastNeighbourhood | None]:
    """Where others find who listens there, and the network that may be told; None: only this machine can."""
    listening = ip or "0.0.0.0"
    host = told_host(listening)
    if Address(host, 1).scope == "loopback":
        return host, None
    interfaces = None if host != listening or ":" in host else [host]
    return host, MulticastNeighbourhood(interfaces, means.limits)


def absolute(path: str) -> str:
    """The same path from everywhere."""
    try:
        return os.path.abspath(path)
    except FileNotFoundError as fault:
        raise StorageError(f"cannot find {printable(path)}: the current folder is gone") from fault
