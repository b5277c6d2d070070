"""A program of one coroutine, which another one measures."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Coroutine
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import react

from p2pstream.transport.timing import make_monotonic

__all__ = ["run"]


def run(chore: Callable[[Any, Namespace], Coroutine[Any, Any, None]], options: Namespace) -> None:
    """Do that, given the reactor and the options, and leave."""

    def start(reactor: Any) -> Deferred[None]:
        make_monotonic(reactor)
        return Deferred.fromCoroutine(chore(reactor, options))

    try:
        react(start)
    except SystemExit as end:
        sys.stdout.flush()
        # When it was ended early, threads of a client that nobody closed would keep it here.
        os._exit(int(end.code or 0))
