"""A local network, by multicast on this machine's loopback alone."""

from __future__ import annotations

from types import SimpleNamespace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.nearby import Nearby
from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS
from p2pstream.testing.nearby import MemoryNeighbourhood, NeighbourhoodContract
from p2pstream.transport.nearby import SERVICE, MulticastNeighbourhood, _each_once


class MemoryTests(NeighbourhoodContract, SynchronousTestCase):
    """One in memory."""

    def setUp(self) -> None:
        """Empty."""
        self.network = MemoryNeighbourhood()

    def neighbour(self) -> MemoryNeighbourhood:
        """See `NeighbourhoodContract`."""
        return self.network


class AnswersTests(SynchronousTestCase):
    """What strangers answer."""

    def answer(self, *hosts: str, port: int = 2045, name: str = "kitchen") -> SimpleNamespace:
        """As the library gives it."""
        return SimpleNamespace(name=f"{name}.{SERVICE}", port=port, parsed_addresses=lambda: list(hosts))

    def test_F44_what_is_taken(self) -> None:
        """Nothing that cannot be dialled, or is another's service; each address once, and few of one."""
        hosts = [f"10.0.0.{number}" for number in range(1, 9)]
        for answer, count in [
            (self.answer("10.0.0.1", "10.0.0.1"), 1),
            (self.answer(*hosts), LIMITS.nearby_hosts),
            (self.answer("224.0.0.1", "0.0.0.0", "no address"), 0),
            (self.answer("10.0.0.1", port=LIMITS.back_least_port), 1),
            (self.answer("10.0.0.1", port=LIMITS.back_least_port - 1), 0),
            (self.answer("10.0.0.1", port=0), 0),
        ]:
            self.assertEqual(len(_each_once([answer], LIMITS)), count)

    def test_F44_titles_are_strangers_text(self) -> None:
        """Printable, and no longer than a label."""
        (found,) = _each_once([self.answer("10.0.0.1", name="\x1b[2J" + "x" * 200)], LIMITS)
        self.assertTrue(found.title.isprintable())
        self.assertLessEqual(len(found.title), LIMITS.nearby_title)


class MissingTests(SynchronousTestCase):
    """Without the library."""

    def test_named(self) -> None:
        """What is missing, and the command that installs it."""
        import sys

        self.patch(sys, "modules", {**sys.modules, "zeroconf": None})
        said = str(self.assertRaises(CannotListen, MulticastNeighbourhood().browse, 0.0))
        self.assertIn("pip install 'p2pstream[local]'", said)
        self.assertRaises(
            CannotListen, MulticastNeighbourhood().advertise, Nearby("x", Address("10.0.0.1", 2045))
        )
