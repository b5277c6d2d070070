"""Give a file to everybody who connects, without a word: ``nc 127.0.0.1 8000 > copy``.

``python examples/send_a_file.py film.mp4 8000``
"""

from __future__ import annotations

import sys
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory
from twisted.internet.task import react

from p2pstream.data.file import READ, FileData
from p2pstream.data.workers import ThreadWorkers
from p2pstream.transport.connection import Connection
from p2pstream.transport.timing import make_monotonic


def main(reactor: Any, path: str, port: str) -> Deferred[None]:
    """Listen until Ctrl-C."""
    make_monotonic(reactor)
    workers = ThreadWorkers(reactor)

    class Giver(Connection):
        """Sends the file and closes."""

        def connectionMade(self) -> None:
            super().connectionMade()
            giving = Deferred.fromCoroutine(self.give())
            giving.addErrback(lambda failure: print(failure.getErrorMessage()))

        async def give(self) -> None:
            """The file is opened for each, so that each gets it as it is then."""
            film = FileData(path, READ, workers)
            try:
                print("sent", await self.send(film), "bytes")
                await self.close()
            finally:
                film.close()

    print("listening on", reactor.listenTCP(int(port), Factory.forProtocol(Giver)).getHost().port, flush=True)
    reactor.addSystemEventTrigger("before", "shutdown", workers.close)
    return Deferred()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    react(main, sys.argv[1:])
