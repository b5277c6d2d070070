"""Two on one network, and a film whose only seed is far away."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.sim.film import SimFilm
from p2pstream.testing.sim.ways import Access
from p2pstream.testing.sim.world import Actor, World

_RATE = 250_000
_SLOW = Access.of(600_000, 600_000, 0.040)
_QUICK = Access.of(12_500_000, 12_500_000, 0.010)
_HERE = Access.of(5_000_000, 5_000_000, 0.001)


class LocalTests(SynchronousTestCase):
    """The real central, peers and viewers; one viewer is on the network of another."""

    def begin(self, far: Access, seconds: float) -> None:
        """A seed far away, and two hosts on one network, the first of which fetches."""
        self.film = SimFilm(int(seconds * _RATE), _RATE)
        self.addCleanup(self.film.close)
        self.world = World(self.film, 1)
        self.addCleanup(self.world.stop)
        self.origin = self.world.join("origin", far)
        self.origin.share(self.film.folder)
        self.first, self.second = (
            self.world.join(name, _HERE, f"45.99.99.{number}") for number, name in enumerate(("a", "b"), 1)
        )
        self.world.run(2.0)
        self.first.share()
        self.first.fetch()

    def came(self, actor: Actor) -> dict[str, int]:
        """How many bytes came to one, by the host that sent them."""
        assert actor.stream is not None
        return {
            source.address.split(":")[0]: source.received for source in actor.stream.view.snapshot().sources
        }

    def watches(self) -> dict[str, int]:
        """The second watches it to its end, and never stands still; what came to it from whom."""
        self.second.watch(buffer_s=10.0, start_s=2.0)
        self.world.run(self.film.seconds + 6.0)
        viewer = self.second.viewer
        assert viewer is not None
        self.assertEqual((viewer.stalls, viewer.wrong), ([], 0))
        self.assertIsNotNone(viewer.ended)
        return self.came(self.second)

    def test_has_all(self) -> None:
        """What one has the other gets from it, however quick the seed is: 95 % at least."""
        for far in (_SLOW, _QUICK):
            self.begin(far, 30.0)
            self.world.run(20.0)
            assert self.first.stream is not None and self.first.stream.data.complete
            came = self.watches()
            self.assertGreaterEqual(came[self.first.host.ip], 0.95 * sum(came.values()))

    def test_has_a_part(self) -> None:
        """Both fetch at once: from the seed comes what neither has, and the other has it from the first."""
        self.begin(_SLOW, 60.0)
        self.world.run(8.0)
        self.watches()
        self.assertLessEqual(self.origin.host.uplink.sent, 1.3 * len(self.film.content))
