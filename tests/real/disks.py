"""Disks that one program alone sees: in a mount namespace that ends with it, whatever becomes of us."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from twisted.trial.unittest import SkipTest

from tests.real.processes import Program

#: Mounts as the first word says on the second, fills it from beside it, and becomes the rest.
_BEGIN = 'mount $0 "$1" && cp -a "$1.films/." "$1" && shift && exec "$@"'


@cache
def _apart() -> tuple[str, ...]:
    """How to begin a program with mounts of its own; `SkipTest` where nobody may."""
    words = ("unshare", "-m") if os.geteuid() == 0 else ("unshare", "-rm")
    try:
        subprocess.run([*words, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise SkipTest("this machine lets nobody mount a disk for one program alone") from None
    return words


def on_disk(disk: Path, args: Sequence[str], mounting: str = "-t tmpfs -o size=100m none") -> list[str]:
    """A command line that runs ``args`` with a disk of its own at ``disk``.

    What `films` holds is on it from the start.

    :param mounting: what goes before the place on the command line of mount.
    """
    words = _apart()
    disk.mkdir(exist_ok=True)
    films(disk).mkdir(exist_ok=True)
    return [*words, "sh", "-c", _BEGIN, mounting, str(disk), *args]


def films(disk: Path) -> Path:
    """The folder that a disk is filled from."""
    return disk.with_name(f"{disk.name}.films")


def inside(program: Program, path: Path) -> Path:
    """A path as the program sees it."""
    return Path(f"/proc/{program.process.pid}/root{path}")


def mount(program: Program, *args: str) -> None:
    """Run mount or umount where the program is."""
    apart = ["nsenter", "-t", str(program.process.pid), "-m"]
    apart += ["-U", "--preserve-credentials"] if os.geteuid() else []
    subprocess.run([*apart, *args], capture_output=True, check=True)
