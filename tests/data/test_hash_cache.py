"""Keys of shared files survive a restart, and nothing that may be wrong is believed."""

from __future__ import annotations

import errno
import itertools
from dataclasses import replace
from functools import partial
from hashlib import sha256
from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import FileKey
from p2pstream.data.disk import Stamp
from p2pstream.data.hash_cache import HashCache, settled
from p2pstream.data.hash_lines import HashLine, first_line, parse, to_line
from p2pstream.data.state import seal
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.faults import FaultyDisk
from p2pstream.testing.state.power import PowerCutDisk
from p2pstream.testing.workers import HeldWorkers, InlineWorkers

SECOND = 1_000_000_000
NOW = 1_000_000 * SECOND


def entry(number: int, path: str | None = None) -> HashLine:
    """What is known of a file that has not changed for a long time."""
    stamp = Stamp(7, number, 100 + number, 5 * SECOND, 6 * SECOND)
    key = FileKey(bytes([1 + number % 250]) * 32, 100 + number)
    return HashLine(path or f"/films/{number}.mp4", stamp, key, number % 2 == 0)


class CacheTestCase(SynchronousTestCase):
    """A cache on a disk in memory."""

    def setUp(self) -> None:
        """Start afresh."""
        self.disk = MemoryDisk()

    def loaded(self, disk: Any = None, limits: Any = LIMITS) -> HashCache:
        """The cache of a new process."""
        cache = HashCache(disk or self.disk, InlineWorkers(), limits)
        self.assertIsNone(self.successResultOf(cache.load()))
        return cache

    def filled(self, count: int) -> HashCache:
        """A cache of so many files."""
        cache = self.loaded()
        for number in range(count):
            self.assertTrue(self.successResultOf(cache.put(entry(number), NOW)))
        return cache

    def raw(self) -> bytes:
        """What is on the disk."""
        return self.disk.read("hashes", 1 << 30)


class FindTests(CacheTestCase):
    """What is found, and what is not."""

    def test_restart(self) -> None:
        """Another process finds all of it."""
        self.filled(5)
        cache = self.loaded()
        for number in range(5):
            known = entry(number)
            self.assertEqual(cache.find(known.path, known.stamp), known)
        self.assertEqual((len(cache), cache.damaged), (5, 0))

    def test_nothing_yet(self) -> None:
        """The first process finds nothing."""
        self.assertIsNone(self.loaded().find("/a", entry(1).stamp))

    def test_any_difference(self) -> None:
        """A file that is another size, or was written or renamed over, is another."""
        cache, known = self.filled(1), entry(0)
        for field in ("inode", "size", "modified_ns", "changed_ns"):
            stamp = known.stamp._replace(**{field: 99})
            self.assertIsNone(cache.find(known.path, stamp), field)

    def test_renamed(self) -> None:
        """A file that moved is found by its stamp."""
        self.assertEqual(self.filled(1).find("/elsewhere", entry(0).stamp), entry(0))

    def test_reboot(self) -> None:
        """After a reboot, when devices have other numbers, path and the rest suffice; both are needed."""
        self.filled(2)
        cache, known = self.loaded(), entry(0)
        stamp = known.stamp._replace(device=8)
        self.assertEqual(cache.find(known.path, stamp), known)
        self.assertIsNone(cache.find("/elsewhere", stamp))

    def test_hashed_again(self) -> None:
        """The latest word on a path counts, and on a file."""
        self.filled(1)
        cache = self.loaded()
        newer = replace(entry(1), path=entry(0).path)
        self.successResultOf(cache.put(newer, NOW))
        moved = replace(newer, path="/moved")
        self.successResultOf(cache.put(moved, NOW))
        cache = self.loaded()
        self.assertIsNone(cache.find(entry(0).path, entry(0).stamp))
        self.assertEqual((cache.find("/moved", newer.stamp), len(cache)), (moved, 1))

    def test_path_of_any_bytes(self) -> None:
        """A name that is no UTF-8 is kept too."""
        cache, odd = self.loaded(), entry(1, "/films/\udcff\u2028\n.mp4")
        self.successResultOf(cache.put(odd, NOW))
        self.assertEqual(self.loaded().find(odd.path, odd.stamp), odd)

    def test_settled(self) -> None:
        """Both stamps must be more than two seconds older than the start of hashing."""
        cache, old = self.loaded(), entry(1).stamp
        edge = NOW - int(LIMITS.hash_settle_s * SECOND)
        for field in ("modified_ns", "changed_ns"):
            for at, holds in ((edge - 1, True), (edge, False), (NOW + SECOND, False)):
                stamp = old._replace(**{field: at})
                self.assertIs(settled(stamp, NOW), holds)
                told = cache.put(replace(entry(1), stamp=stamp), NOW)
                self.assertIs(self.successResultOf(told), holds)
                self.assertIs(cache.find("/films/1.mp4", stamp) is not None, holds)

    def test_most_files(self) -> None:
        """The oldest are forgotten."""
        limits = replace(LIMITS, hash_cache_files=3)
        cache = self.loaded(limits=limits)
        for number in range(4):
            self.successResultOf(cache.put(entry(number), NOW))
        known = [cache.find(entry(number).path, entry(number).stamp) is not None for number in range(4)]
        self.assertEqual(known, [False, True, True, True])

    def test_most_bytes(self) -> None:
        """A file that would grow beyond its bound is written anew, without what is dead."""
        room = len(first_line()) + 2 * len(to_line(entry(1)))
        cache = self.loaded(limits=replace(LIMITS, hash_cache_bytes=room))
        for number in (1, 2, 3):
            self.successResultOf(cache.put(entry(number, "/one"), NOW))
            self.assertLessEqual(len(self.raw()), room)
        self.assertEqual(parse(self.raw(), "")[0], [entry(3, "/one")])

    def test_together(self) -> None:
        """What comes while the disk is busy is written in one go."""
        workers = HeldWorkers()
        cache = HashCache(self.disk, workers)
        loading = cache.load()
        workers.flush()
        self.successResultOf(loading)
        told: list[Deferred[bool]] = [cache.put(entry(number), NOW) for number in range(100)]
        workers.step(2)
        self.assertEqual((len(workers), [self.successResultOf(each) for each in told]), (0, [True] * 100))
        self.assertEqual(len(self.loaded()), 100)

    def test_thousand_files(self) -> None:
        """A thousand files are known again after one read."""
        lines = [to_line(entry(number)) for number in range(1000)]
        self.disk.replace("hashes", first_line() + b"".join(lines))
        disk = FaultyDisk(self.disk)
        self.assertEqual((len(self.loaded(disk)), disk.calls), (1000, ["read"]))


