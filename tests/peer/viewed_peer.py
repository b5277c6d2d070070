"""A peer that shares three films, what shows it, and what changes it."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.content.keys import FileKey
from p2pstream.content.shown import PeerLimits, Topic
from p2pstream.measuring.instruments import Instruments
from p2pstream.peer.folders.changes import PeerChanges
from p2pstream.peer.folders.changes_file import ChangesFile
from p2pstream.peer.view import PeerView
from p2pstream.protocols.node import Means
from p2pstream.testing.workers import InlineWorkers
from tests.peer.folder_peer import PublicityTestCase

__all__ = ["SETTINGS", "ViewedPeerCase"]

SETTINGS = PeerLimits(upload=1_000_000)


class ViewedPeerCase(PublicityTestCase):
    """Real folders, a stepped clock, no threads."""

    def setUp(self) -> None:
        """Share, and look."""
        super().setUp()
        for name in ("a.mp4", "b.mkv", "c & d.webm"):
            self.put(name)
        self.begin()

    def begin(self, settings: PeerLimits = SETTINGS) -> None:
        """Start it, with what was changed before."""
        means = Means(self.reactor, None, InlineWorkers())  # type: ignore[arg-type]
        file = ChangesFile(means, self.disk)
        kept = file.load()
        self.peer = self.run_peer(kept.folders)
        self.applied: list[PeerLimits] = []
        self.changes = PeerChanges(means, self.peer.shares, file, kept, settings, self.applied.append)
        self.instruments = Instruments(self.reactor)
        self.durations: Callable[[FileKey], int] = lambda film: 0
        self.view = PeerView(
            means,
            self.instruments,
            lambda: "10.0.0.7:2050",
            lambda: (3, 1),
            self.peer.shares,
            self.peer.keying,
            self.peer.announcer,
            None,
            lambda: self.changes.allowed,
            lambda film: self.durations(film),
        )
        self.topics: list[Topic] = []
        self.view.observe(self.topics.append)
        self.changes.turned = self.view.changed
