"""Accepting with few descriptors, and with none."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import socket
from dataclasses import replace
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.transport.ports.door import Door


class Client(socket.socket):
    """An accepted connection, which is a real descriptor to the system."""

    was_reset = False

    def setsockopt(self, *option: Any) -> None:
        """Only the one that makes a close a reset is ever set."""
        self.was_reset = option == (socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


class Backlog:
    """A listening socket with clients that wait; each costs a descriptor, as the system has it."""

    def __init__(self) -> None:
        self.waiting = 0
        self.accepted: list[Client] = []
        self.fault: OSError | None = None
        self.closed = False

    def accept(self) -> tuple[Client, tuple[str, int]]:
        """The next, if there is one and a descriptor for it."""
        if self.fault is not None:
            raise self.fault
        if not self.waiting:
            raise BlockingIOError(errno.EAGAIN, "nobody")
        client = Client(socket.AF_UNIX)
        self.waiting -= 1
        self.accepted.append(client)
        return client, ("10.0.0.1", 1000 + len(self.accepted))

    def close(self) -> None:
        """Listen no more."""
        self.closed = True


class Port:
    """As much of Twisted's as a door needs."""

    def __init__(self) -> None:
        self.socket: Any = Backlog()
        self.reading = True
        self.numberAccepts = 100
        #: How many came in each turn.
        self.turns: list[int] = []

    def doRead(self) -> None:
        """Somebody waits: take so many, and more the next time if there were as many."""
        count = 0
        with contextlib.suppress(BlockingIOError):
            while count < self.numberAccepts:
                self.socket.accept()
                count += 1
        self.numberAccepts += 20 if count == self.numberAccepts else count - self.numberAccepts
        self.turns.append(count)

    def startReading(self) -> None:
        """It is looked at again when somebody comes."""
        self.reading = True

    def stopReading(self) -> None:
        """It is not."""
        self.reading = False


class DoorTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A port with a door."""
        self.clock = Clock()
        self.port = Port()
        self.backlog: Backlog = self.port.socket
        self.told: list[tuple[str, str]] = []
        limits = replace(LIMITS, backlog=3)
        self.door = Door(self.port, self.clock, lambda *refused: self.told.append(refused), limits)
        self.addCleanup(self.door.close)
        self.addCleanup(self.hang_up)
        self.soft, self.hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(self.allow, self.soft)

    def test_F42_a_crowd(self) -> None:
        """So many in one turn, and no more; then those who are here have theirs."""
        most = LIMITS.accepted_at_once
        for crowd, turns in ((2 * most + 1, [most, most, 1]), (most, [most]), (most - 1, [most - 1])):
            self.backlog.waiting = crowd
            self.port.turns.clear()
            while self.backlog.waiting:
                self.port.doRead()
            self.assertEqual(self.port.turns, turns)
        self.assertEqual(self.told, [])

    def hang_up(self) -> None:
        """All clients leave."""
        for client in self.backlog.accepted:
            client.close()

    def allow(self, count: int) -> None:
        """Let this process have descriptors below that number."""
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, self.hard))

    def exhaust(self) -> None:
        """Leave it none that is free."""
        self.allow(max(map(int, os.listdir("/proc/self/fd"))) + 1)
        while True:
            try:
                self.addCleanup(os.close, os.dup(0))
            except OSError:
                return

    def let_in(self) -> int:
        """Twisted's turn: accept until there is nobody; how many were."""
        count = 0
        try:
            while True:
                self.port.socket.accept()
                count += 1
        except BlockingIOError:
            return count

    def test_let_in(self) -> None:
        """With descriptors enough it is as if it were not there."""
        self.backlog.waiting = 5
        self.assertEqual((self.let_in(), self.told, self.port.reading), (5, [], True))
        self.assertFalse(any(client.was_reset for client in self.backlog.accepted))

    def test_F12_turned_away(self) -> None:
        """Without any, all who wait are reset at once, told of once, and the port is ready for others."""
        self.exhaust()
        self.backlog.waiting = 2
        self.assertEqual((self.let_in(), self.backlog.waiting, self.port.reading), (0, 0, True))
        self.assertTrue(all(client.was_reset and client.fileno() < 0 for client in self.backlog.accepted))
        self.assertEqual(
            self.told, [("10.0.0.1:1002", "too many open files (see ulimit -n) (so were 1 more)")]
        )

    def test_F12_again_and_again(self) -> None:
        """However many come, and however often; when there are descriptors again they are let in."""
        self.exhaust()
        for _ in range(3):
            self.backlog.waiting = 4
            self.assertEqual((self.let_in(), self.backlog.waiting), (0, 1))
            self.assertEqual((self.let_in(), self.backlog.waiting), (0, 0))
        self.assertEqual(len(self.told), 6)
        self.allow(self.soft)
        self.backlog.waiting = 1
        self.assertEqual(self.let_in(), 1)

    def test_F12_the_machine_is_short(self) -> None:
        """Where not even turning away can be done the port rests, and does not go round in circles."""
        self.backlog.fault, self.backlog.waiting = OSError(errno.ENFILE, "said the system"), 2
        self.assertEqual((self.let_in(), self.told, self.port.reading), (0, [], False))
        self.clock.advance(LIMITS.accept_rest_s - 0.01)
        self.assertFalse(self.port.reading)
        self.clock.advance(0.01)
        self.assertTrue(self.port.reading)
        self.backlog.fault = None
        self.assertEqual(self.let_in(), 2)

    def test_F12_the_spare_is_lost(self) -> None:
        """Somebody else may have taken the spare descriptor; the next that is free replaces it."""
        self.allow(0)
        self.backlog.waiting = 2
        self.assertEqual((self.let_in(), self.port.reading), (0, False))
        self.allow(self.soft)
        self.clock.advance(LIMITS.accept_rest_s)
        self.exhaust()
        self.assertEqual((self.let_in(), self.backlog.waiting, len(self.told)), (0, 0, 1))

    def test_other_faults(self) -> None:
        """What says nothing of descriptors is Twisted's to judge."""
        self.backlog.fault = ConnectionAbortedError(errno.ECONNABORTED, "it went")
        self.assertRaises(ConnectionAbortedError, self.port.socket.accept)
        self.assertTrue(self.port.reading)

    def test_close(self) -> None:
        """A closed door keeps no descriptor and no timer."""
        before = len(os.listdir("/proc/self/fd"))
        self.backlog.fault = OSError(errno.ENFILE, "said the system")
        self.let_in()
        self.door.close()
        self.assertEqual(len(os.listdir("/proc/self/fd")), before - 1)
        self.assertEqual((self.clock.getDelayedCalls(), self.backlog.closed), ([], True))
