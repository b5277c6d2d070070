"""What is remembered of what belongs to films of others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.links import Link
from p2pstream.limits import LIMITS
from p2pstream.testing.fake_media import FakeMedia
from p2pstream.web.stream_sides import StreamSides
from tests.web.test_sides import TREE


class KnownTests(SynchronousTestCase):
    """By the film's key."""

    def test_as_many_as_may_be(self) -> None:
        """Of so many films it is known what belongs to them; for one more the first is asked about again."""
        asked, fetches = list[str](), None

        def named(link: Link) -> Deferred[Any]:
            asked.append(link.name)
            return succeed({link.name: TREE.key})

        sides = StreamSides(FakeMedia(), fetches, named, Clock(), replace(LIMITS, gateway_sides=2))  # type: ignore[arg-type]
        for film in ("one", "two", "one", "three", "one"):
            link = Link(Address("10.0.0.9", 2045), film)
            self.successResultOf(Deferred.fromCoroutine(sides._side(link, film)))
        self.assertEqual(asked, ["one", "two", "three", "one"])
