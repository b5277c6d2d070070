"""Two sources, one of them ten times slower."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.sim.film import SimFilm
from p2pstream.testing.sim.ways import FIBRE, Access
from p2pstream.testing.sim.world import Actor, World

_FAST, _SLOW = 2_000_000, 200_000
_BOTH = _FAST + _SLOW
#: What both take for the film at least.
_SECONDS = 10.0


class TwoSourcesTests(SynchronousTestCase):
    """The real central, peers and viewer."""

    def begin(self, rate: float, seconds: float) -> Actor:
        """A fast origin and a slow one, and somebody who has nothing yet."""
        self.film = SimFilm(int(seconds * rate), rate)
        self.addCleanup(self.film.close)
        self.world = World(self.film, 1)
        self.addCleanup(self.world.stop)
        for name, up in ("fast", _FAST), ("slow", _SLOW):
            self.world.join(name, Access.of(up, up, 0.010)).share(self.film.folder)
        viewer = self.world.join("viewer", FIBRE)
        self.world.run(2.0)
        return viewer

    def test_sum(self) -> None:
        """Both together bring 95 % of what both can send."""
        fetcher = self.begin(_BOTH, _SECONDS)
        fetcher.fetch()
        self.world.run(_SECONDS / 0.95)
        assert fetcher.stream is not None
        self.assertTrue(fetcher.stream.data.complete)
