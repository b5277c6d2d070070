"""The servers that a figure is measured on: nginx, and our central and peer."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from script.programs import dying_with_us
from tests.real.processes import Program, free_loopback, script

_NGINX = """
user {user}; worker_processes 1; pid {root}/nginx.pid; error_log {root}/nginx.err; daemon off;
events {{ worker_connections 4096; }}
http {{ access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path {root}/tmp; proxy_temp_path {root}/tmp; fastcgi_temp_path {root}/tmp;
  uwsgi_temp_path {root}/tmp; scgi_temp_path {root}/tmp;
  server {{ listen {host}:8080; root {share}; }} }}
"""


@dataclass(frozen=True)
class Place:
    """Where programs run.

    :param entry: what a command line there begins with.
    :param host: gives an address there that nobody else has.
    """

    entry: Sequence[str]
    host: Callable[[], str]

    def command(self, args: Sequence[str]) -> list[str]:
        """The command line that runs ``args`` there."""
        return [*self.entry, *args]


#: On loopback, as whoever runs the benchmark.
HERE = Place((), free_loopback)


@contextmanager
def workplace(parent: Path) -> Iterator[Path]:
    """An empty folder on the disk under test, gone afterwards."""
    with TemporaryDirectory(prefix="p2pstream-bench-", dir=parent) as name:
        yield Path(name)


def random_file(path: Path, size: int) -> Path:
    """``size`` random bytes at ``path``, in the page cache."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for _ in range(size >> 20):
            file.write(os.urandom(1 << 20))
    return path


def same(left: Path, right: Path) -> bool:
    """Whether two files are equal, byte for byte."""
    return subprocess.run(["cmp", "-s", left, right], check=False).returncode == 0


@contextmanager
def nginx(root: Path, share: Path, place: Place = HERE) -> Iterator[tuple[str, int]]:
    """Serve ``share`` on http://HOST:8080; gives HOST and the worker's process."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if program is None:
        sys.exit("nginx is not installed; apt install nginx-light")
    host = place.host()
    config = root / "nginx.conf"
    config.write_text(_NGINX.format(user=getpass.getuser(), root=root, host=host, share=share))
    master = subprocess.Popen(dying_with_us(place.command([program, "-p", str(root), "-c", str(config)])))
    try:
        time.sleep(0.5)
        children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split()
        yield host, int(children[0])
    finally:
        master.terminate()
        master.wait(10)


@contextmanager
def network(
    root: Path,
    peers: int = 1,
    announced: bool = False,
    place: Place = HERE,
    flags: Sequence[str] = (),
    peer: Sequence[str] = (),
) -> Iterator[tuple[str, list[Program]]]:
    """A central and peers that share ``root/share``; gives the central's host and the peers.

    Every file in the share is listed as being at every peer: in the central's mapping,
    by which it is fetched unproven, or, ``announced``, by the peers with its key.

    :param flags: what peers are told besides.
    :param peer: what the command line of a peer begins with; left out, ``p2p-peer``.
    """
    central, hosts = place.host(), [place.host() for _ in range(peers)]
    names = [path.name for path in (root / "share").iterdir()]
    mapped = [] if announced else names
    (root / "fileToIP.txt").write_text("".join(f"{name} {' '.join(hosts)}\n" for name in mapped))
    told = ["--central", central] if announced else []
    begin = peer or [script("p2p-peer")]
    roles = [
        [script("p2p-central"), "--ip", central, "--mapping", f"{root}/fileToIP.txt"],
        *([*begin, "--ip", host, "--share", f"{root}/share", *told, *flags] for host in hosts),
    ]
    # What programs say lies beside the folder that they run in, and goes with ``root``.
    (root / "roles").mkdir()
    programs = [Program(place.command(role), root / "roles") for role in roles]
    try:
        for program, host in zip(programs, [central, *hosts], strict=True):
            program.wait_for(host.replace(".", r"\."))
        if announced:
            _wait_until_listed(central, programs[1:])
        yield central, programs[1:]
    finally:
        for program in programs:
            program.kill()


def _wait_until_listed(central: str, peers: Sequence[Program]) -> None:
    """Returns when all that the peers share has a key, which the central knows."""
    for peer in peers:
        peer.wait_for(f"listed at {central}".replace(".", r"\."))
        peer.wait_for("hashed")
    # From the last hash to the central's list it is an announcement, and a moment.
    time.sleep(1.0)
