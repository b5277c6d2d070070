"""Leases over a restart."""

from __future__ import annotations

from random import Random

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.leasing import snapshot as snapshots
from p2pstream.central.leasing.leases import Leases
from p2pstream.central.leasing.snapshot import BadSnapshot, restore, snapshot
from p2pstream.content.listed import REACHABLE
from tests.central.leasing.test_leases import FAR, key, presence


class SnapshotTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Two peers, two keys, a minute's interval."""
        self.leases = Leases(Random(1))
        self.leases.announce(presence(1), [(key(1), 255), (key(2), 9)], 60, 1000.0)
        self.leases.announce(presence(2, "2001:4860::1"), [(key(1), 255)], 60, 1050.0)
        self.leases.reached(presence(2).id, presence(2, "2001:4860::1").address, True)
        self.raw = b"".join(snapshot(self.leases, 1060.0, 5_000_000))

    def test_round_trip(self) -> None:
        """Everything is as it was, on another clock."""
        found = Leases(Random(1))
        self.assertEqual(restore(found, self.raw, 7.0, 5_000_000), 3)
        for number in (1, 2):
            self.assertEqual(
                set(found.choose(key(number), FAR, 9, 8.0)),
                set(self.leases.choose(key(number), FAR, 9, 1060.0)),
            )
        (peer, _) = sorted(found.choose(key(1), FAR, 9, 8.0), key=lambda peer: peer.address)
        self.assertEqual(peer.flags & REACHABLE, REACHABLE)

    def test_time_passes_meanwhile(self) -> None:
        """A lease that ended while nobody ran is not taken up again, and the others end in time."""
        found = Leases(Random(1))
        self.assertEqual(restore(found, self.raw, 7.0, 5_000_000 + 100_000), 1)
        found.sweep(7.0 + 150 - 10 - 100 + 1)
        self.assertEqual(len(found), 0)

    def test_changes_between_pieces(self) -> None:
        """Of what changes while it is packed each lease is in it or not; what did not change is all there."""
        self.patch(snapshots, "_STEP", 1)
        pieces = snapshot(self.leases, 1060.0, 0)
        raw = next(pieces)
        self.leases.announce(presence(3), [(key(number), 255) for number in range(900)], 60, 1000.0)
        self.leases.withdraw(presence(1).id, [key(1), key(2)])
        raw += b"".join(pieces)
        found = Leases(Random(1))
        restore(found, raw, 7.0, 0)
        has = {number: {peer.id for peer in found.choose(key(number), FAR, 9, 8.0)} for number in range(900)}
        one, two, three = (presence(number).id for number in (1, 2, 3))
        self.assertTrue({two} <= has[1] <= {one, two, three})
        self.assertTrue(has[2] <= {one, three})
        self.assertEqual(
            set().union(*(has[number] for number in range(900) if number not in (1, 2))), {three}
        )

    def test_a_number_that_becomes_another_peers(self) -> None:
        """A lease stays that of the peer who had it when it was packed."""
        self.patch(snapshots, "_STEP", 1)
        pieces = snapshot(self.leases, 1060.0, 0)
        raw = next(pieces)
        self.leases.withdraw(presence(1).id, [key(1), key(2)])
        self.leases.withdraw(presence(2).id, [key(1)])
        self.leases.sweep(1e6)
        for number in (7, 8):
            self.leases.announce(presence(number), [(key(9), 255)], 60, 1060.0)
        raw += b"".join(pieces)
        found = Leases(Random(1))
        restore(found, raw, 7.0, 0)
        for number, had in ((1, (1, 2)), (2, (1,)), (9, (7, 8))):
            has = {peer.id for peer in found.choose(key(number), FAR, 9, 8.0)}
            self.assertLessEqual(has, {presence(each).id for each in had})

    def test_F10_damage(self) -> None:
        """Cut anywhere, or with something behind it, nothing of it is taken."""
        for raw in [*(self.raw[:length] for length in range(len(self.raw))), self.raw + b"x"]:
            found = Leases(Random(1))
            self.assertRaises(BadSnapshot, restore, found, raw, 7.0, 0)
            self.assertEqual(len(found), 0)

    def test_F10_nobodys_lease(self) -> None:
        """A lease of a peer that is not in it spoils all of it."""
        first = 12  # behind the time and the count
        raw = self.raw[:first] + (9).to_bytes(4, "big") + self.raw[first + 4 :]
        found = Leases(Random(1))
        self.assertRaises(BadSnapshot, restore, found, raw, 7.0, 0)
        self.assertEqual(len(found), 0)
