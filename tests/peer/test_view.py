"""A peer as pages see it."""

from __future__ import annotations

import shutil
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.listed import Lease
from p2pstream.content.shown import Bearing, HashingSnapshot, ListedAt, Topic
from p2pstream.metrics import METRICS
from p2pstream.testing.views.views import PeerViewContract
from tests.peer.folder_peer import CENTRAL
from tests.peer.viewed_peer import ViewedPeerCase


class PeerViewTests(ViewedPeerCase, PeerViewContract, SynchronousTestCase):
    """What is shown is what is."""

    def make_view(self) -> Any:
        """That of a peer with three films."""
        return self.view

    def test_node(self) -> None:
        """Who it is, and that nothing is wrong."""
        node = self.view.node()
        self.assertEqual((node.role, node.address, len(node.id)), ("peer", "10.0.0.7:2050", 52))
        self.assertEqual((node.connections, node.undecided, node.troubles), (3, 1, ()))
        self.wait(2.0)
        self.assertAlmostEqual(self.view.node().uptime_s, node.uptime_s + 2.0)

    def test_shares(self) -> None:
        """Each with its key, once that is known; until then how much of it was read."""
        shares = self.view.shares("", "", 10)
        self.assertEqual([share.name for share in shares.shares], ["a.mp4", "b.mkv", "c & d.webm"])
        self.assertEqual({share.state for share in shares.shares}, {"ready"})
        self.assertEqual((shares.count, shares.length), (3, 300_000))
        self.assertEqual(shares.shares[0].type, "video/mp4")

    def test_lengths(self) -> None:
        """How long a film takes, where that is known of its key."""
        (share,) = self.view.shares("b.mkv", "", 1).shares
        self.assertIs(share.duration_s, None)
        self.durations = lambda film: 61_500 if film.text == share.key else 0
        (share,) = self.view.shares("b.mkv", "", 1).shares
        self.assertEqual(share.duration_s, 61.5)

    def test_hashing(self) -> None:
        """A file that is new waits, and counts; then it has its key."""
        self.put("new.mp4")
        changed_ns = (self.folder / "new.mp4").stat().st_ctime_ns
        # It is three seconds before it was written, so that it is still new when it is shared.
        self.began_ns = changed_ns - round((self.reactor.seconds() + 3) * 1e9)
        self.peer.shares.look_again()
        self.wait(2.5)
        waiting = {share.name: share.state for share in self.view.shares("new", "", 10).shares}
        self.assertEqual(waiting, {"new.mp4": "waiting"})
        self.assertEqual(self.view.hashing(), HashingSnapshot(1, 0, 100_000))
        self.wait(5.0)
        self.assertEqual(self.view.shares("new", "", 10).shares[0].state, "ready")
        self.assertEqual(self.view.hashing(), HashingSnapshot())

    def test_folders(self) -> None:
        """One that cannot be read is in trouble, and so is the node; its path is not told to all."""
        (folder,) = self.view.folders()
        self.assertEqual((folder.streams, folder.length, folder.trouble), (3, 300_000, ""))
        shutil.rmtree(self.folder)
        self.peer.shares.look_again()
        self.wait(3.0)
        (folder,) = self.view.folders()
        self.assertEqual((folder.streams, folder.looked), (0, True))
        self.assertIn("no such", folder.trouble)
        self.assertIn("1 of 1 shared folders cannot be read", self.view.node().troubles)
        self.assertNotIn(str(self.folder), str(self.view.node()))

    def test_told_of_changes_only(self) -> None:
        """Looks that find nothing new are nobody's business."""
        self.topics.clear()
        for _ in range(3):
            self.peer.shares.look_again()
            self.wait(3.0)
        self.assertEqual(self.topics, [])
        self.put("new.mp4")
        self.peer.shares.look_again()
        self.wait(5.0)
        self.assertLessEqual({Topic.SHARES, Topic.FOLDERS}, set(self.topics))

    def test_centrals(self) -> None:
        """Whether it is listed there, and can be reached from there."""
        (standing,) = self.view.centrals()
        self.assertEqual((standing.central, standing.listed), (str(CENTRAL), True))
        self.topics.clear()
        self.peer.listener.leased(Lease(60.0, Address("192.88.99.7", 2050), False))
        self.wait(0.1)
        (standing,) = self.view.centrals()
        self.assertEqual((standing.observed, standing.reachable), ("192.88.99.7:2050", False))
        self.assertIn("port 2050", standing.advice)
        self.assertIn(f"{CENTRAL} cannot reach us", self.view.node().troubles)
        self.assertIn(Topic.CENTRALS, self.topics)
        self.peer.listener.lost("it is down", False)
        (standing,) = self.view.centrals()
        self.assertEqual(standing.listed, False)
        self.assertIn("it is down", standing.reason)

    def test_before_it_starts(self) -> None:
        """Nobody knows yet whether it is listed."""
        announcer = type(self.peer.announcer).__new__(type(self.peer.announcer))
        announcer.__dict__.update(self.peer.announcer.__dict__, _at=[])
        self.assertEqual(announcer.standings(), [ListedAt(str(CENTRAL))])

    def test_transfers_have_names(self) -> None:
        """A key is called as it is shared."""
        (share, *_) = self.view.shares("", "", 1).shares
        (offer,) = [each for each in self.peer.shares.offers if each.name == share.name]
        key = self.peer.keying.keyed.key(offer)
        self.instruments.traffic.begin(Bearing.OUT, "native", "10.0.0.2:1", lambda: 5, key)
        self.wait(0.1)
        (shown,) = self.view.transfers(10)
        # All three have the same bytes, so the same key: the one that has had it longest.
        self.assertIn(shown.name, [each.name for each in self.peer.shares.offers])
        self.assertIn(Topic.TRANSFERS, self.topics)

    def test_every_metric_of_a_peer(self) -> None:
        """All that the table promises of a peer is measured, but for what never happened."""
        self.instruments.traffic.begin(Bearing.OUT, "native", "10.0.0.2:1", lambda: 5)
        self.instruments.metrics.count("p2pstream_events_total", labels=("listed",))
        promised = {name for name, kind in METRICS.items() if "peer" in (kind.roles or ("peer",))}
        self.assertEqual({sample.metric for sample in self.view.measures()}, promised)
