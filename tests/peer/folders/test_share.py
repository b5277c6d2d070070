"""One folder whose scans take as long as the test says."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import BadShare
from p2pstream.limits import LIMITS
from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.folders.share import Share
from p2pstream.protocols.node import Means
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.workers import HeldWorkers


class ShareTestCase(SynchronousTestCase):
    #: Whether the system's notices are done without; and what the first scan takes.
    portable, scan_s = "1", 5.0

    def setUp(self) -> None:
        """A folder with one film."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": self.portable})
        self.folder = Path(self.mktemp()).resolve()
        self.folder.mkdir(parents=True)
        self.film = self.folder / "film"
        self.film.write_bytes(b"abc")
        self.reactor = MemoryReactorClock()
        self.workers = HeldWorkers()
        self.ready: dict[str, Offer] = {}
        self.served: list[str] = []
        self.share = Share(
            Means(self.reactor, HeardEvents(), self.workers),
            0,
            str(self.folder),
            self.looked,
            lambda _: {path: self.ready[path].stamp for path in self.served if path in self.ready},
        )
        started = self.share.start()
        self.addCleanup(self.share.stop)
        self.reactor.advance(self.scan_s)
        self.workers.step()
        self.successResultOf(started)

    def looked(self, share: Share, gone: list[Offer], come: list[Offer]) -> None:
        """Keep what is ready."""
        for offer in gone:
            del self.ready[offer.path]
        self.ready.update({offer.path: offer for offer in come})


class WatchedTests(ShareTestCase):
    """Where the system gives notice of what happens in the folder."""

    portable, scan_s = "", 0.0
    if sys.platform != "linux":
        skip = "only Linux has inotify"

    def test_F08_what_is_served_is_glanced_at(self) -> None:
        """Of a cut the system gives no notice; where nobody reads, the next scan is soon enough."""
        self.reactor.advance(LIMITS.share_check_s)
        self.assertEqual(len(self.workers), 0)
        self.served = ["film"]
        self.share.attend()
        os.truncate(self.film, 1)
        self.reactor.advance(LIMITS.share_check_s)
        self.workers.step(2)
        self.assertEqual(self.ready, {})

    def test_F07_the_folder_goes(self) -> None:
        """That is noticed."""
        self.folder.rename(self.folder.with_name("away"))
        for reader in self.reactor.getReaders():
            reader.doRead()
        self.reactor.advance(0)
        self.reactor.advance(LIMITS.share_nudge_s)
        self.workers.step()
        self.assertEqual(self.ready, {})
        self.assertIsInstance(self.share.trouble, FileNotFoundError)


class SlowScanTests(ShareTestCase):
    """Where it does not, and the first scan takes five seconds."""

    def test_F08_what_is_served_is_glanced_at(self) -> None:
        """Between rare scans a change of a served file still shows within a second or two."""
        self.served = ["film"]
        for _ in range(3):
            self.reactor.advance(1)
            self.workers.step()
        self.assertEqual((len(self.workers), len(self.ready)), (0, 1))
        os.truncate(self.film, 1)
        self.reactor.advance(LIMITS.share_check_s)
        self.workers.step(2)
        self.assertEqual(self.ready, {})

    def test_F07_the_folder_is_glanced_at(self) -> None:
        """So it does when the whole folder goes, though nothing is served."""
        self.folder.rename(self.folder.with_name("away"))
        self.reactor.advance(LIMITS.share_check_s)
        self.workers.step(2)
        self.assertEqual(self.ready, {})
        self.assertIsInstance(self.share.trouble, FileNotFoundError)

    def test_F12_short_of_descriptors(self) -> None:
        """A scan that fails for want of descriptors changes nothing: the films are still there."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.reactor.pump([1] * 100)
        self.workers.flush()
        self.reactor.pump([1] * 2)
        (self.folder / "new").write_bytes(b"abc")
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
        self.workers.flush()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        self.assertEqual((list(self.ready), self.share.trouble), (["film"], None))
        for _ in range(100):
            self.reactor.advance(1)
            self.workers.flush()
        self.assertEqual(list(self.ready), ["film", "new"])

    def test_stop_while_scanning(self) -> None:
        """A scan that ends after the stop changes nothing."""
        self.share.look_again()
        self.reactor.pump([1] * 25)
        self.film.unlink()
        self.share.stop()
        self.workers.flush()
        self.assertEqual(list(self.ready), ["film"])
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_a_broken_scan_is_told(self) -> None:
        """A fault of ours ends the looking with a log entry, not in silence."""
        self.share.stop()
        self.ready.clear()
        self.share.start()
        self.patch(self.workers, "run", lambda *_: 1 / 0)
        self.workers.flush()
        self.reactor.advance(30)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class BrokenScanTests(SynchronousTestCase):
    def test_a_scan_that_breaks(self) -> None:
        """Whoever waits for the first look is told that there will be none."""

        class BrokenWorkers:
            def run(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
                return fail(RuntimeError("out of threads"))

        means = Means(MemoryReactorClock(), HeardEvents(), BrokenWorkers())
        share = Share(means, 0, "/nowhere", lambda *_: None, lambda _: {})
        fault = self.failureResultOf(share.start(), BadShare).value
        self.assertEqual(str(fault), "/nowhere cannot be looked at: out of threads")
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)
