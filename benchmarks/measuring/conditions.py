"""What a figure was measured on; a figure without it does not count."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def conditions(folder: Path) -> dict[str, object]:
    """Commit, machine, load and versions, as one record."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _told("git", "rev-parse", "--short", "HEAD") + _unclean(),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "load": [round(load, 2) for load in os.getloadavg()],
        "loop_s": round(_loop_s(), 2),
        "kernel": platform.release(),
        "congestion_control": Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip(),
        "python": platform.python_version(),
        "twisted": version("Twisted"),
        "disk": _told("stat", "-f", "-c", "%T", str(folder)),
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _loop_s() -> float:
    """CPU seconds of a bare loop: a machine that is lent is not as fast at every hour."""
    loop = compile("i = 0\nwhile i < 10_000_000: i += 1", "loop", "exec")
    began = time.process_time()
    exec(loop, {})
    return time.process_time() - began


def _unclean() -> str:
    return "+changes" if _told("git", "status", "--porcelain", "--untracked-files=no") else ""


def _told(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
