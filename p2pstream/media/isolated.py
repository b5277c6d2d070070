"""A Python of our own, of which nothing is taken for granted: how a program is started and ended."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from twisted.internet.error import ProcessExitedAlready
from twisted.internet.protocol import ProcessProtocol

import p2pstream

__all__ = ["IsolatedProcess"]


class IsolatedProcess(ProcessProtocol):
    """Finds the standard library, this package and PyAV, and nothing else that lies about.

    :ivar said: the last that it said on its standard error.
    """

    transport: Any

    def __init__(self, said_bytes: int) -> None:
        self.said = b""
        self._said_bytes = said_bytes

    def start(
        self,
        reactor: Any,
        program: str,
        folder: str,
        arguments: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
        descriptors: Mapping[int, Any] | None = None,
    ) -> None:
        """Run it.

        :param program: the path of a Python file, which is given the paths of ours, of PyAV, and the rest.
        :param folder: the one that PyAV is in.
        :param descriptors: as of ``reactor.spawnProcess``.
        """
        ours = str(Path(p2pstream.__file__).parents[1])
        command = [sys.executable, "-I", "-S", program, ours, folder, *arguments]
        reactor.spawnProcess(self, sys.executable, command, env=environ or {}, childFDs=descriptors)

    def kill(self) -> None:
        """End it, whatever it does; harmless when it has ended."""
        with suppress(ProcessExitedAlready):
            self.transport.signalProcess("KILL")
            # Twisted does not see the end of one that is paused.
            self.transport.resumeProducing()

    def resumeProducing(self) -> None:
        """Twisted: there is room for what it says again."""
        self.transport.resumeProducing()

    def errReceived(self, data: bytes) -> None:
        """Twisted: it complains."""
        self.said = (self.said + data)[-self._said_bytes :]
