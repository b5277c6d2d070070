"""Who was found behind an address."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signing import Identity
from p2pstream.data.state import Pins, seal
from p2pstream.errors import BadKey, StorageError
from p2pstream.limits import LIMITS
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.faults import FaultyDisk
from p2pstream.testing.workers import InlineWorkers

ONE, TWO = Identity(b"1" * 32).id, Identity(b"2" * 32).id


class PinsTests(SynchronousTestCase):
    def setUp(self) -> None:
        """An empty disk."""
        self.disk: Any = MemoryDisk()

    def pins(self, **limits: int) -> Pins:
        """What is on it."""
        return Pins(self.disk, "peer/pins", InlineWorkers(), replace(LIMITS, **limits))

    def test_kept(self) -> None:
        """What was pinned is pinned in the next run, until it is taken back."""
        pins = self.pins()
        pins["c.example:2045"] = ONE
        pins["[::1]:2045"] = TWO
        self.assertEqual(dict(self.pins()), {"c.example:2045": ONE, "[::1]:2045": TWO})
        del pins["[::1]:2045"]
        self.assertEqual((list(self.pins()), len(pins)), (["c.example:2045"], 1))

    def test_no_id(self) -> None:
        """What everybody can sign for is no id."""
        pins = self.pins()
        self.assertRaises(BadKey, pins.__setitem__, "a:1", bytes(32))
        self.assertEqual(len(pins), 0)

    def test_bound(self) -> None:
        """At the bound all are kept, one more and the oldest goes."""
        pins = self.pins(pins=2)
        for number in range(3):
            pins[f"a:{number + 1}"] = ONE
        self.assertEqual(list(self.pins()), ["a:2", "a:3"])

    def test_F09_damaged(self) -> None:
        """A damaged file is no reason to trust anybody new."""
        self.pins()["a:1"] = ONE
        raw = self.disk.read("peer/pins", 1000)
        for place in range(len(raw)):
            self.disk.replace("peer/pins", raw[:place] + bytes([raw[place] ^ 2]) + raw[place + 1 :])
            self.assertIn("move it away", str(self.assertRaises(StorageError, self.pins)))
        for body in (b"nonsense\n", b"00 a:1\n", b"\xff\n"):
            self.disk.replace("peer/pins", seal("pins", 1, body))
            self.assertIn("move it away", str(self.assertRaises(StorageError, self.pins)))

    def test_F05_disk_full(self) -> None:
        """Where nothing can be written the pin holds for this run."""
        self.disk = FaultyDisk(MemoryDisk(), lambda _, call: errno.ENOSPC if call == "replace" else None)
        pins = self.pins()
        pins["a:1"] = ONE
        self.assertEqual(pins["a:1"], ONE)
