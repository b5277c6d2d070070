"""Starting a process that hashes, and nothing else.  Blocks: for workers."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from subprocess import DEVNULL, Popen

import p2pstream

__all__ = ["start_apart"]


def start_apart(child: str, line: socket.socket, descriptor: int, *words: str) -> Popen[bytes]:
    """Run one of the modules here, which needs what hashes alone of p2pstream, and nothing else installed.

    :param child: the path of the module.
    :param line: its standard input.
    :param descriptor: what it has as well, under the same number.
    :raises OSError: there is no process to be had.
    """
    folder = Path(p2pstream.__file__).parents[1]
    command = [sys.executable, "-I", "-S", child, str(folder), str(descriptor), *words]
    return Popen(
        command,
        stdin=line.fileno(),
        stdout=DEVNULL,
        stderr=DEVNULL,
        env={},
        pass_fds=[descriptor],
        # One of its own, for Ctrl-C in a terminal is for us: we end it in our own time.
        process_group=0,
    )
