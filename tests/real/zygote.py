"""A process that has imported everything, of which each program is a fork.

``python -m tests.real.zygote SOCKET PARENT``

A program spends most of its start on importing, a second of a slow processor, and the
tests start hundreds.  As Android and Chromium do it, one process imports once, and is
forked.  What comes of it is a process like any other, in a session of its own, with its
own descriptors, environment, folder and signals; only the command line that the system
shows is not its own.  `tests.real.forks` asks for them.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import importlib.util
import json
import os
import pkgutil
import resource
import signal
import socket
import sys
import time
from types import ModuleType
from typing import Any

from twisted.application.service import IServiceMaker
from twisted.plugin import getPlugins

import p2pstream

#: Rooms that load libraries of others, those that are in no program, and what knows since when it runs.
LEFT_OUT = ("p2pstream.media.", "p2pstream.player.", "p2pstream.testing", "p2pstream.commands")
#: What ``twistd`` imports when it runs.
TWISTD = (
    "cryptography.hazmat.backends.openssl.backend",
    "twisted.internet.epollreactor",
    "twisted.scripts._twistd_unix",
    "twisted.scripts.twistd",
)
#: Once imported it has an epoll, which all forks would share.
REACTOR = "twisted.internet.reactor"
#: Of prctl(2).
SET_PDEATHSIG = 1
#: The most that one request may have, and how many descriptors.
REQUEST, DESCRIPTORS = 1 << 18, 3


def main(descriptor: str, parent: str) -> None:
    """Import, then fork whenever that is asked for, until nobody can ask any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare()
    requests = socket.socket(fileno=int(descriptor))
    while True:
        data, descriptors, _, _ = socket.recv_fds(requests, REQUEST, DESCRIPTORS)
        if not data:
            return
        if not is_original():
            words = json.loads(data)
            become(requests, int(parent), words, descriptors)
            run(*words["args"])
            return
        for each in descriptors:
            os.close(each)


def prepare() -> None:
    """Import whatever programs import, but for what each must have of its own."""
    for each in pkgutil.walk_packages(p2pstream.__path__, "p2pstream."):
        if not each.name.startswith(LEFT_OUT) and not each.name.endswith("__main__"):
            importlib.import_module(each.name)
    for name in TWISTD:
        importlib.import_module(name)
    list(getPlugins(IServiceMaker))
    if REACTOR in sys.modules:
        raise RuntimeError("a room imports the reactor")
    gc.collect()
    gc.freeze()


def is_original() -> bool:
    """Fork; False in the fork.  In between is one that ends, so that the fork loses its parent."""
    middle = os.fork()
    if middle:
        os.waitpid(middle, 0)
        return True
    if os.fork():
        os._exit(0)
    return False


def become(requests: socket.socket, parent: int, words: dict[str, Any], descriptors: list[int]) -> None:
    """Be a process as `subprocess.Popen` starts one, and tell its number."""
    os.setsid()
    while os.getppid() != parent:
        if not os.path.exists(f"/proc/{parent}"):
            os._exit(1)
        time.sleep(0.0005)
    ctypes.CDLL(None).prctl(SET_PDEATHSIG, signal.SIGTERM)
    for name, limits in words["limits"].items():
        resource.setrlimit(getattr(resource, name), limits)
    for number, each in enumerate(descriptors):
        os.dup2(each, number)
        os.close(each)
    os.chdir(words["folder"])
    os.environ.clear()
    os.environ.update(words["environment"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    requests.send(str(os.getpid()).encode())
    requests.close()


def run(executable: str, how: str, *more: str) -> None:
    """What Python does with such a command line."""
    module = ModuleType("__main__")
    if how == "-c":
        sys.path[0], sys.argv = "", ["-c", *more[1:]]
        code: Any = compile(more[0], "<string>", "exec")
    elif how == "-m":
        found: Any = importlib.util.find_spec(more[0])
        sys.path[0], sys.argv = os.getcwd(), [found.origin, *more[1:]]
        module.__spec__, module.__file__ = found, found.origin
        code = found.loader.get_code(more[0])
    else:
        sys.path[0], sys.argv = os.path.dirname(how), [how, *more]
        module.__file__ = how
        with open(how, "rb") as file:
            code = compile(file.read(), how, "exec")
    sys.modules["__main__"] = module
    exec(code, module.__dict__)


if __name__ == "__main__":
    main(*sys.argv[1:])
