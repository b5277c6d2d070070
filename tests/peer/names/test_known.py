"""What centrals said, kept for when none of them is there."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.listed import NATIVE, ListedName, ListedPeer, Standing
from p2pstream.content.signed.records import sign_record
from p2pstream.content.signing import Identity
from p2pstream.data.state import seal
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS
from p2pstream.peer.names.known import Known
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.faults import FaultyDisk
from p2pstream.testing.workers import InlineWorkers

ONE, TWO, THREE = (Address(f"10.0.0.{number}", 2045) for number in (1, 2, 3))
PEER = ListedPeer(Address("10.0.1.1", 2050), b"i" * 32, NATIVE, 255, 7, 9)
NOW_MS = 10**12


def told(name: str = "film") -> tuple[ListedName, ...]:
    """An answer about a name."""
    record = sign_record(Identity(b"p" * 32), name, FileKey(b"k" * 32, 70_000), NOW_MS)
    mapped = ListedName(name, Standing.MAPPED, peers=(replace(PEER, id=bytes(32)),))
    return ListedName(name, Standing.OWNER, record.key, record, 1, 2, (PEER,)), mapped


class KnownTests(SynchronousTestCase):
    def setUp(self) -> None:
        """An empty disk."""
        self.disk: Any = MemoryDisk()
        self.now_ms = NOW_MS

    def known(self, **limits: int) -> Known:
        """What is on it."""
        return Known(
            self.disk, "fetch/known", InlineWorkers(), lambda: self.now_ms, replace(LIMITS, **limits)
        )

    def test_kept(self) -> None:
        """What was said is known in the next run, whole, and who said it."""
        self.known().put("film", [ONE, TWO], TWO, told())
        self.assertEqual(self.known().get("film", [TWO, THREE]), (TWO, told()))
        self.assertIsNone(self.known().get("film", [THREE]))
        self.assertIsNone(self.known().get("other", [ONE]))

    def test_two_processes(self) -> None:
        """What others write meanwhile stays."""
        one, two = self.known(), self.known()
        one.put("film", [ONE], ONE, told())
        two.put("other", [ONE], ONE, told("other"))
        one.put("film", [TWO], TWO, told())
        found = [self.known().get(name, [ONE, TWO]) for name in ("film", "other")]
        self.assertEqual(found, [(TWO, told()), (ONE, told("other"))])

    def test_newest(self) -> None:
        """What was said last counts."""
        known = self.known()
        known.put("film", [ONE], ONE, told()[:1])
        known.put("film", [ONE], ONE, told())
        self.assertEqual(self.known().get("film", [ONE]), (ONE, told()))

    def test_d3_expired(self) -> None:
        """A record that does not hold any more is not known any more."""
        self.known().put("film", [ONE], ONE, told()[:1])
        self.now_ms += int(LIMITS.record_life_s * 1000)
        self.assertIsNone(self.known().get("film", [ONE]))

    def test_bound(self) -> None:
        """At the bound all are kept; of one more, or of too much, the oldest goes."""
        for limits in ({"known_names": 2}, {"known_bytes": 2 * self.size() + 10}):
            self.disk = MemoryDisk()
            known = self.known(**limits)
            for name in ("a", "b"):
                known.put(name, [ONE], ONE, told(name))
            self.assertIsNotNone(known.get("a", [ONE]))
            known.put("c", [ONE], ONE, told("c"))
            found = [self.known(**limits).get(name, [ONE]) is not None for name in ("a", "b", "c")]
            self.assertEqual(found, [False, True, True])

    def size(self) -> int:
        """Of what is said of one name of one letter."""
        known = self.known()
        known.put("a", [ONE], ONE, told("a"))
        return len(known._answers["a"].body)

    def test_F09_damaged(self) -> None:
        """Nothing depends on it: where it is damaged, or nonsense, it begins anew."""
        self.known().put("film", [ONE], ONE, told())
        raw = self.disk.read("fetch/known", 100_000)
        for place in range(0, len(raw), 7):
            self.disk.replace("fetch/known", raw[:place] + bytes([raw[place] ^ 2]) + raw[place + 1 :])
            self.assertIsNone(self.known().get("film", [ONE]), place)
        for body in (b"\0", b"\xff" * 50, b"\0\1a\0\1b\0\1c\0\0\0\1d"):
            self.disk.replace("fetch/known", seal("answers", 1, body))
            self.assertIsNone(self.known().get("a", [ONE]))

    def test_newer_program(self) -> None:
        """What a newer program wrote is not thrown away."""
        self.disk.replace("fetch/known", seal("answers", 2, b""))
        self.assertRaises(StorageError, self.known)

    def test_F05_disk_full(self) -> None:
        """Where nothing can be written it holds for this run."""
        self.disk = FaultyDisk(MemoryDisk(), lambda _, call: errno.ENOSPC if call == "replace" else None)
        known = self.known()
        known.put("film", [ONE], ONE, told())
        self.successResultOf(known.settled())
        self.assertIsNotNone(known.get("film", [ONE]))
