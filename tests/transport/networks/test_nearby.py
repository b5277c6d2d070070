"""A local network, by multicast on this machine's loopback alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.nearby import Nearby, NearbyRole
from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS, Limits
from p2pstream.testing.nearby import MemoryNeighbourhood, NeighbourhoodContract
from p2pstream.transport.networks.nearby import SERVICE, MulticastNeighbourhood, _each_once

#: As the library calls it.
QUESTION = SimpleNamespace(QM="to all")


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
            self.assertEqual(len(_each_once([answer], NearbyRole.CENTRAL, LIMITS)), count)

    def test_F44_titles_are_strangers_text(self) -> None:
        """Printable, and no longer than a label."""
        (found,) = _each_once(
            [self.answer("10.0.0.1", name="\x1b[2J" + "x" * 200)], NearbyRole.CENTRAL, LIMITS
        )
        self.assertTrue(found.title.isprintable())
        self.assertLessEqual(len(found.title), LIMITS.nearby_title)


class Crowd(MulticastNeighbourhood):
    """A network on which these say what they are, as the library tells of it.

    :param said: the properties of each; None: it does not answer.
    """

    def __init__(self, said: Sequence[dict[bytes, bytes] | None], limits: Limits) -> None:
        super().__init__(limits=limits)
        self.said = said
        self.asked: list[int] = []

    def _open(self) -> tuple[Any, Any]:
        change = SimpleNamespace(Added=1)

        def browser(network: Any, service: str, handlers: Any, **_: Any) -> None:
            for number in range(len(self.said)):
                handlers[0](name=f"{number}.{service}", state_change=change.Added)

        library = SimpleNamespace(ServiceBrowser=browser, ServiceStateChange=change, DNSQuestionType=QUESTION)
        return library, SimpleNamespace(get_service_info=self.info, close=lambda: None)

    def info(self, service: str, name: str, wait_ms: int, **_: Any) -> Any:
        """Where one is, and what."""
        self.asked.append(wait_ms)
        number = int(name.split(".")[0])
        said = self.said[number]
        if said is None:
            return None
        host = f"10.0.{number // 250}.{number % 250 + 1}"
        return SimpleNamespace(name=name, port=2045, parsed_addresses=lambda: [host], properties=said)


CENTRAL, PEER, OTHER = ({b"role": word} for word in (b"central", b"peer", b"printer"))


class CrowdTests(SynchronousTestCase):
    """Of those that are there."""

    def test_F44_so_many(self) -> None:
        """At the bound all are asked where they are, each for so long; of one more nobody hears."""
        limits = replace(LIMITS, nearby=3, nearby_ms=77)
        for there, heard in ((3, 3), (4, 3)):
            crowd = Crowd([CENTRAL] * there, limits)
            self.assertEqual(len(crowd.browse(0.0)), heard)
            self.assertEqual(crowd.asked, [77] * heard)

    def test_peers_do_not_hide_a_central(self) -> None:
        """However many there are, as long as names are looked at; who says no role is a central, as once."""
        limits = replace(LIMITS, nearby=3, nearby_names=6)
        for said in (CENTRAL, {}):
            crowd = Crowd([*[PEER] * 4, OTHER, said], limits)
            self.assertEqual([near.title for near in crowd.browse(0.0)], ["5"])
            self.assertEqual(len(crowd.browse(0.0, NearbyRole.PEER)), 3)
        self.assertEqual(list(Crowd([*[PEER] * 6, CENTRAL], limits).browse(0.0)), [])

    def test_F44_silent_names(self) -> None:
        """Names that nobody answers for take the time of so many, and no more."""
        limits = replace(LIMITS, nearby=3)
        crowd = Crowd([None] * 9, limits)
        self.assertEqual(list(crowd.browse(0.0)), [])
        self.assertEqual(len(crowd.asked), 3)
        self.assertEqual(len(Crowd([None, None, CENTRAL], limits).browse(0.0)), 1)

    def test_left(self) -> None:
        """Who left asks nobody any more where he is."""
        crowd = Crowd([CENTRAL], LIMITS)
        crowd.leave()
        self.assertEqual((list(crowd.browse(60.0)), crowd.asked), ([], []))


class TitleTests(SynchronousTestCase):
    """What a central is called where others are called so."""

    def title(self, *taken: str, wished: str = "kitchen") -> str:
        """The one that is left, of few."""
        limits = replace(LIMITS, nearby=3, nearby_taken_ms=99)
        asked: list[int] = []

        def info(service: str, name: str, wait_ms: int, **_: Any) -> object:
            asked.append(wait_ms)
            return name.removesuffix(f".{service}") in taken or None

        network = SimpleNamespace(get_service_info=info)
        library = SimpleNamespace(DNSQuestionType=QUESTION)
        title = MulticastNeighbourhood(limits=limits)._untaken(library, network, wished)
        self.assertEqual(set(asked), {99})
        return title

    def test_numbered(self) -> None:
        """A number tells them apart; after as many as are looked at, the library has to."""
        self.assertEqual(self.title(), "kitchen")
        self.assertEqual(self.title("kitchen"), "kitchen-2")
        self.assertEqual(self.title("kitchen", "kitchen-2"), "kitchen-3")
        self.assertEqual(self.title("kitchen", "kitchen-2", "kitchen-3"), "kitchen-3")

    def test_no_longer_than_a_label(self) -> None:
        """The longest title gives way to its number."""
        longest = "k" * LIMITS.nearby_title
        title = self.title(longest, wished=longest)
        self.assertEqual((len(title), title[-3:]), (LIMITS.nearby_title, "k-2"))


class MissingTests(SynchronousTestCase):
    """Without the library."""

    def test_named(self) -> None:
        """What is missing, and the command that installs it."""
        # In the very table that imports are looked up in: others may have imported it before.
        kept = {name: each for name, each in sys.modules.items() if name.partition(".")[0] == "zeroconf"}
        self.addCleanup(sys.modules.update, kept)
        self.addCleanup(sys.modules.pop, "zeroconf", None)
        sys.modules.update(dict.fromkeys([*kept, "zeroconf"]))  # type: ignore[arg-type]
        said = str(self.assertRaises(CannotListen, MulticastNeighbourhood().browse, 0.0))
        self.assertIn("pip install 'p2pstream[local]'", said)
        self.assertRaises(
            CannotListen, MulticastNeighbourhood().advertise, Nearby("x", Address("10.0.0.1", 2045))
        )
