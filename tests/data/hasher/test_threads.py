"""Hashing in threads."""

from __future__ import annotations

from twisted.internet import reactor
from twisted.trial.unittest import TestCase

from p2pstream.data.hasher import ThreadHasher
from p2pstream.data.workers import ThreadWorkers
from p2pstream.testing.proofs.hasher import HasherContract
from p2pstream.testing.workers import InlineWorkers


class InlineHasherTests(HasherContract, TestCase):
    """By workers that do it at once."""

    async def make_hasher(self) -> ThreadHasher:
        """As `HasherContract` says."""
        return ThreadHasher(InlineWorkers())


class ThreadHasherTests(HasherContract, TestCase):
    """By real threads."""

    async def make_hasher(self) -> ThreadHasher:
        """As `HasherContract` says."""
        workers = ThreadWorkers(reactor)
        self.addCleanup(workers.close)
        return ThreadHasher(workers)
