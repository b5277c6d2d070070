"""Two at home behind one line, and a central and a seed on the internet."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.sim.film import SimFilm
from p2pstream.testing.sim.ways import Access
from p2pstream.testing.sim.world import Actor, World

_RATE = 250_000
_SEED = Access.of(12_500_000, 12_500_000, 0.010)
_SLOW = Access.of(1_250_000, 1_250_000, 0.020)
_HOME = Access.of(5_000_000, 5_000_000, 0.001)


class NearbyTests(SynchronousTestCase):
    """The real central, peers and viewers; addresses at home are private, so the central tells nobody."""

    def begin(self, seconds: float, seed: Access) -> None:
        """A seed, and two at home who do not know of each other."""
        self.film = SimFilm(int(seconds * _RATE), _RATE)
        self.addCleanup(self.film.close)
        self.world = World(self.film, 1)
        self.addCleanup(self.world.stop)
        self.origin = self.world.join("origin", seed)
        self.origin.share(self.film.folder)
        self.first, self.second = (
            self.world.join(name, _HOME, f"192.168.7.{number}") for number, name in enumerate("ab", 1)
        )
        self.world.introduce(self.first, self.second)
        self.world.run(2.0)

    def of_seed(self, actor: Actor) -> float:
        """Which part of the film one had from the seed."""
        assert actor.stream is not None and actor.stream.data.complete
        sources = actor.stream.view.snapshot().sources
        sent = sum(each.received for each in sources if each.address.startswith(self.origin.host.ip))
        return sent / len(self.film.content)

    def ended(self) -> None:
        """The second watched it to its end, and it never stood still."""
        viewer = self.second.viewer
        assert viewer is not None and viewer.ended is not None
        self.assertEqual((viewer.stalls, viewer.wrong), ([], 0))

    def test_has_all(self) -> None:
        """What the first fetched the second has from it, and from the seed 5 % at most."""
        self.begin(60.0, _SEED)
        self.first.fetch()
        self.world.run(30.0)
        self.assertGreater(self.of_seed(self.first), 0.99)
        self.second.watch(buffer_s=10.0, start_s=2.0)
        self.world.run(self.film.seconds + 6.0)
        self.ended()
        self.assertLessEqual(self.of_seed(self.second), 0.05)

    def test_together(self) -> None:
        """Both begin at once, when neither has anything: together they cost the seed little more than one."""
        self.begin(120.0, _SLOW)
        self.first.watch(buffer_s=10.0, start_s=2.0)
        self.second.watch(buffer_s=10.0, start_s=2.0)
        self.world.run(self.film.seconds + 6.0)
        self.ended()
        self.assertLessEqual(self.origin.host.uplink.sent, 1.3 * len(self.film.content))
