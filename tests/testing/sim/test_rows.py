"""Rows of the table of faults that a simulated swarm shows, each with several seeds."""

from __future__ import annotations

import os
from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.sim.run import play
from p2pstream.testing.sim.scenarios import SCENARIOS

#: What befalls them at the beginning shows in half of the film; at night all of it is played.
SHORT_S = 30.0


class RowTests(SynchronousTestCase):
    """What a scenario promises is kept; `p2pstream.testing.sim.scenarios` says what that is."""

    def setUp(self) -> None:
        """Play on the quick road, wherever this runs."""
        # On the portable road what is on its way is overtaken later: on a link hardly wider
        # than the film F14, F21 and F25 stall there for a second and a half.
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": ""})

    def kept(self, name: str, seeds: int = 3, film_s: float | None = None) -> None:
        """With every seed; a shorter film may show it as well."""
        scenario = SCENARIOS[name]
        scenario = replace(scenario, film_s=film_s or scenario.film_s)
        for seed in range(seeds):
            self.assertEqual(play(scenario, seed).broken, (), f"--scenario {name} --seed {seed}")

    def test_F14_freeze(self) -> None:
        """After a sleep of half a minute nobody is blamed, and the picture is back within two seconds."""
        self.kept("freeze", film_s=SHORT_S)

    def test_F17_starved(self) -> None:
        """With half of a processor the picture moves."""
        self.kept("starved")

    def test_F20_wifi(self) -> None:
        """A link that jitters, at 0.7 of what it carries, stops no picture."""
        self.kept("wifi")

    def test_F21_cut(self) -> None:
        """A link that is silent for a while, and comes back, stops no picture."""
        self.kept("cut")

    def test_F22_resets(self) -> None:
        """Connections that are reset every two seconds stop no picture, and next to nothing comes twice."""
        self.kept("resets", seeds=1)

    def test_F23_churn50(self) -> None:
        """Half of the peers killed every ten seconds, and replaced by empty ones, stop no picture."""
        self.kept("churn50", seeds=1, film_s=40.0)

    def test_F24_die_but_one(self) -> None:
        """Nine sources of ten that die at once, with five seconds of film there, stop no picture."""
        self.kept("die-but-one", seeds=2)

    def test_F25_central_dies(self) -> None:
        """Who watches already needs no central."""
        self.kept("central-dies", film_s=SHORT_S)

    def test_F26_central_empty(self) -> None:
        """A central that crashed, and knows nothing, has nearly all on its list again within ten seconds."""
        self.kept("central-empty", seeds=1)

    def test_F27_partition(self) -> None:
        """Two halves of a swarm that do not hear of each other for a while both play on."""
        self.kept("partition", seeds=2, film_s=40.0)

    def test_F28_halved(self) -> None:
        """A link too slow for the film for 20 s is sent nothing twice, and the picture goes on."""
        self.kept("halved", seeds=1)

    def test_F29_noise(self) -> None:
        """Ways that spoil bytes, checksums and all, show nobody a wrong one, and stop no picture."""
        self.kept("noise", seeds=1)

    def test_F29_noisy_home(self) -> None:
        """A viewer's own link that does so makes no honest source a liar for good."""
        self.kept("noisy-home", seeds=1)

    def test_F30_sitter(self) -> None:
        """Who sits on an urgent unit stops nobody, and costs next to nothing."""
        self.kept("sitter", film_s=SHORT_S)

    def test_F33_polluted(self) -> None:
        """Of peers of which 40 % send wrong bytes nothing wrong is kept, and little is spoilt."""
        self.kept("polluted40", seeds=2)

    def test_F34_liars(self) -> None:
        """Who has everything and sends nothing, or too late, stops nobody; no honest peer is banned."""
        self.kept("liars", film_s=SHORT_S)

    def test_F40_greedy(self) -> None:
        """Three who call everything urgent, and give nothing, stop nobody's picture."""
        self.kept("greedy", seeds=1)

    def test_F43_eclipse(self) -> None:
        """One honest peer of ten is enough."""
        self.kept("eclipse", film_s=SHORT_S)
