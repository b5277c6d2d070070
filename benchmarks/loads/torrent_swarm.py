"""One of many that fetch a torrent from a seed and from each other, in a process of its own.

``python -m benchmarks.loads.torrent_swarm seed FOLDER NAME PIECE LIMIT HOST`` serves
``FOLDER/NAME``; ``... get FOLDER NAME PIECE LIMIT HOST TARGET ORDER OTHER…`` listens on
HOST and fetches it from the OTHER hosts into TARGET, in ORDER ``sequential`` or
``rarest``.  LIMIT is what it may send, in bytes a second; 0: as much as it can.  Both go
on serving until SIGTERM, and then say what they sent.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import libtorrent

from benchmarks.loads.torrent import PORT, added, session_on, torrent

#: What it is told to end by.
ENDS = {signal.SIGTERM, signal.SIGINT}


def limited_session(host: str, limit: int) -> Any:
    """One that listens and dials on ``host`` and keeps to ``limit``, to its neighbours as well."""
    session = session_on(f"{host}:{PORT}")
    session.apply_settings(
        {"outgoing_interfaces": host, "upload_rate_limit": limit, "close_redundant_connections": False}
    )
    # By its default classes peers of the same network are not counted.
    everybody = libtorrent.ip_filter()
    everybody.add_rule("0.0.0.0", "255.255.255.255", 1 << session.global_peer_class_id)
    session.set_peer_class_filter(everybody)
    return session


def pause(seconds: float) -> None:
    """Let time pass; who is told to end meanwhile does."""
    if signal.sigtimedwait(ENDS, seconds) is not None:
        sys.exit(1)


def serve(handle: Any) -> None:
    """Until SIGTERM; then say what went out."""
    signal.sigwait(ENDS)
    print(json.dumps({"sent": handle.status().total_payload_upload}), flush=True)


def seed(folder: Path, name: str, piece: int, limit: int, host: str) -> None:
    """Serve the whole of it."""
    session = limited_session(host, limit)
    handle = added(session, torrent(folder, name, piece), folder, seeding=True)
    while not handle.status().is_seeding:
        pause(0.01)
    print("serves", flush=True)
    serve(handle)


def get(
    folder: Path, name: str, piece: int, limit: int, host: str, target: str, order: str, *others: str
) -> None:
    """Fetch it, and serve what is here; says when it begins to, and when all pieces are proven."""
    session = limited_session(host, limit)
    handle = added(session, torrent(folder, name, piece), Path(target), seeding=False)
    if order == "rarest":
        handle.unset_flags(libtorrent.torrent_flags.sequential_download)
    while handle.status().state != libtorrent.torrent_status.downloading:
        pause(0.001)
    print("begins", flush=True)
    for other in others:
        handle.connect_peer((other, PORT))
    while not handle.status().is_finished:
        pause(0.005)
    print("has all", flush=True)
    serve(handle)


def main() -> None:
    """Be one of them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    role, folder, name, piece, limit, host, *rest = sys.argv[1:]
    given = Path(folder), name, int(piece), int(limit), host
    roles: dict[str, Callable[..., None]] = {"seed": seed, "get": get}
    roles[role](*given, *rest)


if __name__ == "__main__":
    main()
