"""Where no central is named, the one of the network is asked."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence

from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.commands.arguments import parse
from p2pstream.commands.centrals.nearby import central_nearby
from p2pstream.content.addresses import Address
from p2pstream.content.nearby import Nearby, NearbyRole
from p2pstream.errors import CannotListen, UsageError
from p2pstream.interfaces import INeighbourhood
from p2pstream.limits import LIMITS
from p2pstream.settings import GetSettings, ListSettings, PlaySettings
from p2pstream.testing.nearby import MemoryNeighbourhood
from tests.commands.centrals.test_question import Terminal

KITCHEN, CELLAR = Nearby("kitchen", Address("10.0.0.7", 2045)), Nearby("cellar", Address("10.0.0.8", 2046))
KEY = "p2ps:f-aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq-1000000"


@implementer(INeighbourhood)
class Silence:
    """A network that cannot be asked."""

    def advertise(self, who: Nearby) -> Callable[[], None]:
        """It cannot be told."""
        raise CannotListen("this network cannot be asked: no")

    def browse(self, seconds: float, role: NearbyRole) -> Sequence[Nearby]:
        """It cannot."""
        raise CannotListen("this network cannot be asked: no")

    def leave(self) -> None:
        """It was never there."""


class Listened(MemoryNeighbourhood):
    """Notes for how long it is listened to."""

    seconds = 0.0

    def browse(self, seconds: float, role: NearbyRole = NearbyRole.CENTRAL) -> Sequence[Nearby]:
        """See `INeighbourhood`."""
        self.seconds += seconds
        return super().browse(seconds, role)


class CentralNearbyTests(SynchronousTestCase):
    """What is found, and who chooses."""

    def find(self, *there: Nearby, typed: str | None = None, quiet: bool = False) -> Address:
        """Ask a network on which these are; somebody at the terminal types, or there is none."""
        network = MemoryNeighbourhood()
        for near in there:
            network.advertise(near)
        self.said = io.StringIO() if typed is None else Terminal()
        self.patch(sys, "stdin", io.StringIO() if typed is None else Terminal(typed))
        self.patch(sys, "stderr", self.said)
        return central_nearby(ListSettings(quiet=quiet), network)

    def test_one(self) -> None:
        """It is asked, and a person is told which it is."""
        self.assertEqual(self.find(KITCHEN), KITCHEN.address)
        self.assertEqual(self.said.getvalue(), "asking 10.0.0.7 (kitchen), found on this network\n")
        self.find(KITCHEN, quiet=True)
        self.assertEqual(self.said.getvalue(), "")

    def test_as_long_as_it_takes(self) -> None:
        """Who is there answers within a second: it is listened for so long, once."""
        network = Listened()
        network.advertise(KITCHEN)
        central_nearby(ListSettings(quiet=True), network)
        self.assertEqual(network.seconds, LIMITS.nearby_s)

    def test_none(self) -> None:
        """One line says what to do, and why a network could not be asked."""
        self.assertIn("none was found", str(self.assertRaises(UsageError, self.find)))
        fault = self.assertRaises(UsageError, central_nearby, ListSettings(), Silence())
        self.assertIn("cannot be asked: no", str(fault))

    def test_several(self) -> None:
        """The person at the terminal chooses; in a script they are listed."""
        self.assertEqual(self.find(KITCHEN, CELLAR, typed="2\n"), KITCHEN.address)
        self.assertIn("  1  10.0.0.8:2046 (cellar)\n", self.said.getvalue())
        for typed in ("", "\n", "0\n", "3\n", "kitchen\n", "²\n", "9" * 9999 + "\n"):
            self.assertRaises(UsageError, self.find, KITCHEN, CELLAR, typed=typed)
        said = str(self.assertRaises(UsageError, self.find, KITCHEN, CELLAR))
        self.assertIn("10.0.0.8:2046 (cellar), 10.0.0.7 (kitchen)", said)


class CommandLineTests(SynchronousTestCase):
    """Which command lines name no central."""

    def links(self, *argv: str) -> str:
        """The link that is made of them."""

        def ask(centrals: Sequence[Address], settings: PlaySettings) -> str:
            return "film.mp4"

        return str(parse(PlaySettings, "", argv, ask, lambda settings: CELLAR.address).link)

    def test_found(self) -> None:
        """No word at all, a link without a central, or nothing but a key."""
        found = "p2pstream://10.0.0.8:2046/film.mp4"
        self.assertEqual(self.links(), found)
        self.assertEqual(self.links("p2pstream:///film.mp4"), found)
        self.assertTrue(self.links(KEY).startswith("p2pstream://10.0.0.8:2046/p2ps"))

    def test_named(self) -> None:
        """Else nobody is looked for."""
        self.assertEqual(self.links("10.0.0.9"), "p2pstream://10.0.0.9/film.mp4")
        self.assertEqual(self.links("10.0.0.9", "a.mp4"), "p2pstream://10.0.0.9/a.mp4")
        self.assertRaises(UsageError, self.links, "p2pstream:///a.mp4", "b.mp4")

    def test_nothing_to_fetch(self) -> None:
        """Where nobody is asked for a film, a network need not be asked either."""
        self.assertRaises(UsageError, parse, GetSettings, "", [], None, self.fail)
