"""The parts of the roles, put together."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from p2pstream.central.mapping_file import MappingFile
from p2pstream.central.table import Table
from p2pstream.content.addresses import Address
from p2pstream.content.refusals import reason
from p2pstream.content.text import printable
from p2pstream.data.disk import open_folder
from p2pstream.data.secret import group_secret
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import BadShare, StorageError, UsageError
from p2pstream.interfaces import IEvents
from p2pstream.protocols.node import Means
from p2pstream.roles.advertised import Advertised
from p2pstream.roles.both import Both, announce
from p2pstream.roles.central_parts import CentralParts
from p2pstream.roles.descriptors import fit
from p2pstream.roles.ground import Ground
from p2pstream.roles.logged_events import LoggedEvents
from p2pstream.roles.options import RoleOptions, end
from p2pstream.roles.peer_parts import PeerParts
from p2pstream.roles.reach import told_host, who_reaches
from p2pstream.roles.service import RoleService
from p2pstream.roles.state import open_state
from p2pstream.settings import CentralSettings, PeerSettings, ShareSettings
from p2pstream.transport.nearby import MulticastNeighbourhood
from p2pstream.transport.subnets import OwnSubnets
from p2pstream.transport.timing import make_monotonic

__all__ = ["central", "peer", "share"]

#: What the ancestor called it, in the folder where the central is started.
MAPPING = "fileToIP.txt"


def central(options: RoleOptions, reactor: Any = None) -> RoleService:
    """A central as the options say; ends the program in one line where that cannot be."""
    means, workers = _process(options, reactor)
    settings, events = options.settings, means.events
    table = Table()
    try:
        path = _absolute(settings.mapping or MAPPING)
        mapping = MappingFile(path, settings.mapping is not None, table, events, means.limits)
        mapping.load()
    except StorageError as fault:
        end(options.program, StorageError(f"{fault}; choose another with --mapping"))
    ground = _ground(options, means, "central")
    try:
        parts = CentralParts(ground, settings, table, mapping)
    except StorageError as fault:
        ground.state.close()
        end(options.program, fault)
    told = _advertised(parts.service, settings, lambda: parts.service.address.port, means)
    return RoleService(options, told, means, workers, ground.state)


def peer(options: RoleOptions, reactor: Any = None) -> RoleService:
    """A peer as the options say; ends the program in one line where that cannot be."""
    means, workers = _process(options, reactor)
    settings, events = options.settings, means.events
    try:
        folders = _folders(settings.share, events, who_reaches(told_host(settings.ip or "0.0.0.0")))
    except (BadShare, StorageError) as fault:
        end(options.program, BadShare(f"{fault}; choose another with --share"))
    ground = _ground(options, means, "peer")
    try:
        parts = PeerParts(ground, settings, folders)
    except StorageError as fault:
        end(options.program, fault)
    return RoleService(options, parts.service, means, workers, ground.state)


def share(options: RoleOptions, shared: Sequence[str], reactor: Any = None) -> RoleService:
    """A central and a peer that is listed there, in one process; ends it where that cannot be.

    :param shared: the folders.
    """
    means, workers = _process(options, reactor)
    settings, events = options.settings, means.events
    host = told_host(settings.ip or "0.0.0.0")
    central_settings = CentralSettings(ip=settings.ip, port=settings.central_port)
    # Dialled where others see it, for a central lists peers at the address that it sees.
    peer_settings = PeerSettings(
        ip=settings.ip,
        port=settings.port,
        central=(Address(host, settings.central_port),),
        upload_limit=settings.upload_limit,
        limit_local=settings.limit_local,
    )
    try:
        folders = _folders(shared, events, who_reaches(host))
        ours, theirs = (_ground(options, means, role) for role in ("central", "peer"))
        table, path = Table(), os.path.join(ours.state.folder, "central", MAPPING)
        mapping = MappingFile(path, False, table, events, means.limits)
        central = CentralParts(ours, central_settings, table, mapping)
        peer = PeerParts(theirs, peer_settings, folders)
    except (BadShare, StorageError) as fault:
        end(options.program, fault)
    is_closed = means.secret is not None
    both = Both(central.service, peer.service, ours.state, lambda: announce(host, settings, is_closed))
    told = _advertised(both, settings, lambda: central.service.address.port, means)
    return RoleService(options, told, means, workers, theirs.state)


def _advertised(
    inner: Any, settings: CentralSettings | ShareSettings, port: Callable[[], int], means: Means
) -> Any:
    """The same service, and the local network told of its central: never of one that is a group's own."""
    listening = settings.ip or "0.0.0.0"
    host = told_host(listening)
    if settings.no_mdns or means.secret is not None or Address(host, 1).scope == "loopback":
        return inner
    interfaces = None if host != listening or ":" in host else [host]
    network = MulticastNeighbourhood(interfaces)
    return Advertised(inner, lambda: Address(host, port()), network, means.events, means.reactor)


def _process(options: RoleOptions, reactor: Any) -> tuple[Means, ThreadWorkers]:
    """What this process has, and its threads, which are to be closed."""
    reactor, limits = reactor or _running(), fit()
    events, workers = LoggedEvents(options.program, reactor.seconds, limits), ThreadWorkers(reactor, limits)
    try:
        secret = group_secret(options.settings.secret_file, os.environ)
    except (StorageError, UsageError) as fault:
        end(options.program, fault)
    subnets = OwnSubnets(reactor, limits, options.settings.local)
    return Means(reactor, events, workers, limits=limits, secret=secret, subnets=subnets), workers


def _running() -> Any:
    from twisted.internet import reactor

    make_monotonic(reactor)
    return reactor


def _ground(options: RoleOptions, means: Means, role: str) -> Ground:
    """What a role stands on in it: its private folder, and who it is."""
    try:
        state = open_state(options.settings.state, role, means.events)
    except StorageError as fault:
        end(options.program, fault)
    return Ground(**vars(replace(means, identity=state.identity)), state=state)


def _folders(shares: Sequence[str], events: IEvents, who: str) -> list[str]:
    """The folders to share, each once; the default one is made if it is not there.

    Links are followed now, and never again: what becomes one later is not shared.
    """
    if tuple(shares) == PeerSettings.share and not os.path.lexists(shares[0]):
        _make(_absolute(shares[0]), events, who)
    folders = list(dict.fromkeys(map(_absolute, shares)))
    for folder in folders:
        os.close(open_folder(folder))
    return list(dict.fromkeys(map(os.path.realpath, folders)))


def _absolute(path: str) -> str:
    """The same path from everywhere."""
    try:
        return os.path.abspath(path)
    except FileNotFoundError as fault:
        raise StorageError(f"cannot find {printable(path)}: the current folder is gone") from fault


def _make(folder: str, events: IEvents, who: str) -> None:
    try:
        os.mkdir(folder)
    except OSError as fault:
        raise BadShare(f"cannot make the folder {printable(folder)}: {reason(fault)}") from fault
    events.happened("share_created", path=folder, who=who)
