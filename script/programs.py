"""Programs that end when the one that started them does, however that ends."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

#: How long a program may take to be reachable, and to end when it is told to.
READY_S, END_S = 20.0, 5.0


class ProgramFailed(Exception):
    """A program that the demo needs did not do its part; the text says which and why."""


def installed(name: str) -> str:
    """The path of a program installed beside this Python."""
    return str(Path(sys.executable).with_name(name))


def dying_with_us(command: Sequence[str]) -> list[str]:
    """The command, told to end when this process does, however that ends, by SIGKILL too.

    A function to run in the child would do, but while one is set up Python drops a Ctrl-C
    that comes at that moment.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else list(command)


@contextmanager
def running(
    command: Sequence[str], folder: Path, out: IO[bytes], environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a folder; on the way out it is asked to end, then made to."""
    program = subprocess.Popen(
        dying_with_us([installed(command[0]), *command[1:]]),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
    )
    try:
        yield program
    finally:
        program.terminate()
        try:
            program.wait(END_S)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


@contextmanager
def service(command: Sequence[str], folder: Path, address: tuple[str, int]) -> Iterator[None]:
    """Run a program in a folder until it can be reached, and as long as the block lasts."""
    log = folder / "log"
    with log.open("wb") as out, running(command, folder, out) as program:
        deadline = time.monotonic() + READY_S
        while not _reachable(address):
            if program.poll() is not None or time.monotonic() > deadline:
                said = log.read_text("utf-8", "replace").strip().splitlines() or ["nothing"]
                raise ProgramFailed(f"`{' '.join(command)}` did not start; it said: {said[-1]}")
            time.sleep(0.02)
        yield


def _reachable(address: tuple[str, int]) -> bool:
    with suppress(OSError), socket.create_connection(address, timeout=1):
        return True
    return False