class DamageTests(CacheTestCase):
    """Whatever happens to the file, no file gets a wrong key."""

    def entries(self) -> list[HashLine]:
        """What a new process knows of the first three files."""
        cache = self.loaded()
        found = (cache.find(each.path, each.stamp) for each in map(entry, range(3)))
        return [each for each in found if each is not None]

    def test_F09_every_byte(self) -> None:
        """A byte that flipped is found, costs one file at most, and is gone after the next line."""
        self.filled(3)
        whole = self.raw()
        for at in range(len(whole)):
            torn = bytearray(whole)
            torn[at] ^= 0x10
            self.disk.replace("hashes", bytes(torn))
            cache = self.loaded()
            self.assertGreaterEqual(cache.damaged, at != len(whole) - 1, at)
            known = self.entries()
            self.assertGreaterEqual(len(known), 1 if whole[at : at + 1] == b"\n" else 2, at)
            self.assertLessEqual({each.path for each in known}, {entry(n).path for n in range(3)})
            self.assertTrue(all(each in map(entry, range(3)) for each in known), at)
            self.successResultOf(cache.put(entry(3), NOW))
            self.assertEqual(self.loaded().damaged, 0)

    def test_F10_every_length(self) -> None:
        """A file that was cut anywhere costs what was cut, and goes on."""
        self.filled(3)
        whole = self.raw()
        ends = list(itertools.accumulate(map(len, whole.splitlines(keepends=True))))
        for length in range(len(whole) + 1):
            self.disk.replace("hashes", whole[:length])
            cache = self.loaded()
            lines = sum(end <= length for end in ends)
            self.assertEqual(len(cache), max(0, lines - 1), length)
            self.successResultOf(cache.put(entry(3), NOW))
            self.assertEqual(self.loaded().find(entry(3).path, entry(3).stamp), entry(3))

    def test_F19_newer(self) -> None:
        """What a newer program wrote is refused in words, and left as it is."""
        self.disk.replace("hashes", seal("hashes", 2, b"") + b"whatever\n")
        failure = self.failureResultOf(HashCache(self.disk, InlineWorkers()).load(), StorageError)
        self.assertIn("newer p2pstream", failure.getErrorMessage())
        self.assertTrue(self.raw().endswith(b"whatever\n"))

    def test_nonsense_with_a_checksum(self) -> None:
        """Lines that somebody else wrote are left out."""
        for key in ("zz", "", "02" + "11" * 32, "01" + "00" * 39 + "01"):
            line = (
                to_line(entry(1))
                .partition(b" ")[2]
                .replace(entry(1).key.encode().hex().encode(), key.encode())
            )
            sum_of = sha256(line[:-1]).hexdigest()[:16].encode()
            self.assertEqual(parse(first_line() + sum_of + b" " + line, ""), ([], 1), key)

    def test_F03_every_call(self) -> None:
        """The N-th call fails: it is said, what is known stays known, and the next try succeeds."""
        for number in itertools.count(1):
            disk = FaultyDisk.once(MemoryDisk(), number, errno.EIO)
            cache = HashCache(disk, InlineWorkers())
            failed = 0
            for work in (cache.load, *(partial(cache.put, entry(n), NOW) for n in range(3))):
                told: list[Any] = []
                work().addBoth(told.append)
                if told[0] not in (None, True):
                    told[0].trap(StorageError)
                    failed += 1
                    work().addErrback(told.append)
            if number > len(disk.calls):
                self.assertEqual(failed, 0)
                break
            self.assertLessEqual(failed, 1)
            again = HashCache(disk, InlineWorkers())
            self.successResultOf(again.load())
            self.assertEqual(len(again), 3, number)

    def test_F11_power_cut(self) -> None:
        """What was said to be remembered is, after a cut at any moment; nothing is wrong."""
        for seed, moments in itertools.product(range(5), range(1, 16)):
            disk = PowerCutDisk(moments)
            cache = HashCache(disk, InlineWorkers())
            told: list[Any] = []
            cache.load().addBoth(lambda _: None)
            for number in range(3):
                cache.put(entry(number), NOW).addBoth(told.append)
            found = self.loaded(disk.after_the_cut(Random(seed)))
            for number, outcome in enumerate(told):
                known = found.find(entry(number).path, entry(number).stamp)
                self.assertIn(known, [entry(number)] if outcome is True else [None, entry(number)])
        self.assertEqual(told, [True] * 3)
