"""What is fetched for a program, or was here, is the same to it."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.units import UNIT
from p2pstream.peer.residency.resident_stream import ResidentStream
from p2pstream.peer.residency.shared_film import SharedFilm
from p2pstream.testing.fetching import FetchedContract, WholeContract
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream
from tests.peer.resident import ResidentCase


class ResidentStreamTests(FetchedContract, WholeContract, ResidentCase):
    """Fetched by the peer of the same user."""

    def make_fetched(self) -> ResidentStream:
        """See the contract."""
        stream: ResidentStream = self.opened()
        return stream

    def make_whole(self) -> ResidentStream:
        """See the contract."""
        stream = self.make_fetched()
        self.send(lambda: stream.done.called)
        return stream

    def settle(self, waiting: Deferred[Any]) -> None:
        """See the contract."""
        self.send(lambda: waiting.called)


class SharedFilmTests(FetchedContract, WholeContract, SynchronousTestCase):
    """Shared here."""

    def make_fetched(self) -> SharedFilm:
        """See the contract."""
        return SharedFilm("film", FilmStream(proven_film(UNIT)))

    make_whole = make_fetched

    def settle(self, waiting: Deferred[Any]) -> None:
        """Nothing takes time here."""
