"""A central as pages see it."""

from __future__ import annotations

from typing import Any

from p2pstream.central.view import CentralView
from p2pstream.content.addresses import Address
from p2pstream.content.keys import to_base32
from p2pstream.content.listed import HTTP, NATIVE, Standing
from p2pstream.content.shown import Bearing, CatalogueCounts
from p2pstream.measuring.instruments import Instruments
from p2pstream.metrics import METRICS
from p2pstream.testing.views.views import CentralViewContract
from tests.central.rooms import KEYS, NOW, CentralCase, record, who


class CentralViewTests(CentralCase, CentralViewContract):
    """What is shown is what is."""

    def setUp(self) -> None:
        """Two signed names, and one that is mapped."""
        super().setUp()
        self.loading = False
        self.instruments = Instruments(self.clock)
        self.view = CentralView(
            self.means,
            self.instruments,
            lambda: "10.0.0.1:2045",
            lambda: (2, 0),
            self.directory,
            self.desk.is_here,
            lambda: self.loading,
        )
        self.seed, self.other = self.visit(3), self.visit(4, "127.0.0.1")
        moon = record("a trip to the moon.mp4", dur_ms=812_000, tags=("silent",), mime="video/mp4")
        self.publish(self.seed, moon)
        self.publish(self.seed, record("nosferatu <1922>.mkv", KEYS[1]))
        self.map(**{"old.avi": "10.0.0.5"})
        self.announce(self.seed, KEYS[0], speaks=NATIVE | HTTP)

    def make_view(self) -> Any:
        """That of this central."""
        return self.view

    def test_a_stream(self) -> None:
        """All that its record says, and who has it."""
        (stream,) = self.successResultOf(self.view.named("A Trip to the Moon.mp4", Address("10.0.9.9", 1)))
        self.assertEqual((stream.name, stream.standing), ("a trip to the moon.mp4", Standing.OWNER))
        self.assertEqual((stream.key, stream.length), (KEYS[0].text, 1_000_000))
        self.assertEqual((stream.duration_s, stream.type, stream.tags), (812.0, "video/mp4", ("silent",)))
        self.assertEqual((stream.seeds, stream.viewers), (1, 0))
        self.assertEqual((stream.publisher, stream.signed_ms), (to_base32(who(1).id), NOW))
        (peer,) = stream.peers
        self.assertEqual((peer.address, peer.id), ("10.0.3.2:2050", to_base32(who(3).id)))
        self.assertEqual((peer.seed, peer.http), (True, True))

    def test_who_is_here_first(self) -> None:
        """Browsers are sent to those who are connected, also where others are the better ones."""
        near = self.visit(5, "10.0.9.8")
        self.announce(near, KEYS[0], speaks=NATIVE | HTTP)

        def told() -> list[str]:
            named = self.successResultOf(self.view.named("a trip to the moon.mp4", Address("10.0.9.9", 1)))
            keyed = self.successResultOf(self.view.keyed(KEYS[0], Address("10.0.9.9", 1)))
            self.assertEqual(named[0].peers, tuple(keyed))
            return [peer.address for peer in keyed]

        self.assertEqual(told(), ["10.0.9.8:2050", "10.0.3.2:2050"])
        self.desk.left(near)
        self.assertEqual(told(), ["10.0.3.2:2050", "10.0.9.8:2050"])

    def test_by_key(self) -> None:
        """Whoever has it, whatever it is called; others than those of a key nobody is told."""
        (peer,) = self.successResultOf(self.view.keyed(KEYS[0], Address("10.0.9.9", 1)))
        self.assertEqual((peer.address, peer.http), ("10.0.3.2:2050", True))
        self.assertEqual(self.successResultOf(self.view.keyed(KEYS[0], Address("192.88.99.7", 1))), [])
        self.assertEqual(self.successResultOf(self.view.keyed(KEYS[1], Address("10.0.9.9", 1))), [])

    def test_only_who_may_be_told(self) -> None:
        """A peer of this machine is not told to others, nor one of a network to strangers."""
        self.announce(self.other, KEYS[0])
        stranger = Address("192.88.99.7", 1)
        for asker, count in ((stranger, 0), (None, 0), (Address("127.0.0.1", 1), 2)):
            (stream,) = self.successResultOf(self.view.named("a trip to the moon.mp4", asker))
            self.assertEqual(len(stream.peers), count, asker)

    def test_mapped(self) -> None:
        """A name that nobody signed."""
        (stream,) = self.successResultOf(self.view.named("old.avi", None))
        self.assertEqual((stream.standing, stream.key, stream.publisher), (Standing.MAPPED, "", ""))
        self.assertEqual([peer.address for peer in stream.peers], ["10.0.0.5:2050"])

    def test_words(self) -> None:
        """A word finds what has one that begins so, in a name or a tag."""
        for words, count in (("moo", 1), ("silent", 1), ("nosf 1922", 1), ("moon nosferatu", 0), ("", 3)):
            found = self.successResultOf(self.view.streams(words, "", 100)).streams
            self.assertEqual(len(found), count, words)

    def test_a_name_that_cannot_be(self) -> None:
        """Nothing is of it."""
        self.assertEqual(list(self.successResultOf(self.view.named("", None))), [])

    def test_counts(self) -> None:
        """How much it knows."""
        self.assertEqual(self.view.counts(), CatalogueCounts(3, 1, 1))

    def test_loading(self) -> None:
        """While it reads what it knew it is not ready, and says so."""
        self.loading = True
        self.assertEqual(self.view.node().waiting_for, ("the names from earlier runs",))

    def test_every_metric_of_a_central(self) -> None:
        """All that the table promises of a central is measured, but for what never happened."""
        self.instruments.traffic.begin(Bearing.OUT, "http", "10.0.0.2:1", lambda: 5)
        self.instruments.metrics.count("p2pstream_events_total", labels=("listening",))
        self.instruments.metrics.count("p2pstream_requests_total", labels=("resolve",))
        promised = {name for name, kind in METRICS.items() if "central" in (kind.roles or ("central",))}
        self.assertEqual({sample.metric for sample in self.view.measures()}, promised)
