"""Two sources, one of them ten times slower."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.sim.film import SimFilm
from p2pstream.testing.sim.waits import Waits
from p2pstream.testing.sim.ways import FIBRE, Access
from p2pstream.testing.sim.world import Actor, World

_FAST, _SLOW = 2_000_000, 200_000
_BOTH = _FAST + _SLOW
#: What both take for the film at least.
_SECONDS = 10.0
#: Of what both send, the film that is watched; how often the units of the next 3 s are looked at.
_PART, _LOOK_S = 0.9, 0.05
#: It plays after two seconds, and a second later it is known how fast.
_KNOWN_S = 3.2


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

    def test_nothing_waits_for_the_slow_one(self) -> None:
        """Once it plays, nothing of the next 3 s waits for the slow one alone for more than half a second."""
        rate = _PART * _BOTH
        watching = self.begin(rate, _SECONDS)
        watching.watch(start_s=2.0)
        self.world.run(_KNOWN_S)
        viewer, stream = watching.viewer, watching.stream
        assert viewer is not None and stream is not None
        waits = Waits(stream.view, lambda: viewer.shown, rate)
        while viewer.ended is None:
            self.world.run(_LOOK_S)
            waits.look(self.world.network.clock.seconds())
        slow = self.world.actors["slow"].host.ip
        waited = [seconds for address, seconds in waits.longest.items() if address.host == slow]
        self.assertLessEqual(max(waited), 0.5)
        self.assertEqual(viewer.stalls, [])
