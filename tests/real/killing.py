"""Programs that are killed, by the thousand: each is a fork of one process that has imported all.

``python -m tests.real.killing DESCRIPTOR``

To start Python for each of them takes half a second, to fork some milliseconds.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from script.programs import dying_with_us
from tests.real.processes import ROOT

#: The most that one order may have, and how long one may take.
ORDER, LONGEST_S = 1 << 16, 60.0
#: A fork meets its fate at this call of its kind, counted from its beginning: strace cannot be told another
#: number for each.  Whoever is to meet it sooner has made calls before that do nothing.
FATAL = 400
#: What changes a disk: as strace calls it, and such a call that does nothing.
CALLS: dict[str, Callable[[Any], object]] = {
    "pwrite64": lambda libc: libc.pwrite(-1, b"", 0, 0),
    "write": lambda libc: libc.write(-1, b"", 0),
    "fdatasync": lambda libc: libc.fdatasync(-1),
    "fsync": lambda libc: libc.fsync(-1),
    "rename": lambda libc: libc.rename(b"", b""),
    "renameat": lambda libc: libc.renameat(-1, b"", -1, b""),
    "unlink": lambda libc: libc.unlink(b""),
    "unlinkat": lambda libc: libc.unlinkat(-1, b"", 0),
    "ftruncate": lambda libc: libc.ftruncate(-1, 0),
}
KILLED = "signal=SIGKILL"


class Ended(NamedTuple):
    """How a fork ended: what it had said, and its exit code, negative for a signal."""

    said: list[list[str]]
    code: int


class Forks:
    """The process that is forked, until it is closed.

    :param fate: what strace(1) is to do at one of the `CALLS` of a fork; empty: nothing.
    :param lasting: whether it is done at all later ones, too.
    """

    def __init__(self, fate: str = "", lasting: bool = False) -> None:
        before: list[str] = []
        if fate:
            before = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={','.join(CALLS)}"]
            for call in CALLS:
                before += ["-e", f"inject={call}:{fate}:when={FATAL}{'+' * lasting}"]
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._orders.settimeout(LONGEST_S)
        command = [*before, sys.executable, "-m", "tests.real.killing", str(theirs.fileno())]
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        more = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONDONTWRITEBYTECODE": "1"}
        # Shares are looked at again and again: who waits to be told of changes has to wait.
        env = {**os.environ, **more, "P2PSTREAM_PORTABLE": "1"}
        self._process = subprocess.Popen(dying_with_us(command), env=env, pass_fds=[theirs.fileno()])
        theirs.close()

    def run(
        self,
        kind: str,
        folder: Path,
        seed: int,
        seconds: float | None = None,
        at: tuple[str, int] | None = None,
    ) -> Ended:
        """Fork, and have what `tests.real.writing` keeps of that kind be kept.

        :param seconds: after which it is killed.
        :param at: the call at which it meets its fate, and which one of its kind.
        """
        said = folder.with_suffix(".said")
        said.unlink(missing_ok=True)
        self._orders.send(json.dumps([kind, str(folder), str(said), seed, seconds, at]).encode())
        code = int(self._orders.recv(20))
        return Ended([line.split() for line in said.read_text().splitlines()], code)

    def close(self) -> None:
        """End it."""
        self._orders.close()
        self._process.wait(10)


def serve(descriptor: int) -> None:
    """Fork whenever that is ordered, until nobody can order any more."""
    from tests.real import writing  # which imports all that is used

    orders = socket.socket(fileno=descriptor)
    gc.collect()
    gc.freeze()
    while order := orders.recv(ORDER):
        kind, folder, said, seed, seconds, at = json.loads(order)
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        pid = os.fork()
        if not pid:
            os.dup2(out, 1)
            _become(partial(writing.keep, kind, folder, seed), at)
        os.close(out)
        if seconds is not None:
            time.sleep(seconds)
            os.kill(pid, signal.SIGKILL)
        orders.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())


def _become(keeping: Callable[[], None], at: tuple[str, int] | None) -> None:
    code = 1
    try:
        libc = ctypes.CDLL(None)
        if at is not None:
            for _ in range(FATAL - at[1]):
                CALLS[at[0]](libc)
        keeping()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
