"""Who is told of a head at once, and who later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signed.heads import Head, leaf_number
from p2pstream.data.live import LiveData
from p2pstream.limits import LIMITS
from p2pstream.live.gossip import HeadGossip
from p2pstream.live.mesh import Mesh, Order, Push
from p2pstream.live.neighbourhood import Neighbours
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.content.broadcasts import KEY, Signed
from tests.data.live.test_live_data import fill


class Hearing:
    """A neighbour that keeps what it hears.

    :param told: names and numbers of heads, in order.
    """

    id, uplink = b"", 1000

    def __init__(self, address: str, told: list[tuple[str, int]]) -> None:
        self.address = address
        self.leaves: list[tuple[int, int]] = []
        self._told = told

    def tell_slice(self, raw: bytes, leaves: bytes) -> None:
        """See `ILiveNeighbour`."""
        self._told.append((self.address, Head.decode(raw).seq))

    def tell_leaves(self, mode: int, ranges: list[tuple[int, int]]) -> None:
        """See `ILiveNeighbour`."""
        self.leaves += ranges


class TellingTests(SynchronousTestCase):
    """Two neighbours: the first takes sub-stream 0, the other hears of heads alone."""

    def setUp(self) -> None:
        """Both subscribe; there are three slices of two leaves each."""
        self.mesh = Mesh(source=True)
        self.neighbours = Neighbours(self.mesh)
        self.told: list[tuple[str, int]] = []
        self.one, self.other = (self.meet(name) for name in ("one", "other"))
        list(self.mesh.subscribes(0, 0b1))
        list(self.mesh.subscribes(1, 0))
        signed, data = Signed(), LiveData(KEY, MemoryDisk(), InlineWorkers(), 600)
        self.heads = [signed.slice(2) for _ in range(3)]
        fill(data, *self.heads)
        self.data = data
        self.telling = HeadGossip(self.mesh, self.neighbours, data, LIMITS)

    def meet(self, name: str) -> Any:
        """A neighbour of that name."""
        neighbour: Any = Hearing(name, self.told)
        self.neighbours.add(neighbour)
        return neighbour

    def test_whoever_is_pushed_to_right_before(self) -> None:
        """The others a moment later, once."""
        self.telling.tell(self.heads[0], None)
        self.assertEqual(self.told, [])
        push: Order = Push(0, leaf_number(1, 0))
        orders = self.telling.before([push, push])
        self.assertEqual((next(orders), self.told), (push, [("one", 0)]))
        self.assertEqual(list(orders), [push])
        self.telling.look(1.0)
        self.telling.tell(self.heads[1], self.one)
        self.telling.look(1.0 + LIMITS.live_look_s)
        self.assertEqual(self.told, [("one", 0), ("other", 0)])

    def test_who_knows_it_is_not_told(self) -> None:
        """Neither who told of it, nor who did so meanwhile."""
        self.telling.tell(self.heads[0], self.one)
        self.telling.tell(self.heads[1], None)
        self.telling.known(self.other, self.heads[0])
        self.telling.look(1.0)
        self.assertEqual(sorted(self.told), [("one", 1), ("other", 1)])

    def test_who_has_a_leaf_of_it_is_not_told(self) -> None:
        """For it could not be there without."""
        self.telling.tell(self.heads[0], None)
        self.telling.tell(self.heads[1], None)
        self.mesh.has(1, leaf_number(1, 2), 1, 0.0)
        self.telling.look(1.0)
        self.assertEqual(sorted(self.told), [("one", 0), ("one", 1), ("other", 0)])

    def test_a_part_of_them_at_first(self) -> None:
        """Each time another; the others when they had time to hear it elsewhere, and to say so, once."""
        telling = HeadGossip(self.mesh, self.neighbours, self.data, replace(LIMITS, live_tellers=1))
        for peer in (0, 1):
            self.mesh._neighbours[peer].informs = True
        for each in self.heads:
            telling.tell(each, None)
        telling.look(1.0)
        first = [("one", 0), ("one", 2), ("other", 1)]
        self.assertEqual(sorted(self.told), first)
        for time in range(LIMITS.live_told_times - 2):
            telling.look(2.0 + time)
        self.assertEqual(sorted(self.told), first)
        self.mesh.has(1, leaf_number(1, 0), 1, 0.0)
        for time in range(3):
            telling.look(9.0 + time)
        self.assertEqual(sorted(self.told), sorted([*first, ("one", 1), ("other", 2)]))

    def test_who_tells_nothing(self) -> None:
        """Is told at once or not at all: nobody knows what it has, and it has others to hear from."""
        telling = HeadGossip(self.mesh, self.neighbours, self.data, replace(LIMITS, live_tellers=1))
        for each in self.heads:
            telling.tell(each, None)
        for time in range(1, 9):
            telling.look(float(time))
        self.assertEqual(sorted(self.told), [("one", 0), ("one", 2), ("other", 1)])

    def test_late_leaves_have_their_heads(self) -> None:
        """At the bound and one past it: who tells nothing is told before a leaf, long after."""
        for times, told in ((LIMITS.live_push_times - 1, [("one", 1)]), (LIMITS.live_push_times, [])):
            telling = HeadGossip(self.mesh, self.neighbours, self.data, replace(LIMITS, live_tellers=1))
            telling.tell(self.heads[1], None)
            for time in range(1, times + 1):
                telling.look(float(time))
            self.told.clear()
            list(telling.before([Push(0, leaf_number(1, 2))]))
            self.assertEqual(self.told, told)

    def test_how_many_tell_at_once(self) -> None:
        """At the bound and one before: all who listen hear of each head at once until twice as many tell."""
        for listeners, heard in ((2 * LIMITS.live_tellers - 1, 3), (2 * LIMITS.live_tellers, 1)):
            for peer in range(len(self.mesh.peers), listeners):
                self.meet(str(peer))
                list(self.mesh.subscribes(peer, 0))
            self.told.clear()
            for each in self.heads:
                self.telling.tell(each, None)
            self.telling.look(10.0 * listeners)
            self.assertEqual(sum(name == "other" for name, _ in self.told), heard)

    def test_who_is_gone_is_not_waited_for(self) -> None:
        """Nothing is kept for it."""
        telling = HeadGossip(self.mesh, self.neighbours, self.data, replace(LIMITS, live_tellers=1))
        for peer in (0, 1):
            self.mesh._neighbours[peer].informs = True
        for each in self.heads:
            telling.tell(each, None)
        for peer in (0, 1):
            list(self.mesh.left(peer, 0.0))
        telling.look(1.0)
        self.assertEqual(telling._later, {})

    def test_all_of_the_end(self) -> None:
        """At once."""
        self.telling.tell(Signed().final(), None)
        self.assertEqual([name for name, _ in self.told], ["one", "other"])

    def test_who_hears_from_now_on(self) -> None:
        """Is told of the newest at once, of each head once, and of what is here."""
        self.telling.tell(self.heads[0], None)
        self.telling.catch_up(self.other, self.heads[:2])
        self.telling.look(1.0)
        self.assertEqual(self.told, [("other", 0), ("other", 1), ("one", 0)])
        self.mesh.have = self.mesh.have.add(leaf_number(1, 0), leaf_number(1, 6))
        self.telling.introduce(self.other)
        self.assertEqual(self.other.leaves, [(leaf_number(1, 0), 6)])
