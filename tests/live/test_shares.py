"""What of a source whoever came first leaves to others: it may give nothing on, or something false."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.live.mesh import Give, Mesh, Unsubscribe
from p2pstream.live.neighbourhood import Neighbours
from tests.live.test_mesh import ALL, RATE, Node

#: What a source promises of three copies, and some for repairs.
PROMISED = 44


class ShareTests(SynchronousTestCase):
    """Four who ask for all at once, and one who comes later."""

    def held(self, node: Node, *peers: int) -> list[int]:
        """How many sub-streams each has."""
        return [node.mesh._neighbours[peer].takes.bit_count() for peer in peers]

    def greedy(self, host: str = "") -> Node:
        """A source that they have taken all of."""
        node = Node(uplink=3.3 * RATE, source=True)
        node.meet(1, 2, 3, 4, host=host)
        for peer in (1, 2, 3, 4):
            list(node.mesh.subscribes(peer, ALL))
        return node

    def test_F33_four_forgers(self) -> None:
        """Whoever comes later has the same part, is told so, and keeps it when they ask again."""
        node = self.greedy()
        self.assertEqual(sum(self.held(node, 1, 2, 3, 4)), PROMISED)
        node.meet(5)
        orders = list(node.mesh.subscribes(5, ALL))
        mine = orders[-1]
        assert isinstance(mine, Give)
        self.assertEqual((mine.peer, mine.mask.bit_count()), (5, PROMISED // 5))
        lost = sum(each.mask.bit_count() for each in orders if isinstance(each, Unsubscribe))
        self.assertEqual(lost, mine.mask.bit_count())
        for peer in (1, 2, 3, 4):
            self.assertEqual([each for each in node.mesh.subscribes(peer, ALL) if each.peer == 5], [])
        self.assertEqual(self.held(node, 5), [PROMISED // 5])

    def test_F33_four_names_of_one_host(self) -> None:
        """Have together what one has: whoever comes from elsewhere has all that there is of each leaf."""
        node = self.greedy("203.0.113.9")
        self.assertEqual(sum(self.held(node, 1, 2, 3, 4)), PROMISED)
        node.meet(5, host="198.51.100.7")
        list(node.mesh.subscribes(5, ALL))
        self.assertEqual(self.held(node, 5), [16])

    def test_who_gives_on_takes_nothing_from_others(self) -> None:
        """Viewers have others to ask, and give to whom they gave first."""
        node = Node(uplink=RATE)
        node.meet(1, 2)
        list(node.mesh.subscribes(1, ALL))
        self.assertEqual(list(node.mesh.subscribes(2, ALL)), [Give(2, 0)])


class HostTests(SynchronousTestCase):
    """Who is counted as one."""

    def test_hosts(self) -> None:
        """Of IPv4 an address, of IPv6 a /64; on this machine nobody, nor whoever has no address."""
        mesh = Mesh(source=True)
        neighbours = Neighbours(mesh)
        for address, host in (
            ("203.0.113.9:4000", "203.0.113.9"),
            ("[2001:db8::1]:4000", "2001:db8::/64"),
            ("127.0.0.2:4000", ""),
            ("a peer without an address", ""),
            ("memory", ""),
        ):
            neighbour: Any = SimpleNamespace(address=address, uplink=0)
            neighbours.add(neighbour)
            self.assertEqual(mesh._neighbours[neighbours.peer(neighbour)].host, host)
