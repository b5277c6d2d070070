"""Shared files are hashed by workers."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import CancelledError
from twisted.trial.unittest import SynchronousTestCase, TestCase

from p2pstream.content.units import LEAF, UNIT
from p2pstream.data.disk import Stamp, open_file
from p2pstream.data.hashing import hash_file
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import Gone, StorageError
from p2pstream.limits import LIMITS
from p2pstream.testing.proofs.proven import LENGTHS, proven_film
from p2pstream.testing.workers import HeldWorkers, InlineWorkers

#: Several spans in a small file, several reads in a span.
SMALL_SPANS = replace(LIMITS, hash_span_bytes=2 * UNIT, hash_read_bytes=3 * LEAF)


class HashingTestCase(SynchronousTestCase):
    """A file of a proven film."""

    def file(self, content: bytes) -> Any:
        """Opened."""
        self.path = self.mktemp()
        with open(self.path, "wb") as file:
            file.write(content)
        opened = open_file(self.path)
        self.addCleanup(opened.close)
        return opened


class HashTests(HashingTestCase):
    """What comes out."""

    def test_keys(self) -> None:
        """The key of a film of every shape, in spans of every size."""
        for length in LENGTHS:
            film = proven_film(length)
            for limits in (LIMITS, SMALL_SPANS, replace(SMALL_SPANS, hash_read_bytes=1, hash_span_bytes=1)):
                file = self.file(film.content)
                hashed = self.successResultOf(hash_file(file, InlineWorkers(), limits=limits))
                self.assertEqual((hashed.key, hashed.stamp), (film.key, Stamp.of(os.stat(self.path))))
                layer = film.key.unit_layer
                self.assertEqual(hashed.tree.layer(layer), film.tree.layer(layer))

    def test_progress(self) -> None:
        """It goes up to the whole."""
        told: list[int] = []
        film = proven_film(5 * UNIT + 1)
        self.successResultOf(hash_file(self.file(film.content), InlineWorkers(), told.append, SMALL_SPANS))
        self.assertEqual(told, [2 * UNIT, 4 * UNIT, 5 * UNIT + 1])

    def test_bounded(self) -> None:
        """No more than two spans are in workers' hands at any time."""
        workers, film = HeldWorkers(), proven_film(9 * UNIT)
        hashing = hash_file(self.file(film.content), workers, limits=SMALL_SPANS)
        while not hashing.called:
            self.assertLessEqual(len(workers), 2)
            workers.step()
        self.assertEqual(self.successResultOf(hashing).key, film.key)

    def test_cancel(self) -> None:
        """Nothing more is begun."""
        workers, film = HeldWorkers(), proven_film(9 * UNIT)
        hashing = hash_file(self.file(film.content), workers, limits=SMALL_SPANS)
        workers.step()
        hashing.cancel()
        self.failureResultOf(hashing, CancelledError)
        workers.flush()

    def test_F08_changed_while_hashed(self) -> None:
        """A file that is written to, cut or touched meanwhile has no key."""
        film = proven_film(9 * UNIT)
        for change in (
            lambda: os.truncate(self.path, 5 * UNIT),
            lambda: os.truncate(self.path, 20 * UNIT),
            lambda: os.utime(self.path, ns=(5, 5)),
        ):
            workers = HeldWorkers()
            hashing = hash_file(self.file(film.content), workers, limits=SMALL_SPANS)
            workers.step()
            change()
            workers.flush()
            self.failureResultOf(hashing, Gone)

    def test_refused(self) -> None:
        """A file that cannot be read is said."""
        file = self.file(proven_film(9 * UNIT).content)
        file.close()
        self.failureResultOf(hash_file(file, InlineWorkers(), limits=SMALL_SPANS), StorageError)


class ThreadTests(TestCase):
    """With real threads."""

    async def test_threads(self) -> None:
        """The same key."""
        workers, film, path = ThreadWorkers(reactor), proven_film(40 * UNIT + 3), self.mktemp()
        with open(path, "wb") as file:
            file.write(film.content)
        opened = open_file(path)
        self.assertEqual((await hash_file(opened, workers, limits=SMALL_SPANS)).key, film.key)
        opened.close()
        await workers.close()
