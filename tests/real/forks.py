"""Programs that are forks of one which has imported everything: see `tests.real.zygote`."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO, Any

from script.programs import dying_with_us

#: Of prctl(2): whose parent ends becomes a child of ours.
SET_CHILD_SUBREAPER = 36
#: What Python, the C library or a module of ours reads once, while it starts.
READ_AT_START = ("PYTHON", "LANG", "LC_", "LD_", "MALLOC_", "TZ", "OPENSSL")
#: Before a command line: as for others than root, file permissions count.
OBEYING = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
#: What a process may have of files, memory and time, which it inherits.
LIMITS = [name for name in dir(resource) if name.startswith("RLIMIT_")]
#: How long a fork may take: the first waits until all is imported.
FORKED_S = 30.0

_asking = Lock()


class Forked:
    """A child of ours, waited for as `subprocess.Popen` waits for its own."""

    def __init__(self, pid: int, args: Sequence[str]) -> None:
        self.pid = pid
        self.args = args
        self.returncode: int | None = None
        self._waiting = Lock()

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        with self._waiting:
            if self.returncode is None:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
            return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; `subprocess.TimeoutExpired` if it does not come."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(list(self.args), timeout or 0.0)
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal; harmless when it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def can_fork(args: Sequence[str], changes: Mapping[str, str]) -> bool:
    """Whether this is Python, in code or an installed program of ours, that starts as this process did.

    :param changes: what is to be different in its environment.
    """
    words = list(args[len(_before(args)) :])
    path = Path(words[0])
    ours = path.parent == Path(sys.executable).parent and path.name.startswith(("p2p-", "twistd"))
    module = words[1:2] == ["-m"] and words[2].startswith("p2pstream.")
    return (
        sys.platform == "linux"
        and (ours or (words[0] == sys.executable and (module or words[1:2] == ["-c"])))
        and all(
            os.environ.get(name) == value for name, value in changes.items() if name.startswith(READ_AT_START)
        )
    )


def fork(
    args: Sequence[str], folder: Path, environment: Mapping[str, str], out: IO[bytes], err: IO[bytes]
) -> Forked:
    """Start it, with nothing on standard input."""
    before = _before(args)
    words = args[len(before) :]
    request = {
        "args": [*([] if words[0] == sys.executable else [sys.executable]), *words],
        "folder": str(folder),
        "environment": dict(environment),
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name in LIMITS},
    }
    with _asking, open(os.devnull, "rb") as nothing, _adopting():
        requests, zygote = _zygote(before)
        descriptors = [each.fileno() for each in (nothing, out, err)]
        socket.send_fds(requests, [json.dumps(request).encode()], descriptors)
        number = requests.recv(20)
        if not number:
            raise RuntimeError(f"tests.real.zygote ended with {zygote.wait()}; it has said why")
        return Forked(int(number), args)


def _before(args: Sequence[str]) -> tuple[str, ...]:
    return OBEYING if tuple(args[: len(OBEYING)]) == OBEYING else ()


@cache
def _zygote(before: tuple[str, ...]) -> tuple[socket.socket, Any]:
    """Where it is asked, and itself: it ends with this process, and has what its forks may not change."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(FORKED_S)
    root = Path(__file__).resolve().parents[2]
    command = [*before, sys.executable, "-m", "tests.real.zygote", str(theirs.fileno()), str(os.getpid())]
    zygote = subprocess.Popen(
        dying_with_us(command),
        cwd=root,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(root)},
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    theirs.close()
    return ours, zygote


@contextmanager
def _adopting() -> Iterator[None]:
    """Have what loses its parent become a child of ours, and not of init."""
    prctl = ctypes.CDLL(None).prctl
    prctl(SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        prctl(SET_CHILD_SUBREAPER, 0)
