"""Both ways of fetching are looked at in one way."""

from __future__ import annotations

from typing import Any

from p2pstream.testing.people.views import StreamViewContract
from tests.swarm.test_download import FILM, DownloadCase
from tests.swarm.test_download import A as SENDER
from tests.swarm.test_proven import A, ProvenTestCase


class DownloadTests(StreamViewContract, DownloadCase):
    """Unproven."""

    def make_view(self) -> Any:
        """See the contract."""
        self.start(SENDER)
        self.addCleanup(self.end, self.download)
        return self.download

    def let_come(self, view: Any) -> None:
        """See the contract."""
        self.sources.current.send(FILM[:5000])

    def end(self, view: Any) -> None:
        """See the contract."""
        self.done.addErrback(lambda _: None)
        self.done.cancel()


class ProvenDownloadTests(StreamViewContract, ProvenTestCase):
    """Proven."""

    def make_view(self) -> Any:
        """See the contract."""
        self.peer(A)
        self.done = self.run_to(A)
        self.addCleanup(self.end, self.download)
        return self.download

    def let_come(self, view: Any) -> None:
        """See the contract."""
        for _ in range(3):
            self.peers[A].step()
        self.assertFalse(self.done.called)

    def end(self, view: Any) -> None:
        """See the contract."""
        self.done.addErrback(lambda _: None)
        self.done.cancel()
