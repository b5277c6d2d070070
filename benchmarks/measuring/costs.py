"""What a process cost: seconds of CPU and the most memory it held."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from script.programs import dying_with_us

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """One finished command."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    output: str
    #: Of the CPU, what it had used when it said that it begins.
    start_cpu_s: float = 0.0

    @property
    def work_cpu_s(self) -> float:
        """What it used from then on."""
        return self.cpu_s - self.start_cpu_s


def run(command: Sequence[str], cwd: Path, env: dict[str, str] | None = None, begins: str = "") -> Cost:
    """Run ``command`` to its end.

    :param begins: what it says when it has started and begins its work.
    :raises RuntimeError: with what it said, when it fails.
    """
    lines, start_cpu_s, started = [], 0.0, time.monotonic()
    child = subprocess.Popen(
        dying_with_us(command),
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert child.stdout is not None
    with child.stdout as said:
        for line in said:
            if begins and begins in line and not start_cpu_s:
                start_cpu_s = cpu_seconds(child.pid)
            lines.append(line)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    output = "".join(lines)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}:\n{output[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output, start_cpu_s)


def cpu_seconds(pid: int) -> float:
    """CPU time that a running process and its threads have used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def machine_cpu_seconds() -> float:
    """CPU time that all programs, the kernel, and those who share the machine beneath it have used."""
    fields = Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    user, nice, system, _, _, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / _TICK


def peak_mib(pid: int) -> float:
    """The most memory that a running process has held."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no memory")


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found
