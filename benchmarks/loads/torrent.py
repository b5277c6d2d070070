"""One end of a BitTorrent transfer by libtorrent, in a process of its own.

``python -m benchmarks.loads.torrent seed FOLDER NAME PIECE HOST`` serves ``FOLDER/NAME``;
``... get FOLDER NAME PIECE HOST`` fetches it from there into ``FOLDER/theirs``, and
prints what that took.  The torrent itself is made by the seed, as ``FOLDER/NAME.torrent``.
What many do together is in `benchmarks.loads.torrent_swarm`.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

import libtorrent

PORT = 6881

#: Its ``high_performance_seed`` without uTP, ticking ten times a second: its best on one machine.
SETTINGS: dict[str, Any] = {
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    "allow_multiple_connections_per_ip": True,
    "max_out_request_queue": 1500,
    "max_allowed_in_request_queue": 2000,
    "max_queued_disk_bytes": 7_340_032,
    "send_buffer_low_watermark": 1 << 20,
    "send_buffer_watermark": 3 << 20,
    "send_buffer_watermark_factor": 150,
    "send_not_sent_low_watermark": 524_288,
    "unchoke_slots_limit": -1,
    "mixed_mode_algorithm": 0,
    "aio_threads": 8,
    "suggest_mode": 1,
    "request_timeout": 10,
    "connection_speed": 500,
    "tick_interval": 100,
    "alert_mask": 0,
}


def torrent(folder: Path, name: str, piece: int) -> Path:
    """The torrent of ``folder/name``, made if it is not there yet."""
    path = folder / f"{name}.{piece}.torrent"
    if not path.exists():
        files = libtorrent.file_storage()
        files.add_file(name, (folder / name).stat().st_size)
        made = libtorrent.create_torrent(files, piece, libtorrent.create_torrent.v1_only)
        libtorrent.set_piece_hashes(made, str(folder))
        path.write_bytes(libtorrent.bencode(made.generate()))
    return path


def added(session: Any, path: Path, folder: Path, seeding: bool) -> Any:
    """The torrent in a session, with nobody else to ask."""
    wish = libtorrent.add_torrent_params()
    wish.ti = libtorrent.torrent_info(str(path))
    wish.save_path = str(folder)
    wish.storage_mode = libtorrent.storage_mode_t.storage_mode_allocate
    flags = libtorrent.torrent_flags
    wish.flags &= ~(flags.auto_managed | flags.paused)
    wish.flags |= flags.seed_mode if seeding else flags.sequential_download
    return session.add_torrent(wish)


def session_on(interfaces: str) -> Any:
    """One that listens there, or nowhere."""
    settings: Any = {**SETTINGS, "listen_interfaces": interfaces}
    return libtorrent.session(settings)


def seed(folder: Path, name: str, piece: int, host: str) -> None:
    """Serve until SIGTERM."""
    path = torrent(folder, name, piece)
    session = session_on(f"{host}:{PORT}")
    handle = added(session, path, folder, seeding=True)
    while not handle.status().is_seeding:
        time.sleep(0.01)
    print("serves", flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


def get(folder: Path, name: str, piece: int, host: str) -> None:
    """Fetch it; the clock runs from the dial, which is said, until all pieces are proven."""
    target = folder / "theirs"
    target.mkdir()
    session = session_on("")
    handle = added(session, torrent(folder, name, piece), target, seeding=False)
    while handle.status().state != libtorrent.torrent_status.downloading:
        time.sleep(0.001)
    print("dials", flush=True)
    began, first = time.monotonic(), None
    handle.connect_peer((host, PORT))
    while not (status := handle.status()).is_finished:
        if first is None and status.num_pieces:
            first = time.monotonic()
        time.sleep(0.005)
    ended = time.monotonic()
    print(json.dumps({"seconds": ended - began, "first_piece_s": (first or ended) - began}), flush=True)


def main() -> None:
    """Be one end."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT} if sys.argv[1] == "seed" else ())
    role, folder, name, piece, host = sys.argv[1:]
    {"seed": seed, "get": get}[role](Path(folder), name, int(piece), host)


if __name__ == "__main__":
    main()
