"""The link of benchmarks between hosts that are far from each other."""

from __future__ import annotations

import os
import socket
from random import Random
from typing import Any

from twisted.python.reflect import requireModule
from twisted.trial.unittest import SynchronousTestCase

# It is for Linux only.
far: Any = requireModule("benchmarks.measuring.far")


class Chance(Random):
    """Says what it is told to."""

    def __init__(self, *said: float) -> None:
        super().__init__()
        self._said = iter(said)

    def random(self) -> float:
        """What was said next; then, that nobody is lost."""
        return next(self._said, 1.0)


class DirectionTests(SynchronousTestCase):
    """Two pairs of sockets stand for the devices at the ends; both keep packets apart."""

    if far is None:
        skip = "there is no TUN here"

    def setUp(self) -> None:
        """Nothing was sent yet."""
        self.pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2)]
        for end in (end for pair in self.pairs for end in pair):
            end.setblocking(False)
            self.addCleanup(end.close)

    def link(self, *chance: float, loss: float = 0.0, rate: float = 1000.0, queue_s: float = 0.5) -> Any:
        """A link of a second, 1,000 bytes a second, into which packets are sent by ``self.send``."""
        source, sink = self.pairs[0][1].fileno(), self.pairs[1][0].fileno()
        return far.Direction(far.Link(1.0, loss, rate, queue_s), source, sink, Chance(*chance))

    def send(self, *packets: bytes) -> None:
        """The near end sends these."""
        for packet in packets:
            os.write(self.pairs[0][0].fileno(), packet)

    def come(self) -> list[bytes]:
        """What has come to the far end."""
        come = []
        while True:
            try:
                come.append(os.read(self.pairs[1][1].fileno(), 2000))
            except BlockingIOError:
                return come

    def test_takes_its_time(self) -> None:
        """A packet arrives when it has left, at the link's rate, and the way is done; not before."""
        link = self.link()
        self.assertEqual(link.due, float("inf"))
        self.send(b"x" * 100)
        link.take(5.0)
        self.assertAlmostEqual(link.due, 6.1)
        link.give(6.09)
        self.assertEqual(self.come(), [])
        link.give(6.11)
        self.assertEqual(self.come(), [b"x" * 100])
        self.assertEqual(link.due, float("inf"))

    def test_in_turn(self) -> None:
        """Each leaves when the one before it has left, in the order in which they came."""
        link = self.link()
        self.send(b"a" * 100, b"b" * 200)
        link.take(0.0)
        link.give(1.2)
        self.assertEqual(self.come(), [b"a" * 100])
        self.assertAlmostEqual(link.due, 1.3)
        link.give(2.0)
        self.assertEqual(self.come(), [b"b" * 200])

    def test_full_queue(self) -> None:
        """Who would wait longer than the queue is long is lost, and takes nobody's turn."""
        link = self.link(queue_s=0.25)
        self.send(b"a" * 250, b"b" * 10, b"c" * 10)
        link.take(0.0)
        link.give(9.0)
        self.assertEqual(self.come(), [b"a" * 250, b"b" * 10])
        self.send(b"d" * 10)
        link.take(9.0)
        self.assertAlmostEqual(link.due, 10.01)

    def test_lost(self) -> None:
        """Chance decides who is; those take no time of the link."""
        link = self.link(0.005, 0.01, 0.0, 0.5, loss=0.01)
        self.send(b"a" * 100, b"b" * 100, b"c" * 100, b"d" * 100)
        link.take(0.0)
        self.assertAlmostEqual(link.due, 1.1)
        link.give(1.3)
        self.assertEqual(self.come(), [b"b" * 100, b"d" * 100])
