"""A peer, as its options say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from p2pstream.content.refusals import reason
from p2pstream.content.text import printable
from p2pstream.data.disk import open_folder
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import BadShare, StorageError
from p2pstream.interfaces import IEvents
from p2pstream.peer.nearby_peers import NearbyPeers
from p2pstream.protocols.node import Means
from p2pstream.roles.assembly.process import absolute, ground_of, local_network, process
from p2pstream.roles.options import RoleOptions, end
from p2pstream.roles.peer_parts import PeerParts
from p2pstream.roles.service import RoleService
from p2pstream.settings import PeerSettings, ShareSettings
from p2pstream.transport.networks.reach import told_host, who_reaches

__all__ = ["neighbours", "peer", "shared_folders"]


def peer(options: RoleOptions, reactor: Any = None) -> RoleService:
    """A peer as the options say; ends the program in one line where that cannot be."""
    means, workers, measured = process(options, reactor)
    settings, events = options.settings, means.events
    try:
        folders = shared_folders(settings.share, events, who_reaches(told_host(settings.ip or "0.0.0.0")))
    except (BadShare, StorageError) as fault:
        end(options.program, BadShare(f"{fault}; choose another with --share"))
    ground = ground_of(options, means, measured, "peer")
    ground = replace(ground, neighbours=neighbours(settings, means))
    try:
        parts = PeerParts(ground, settings, folders)
    except StorageError as fault:
        end(options.program, fault)
    return RoleService(options, parts.running, means, workers, ground.state, measured)


def neighbours(settings: PeerSettings | ShareSettings, means: Means) -> NearbyPeers | None:
    """Where a peer finds others of the local network, which is told that it is here; None: nowhere.

    Not in a closed group, see `p2pstream.peer.nearby_peers`.
    """
    host, network = local_network(settings.ip, means)
    if settings.no_mdns or means.secret is not None or network is None:
        return None
    # Threads of its own: who waits for a network must not have a disk wait.
    return NearbyPeers(means, network, ThreadWorkers(means.reactor, means.limits), lambda: host)


def shared_folders(shares: Sequence[str], events: IEvents, who: str) -> list[str]:
    """The folders to share, each once; the default one is made if it is not there.

    Links are followed now, and never again: what becomes one later is not shared.
    """
    if tuple(shares) == PeerSettings.share and not os.path.lexists(shares[0]):
        _make(absolute(shares[0]), events, who)
    folders = list(dict.fromkeys(map(absolute, shares)))
    for folder in folders:
        os.close(open_folder(folder))
    return list(dict.fromkeys(map(os.path.realpath, folders)))


def _make(folder: str, events: IEvents, who: str) -> None:
    try:
        os.mkdir(folder)
    except OSError as fault:
        raise BadShare(f"cannot make the folder {printable(folder)}: {reason(fault)}") from fault
    events.happened("share_created", path=folder, who=who)
