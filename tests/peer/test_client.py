"""What a program of one's own fetches with: made, used and closed."""

from __future__ import annotations

import os
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.listed import ALL, NATIVE, ListedPeer
from p2pstream.errors import NotShared, SessionError, StorageError, UsageError
from p2pstream.peer import client as module
from p2pstream.peer.client import Client
from p2pstream.peer.fetching.keeping import Keeping
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.settings import KeepingSettings
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.workers import InlineWorkers
from tests.peer.viewing import LINK, SEED, Central, Speech, listed

FILM = proven_film(100_000)


class OwnWorkers(InlineWorkers):
    """Those that a client makes for itself."""

    closed = 0

    def close(self) -> Deferred[None]:
        """Counted."""
        self.closed += 1
        return succeed(None)


class LoadedSpeech(Speech):
    """A registry that finds what the test put there."""

    def load(self) -> None:
        """It is there."""


class ClientTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Nobody's environment but ours."""
        self.home = Path(self.mktemp()).absolute()
        self.home.mkdir()
        self.environment = {"XDG_STATE_HOME": str(self.home)}
        self.patch(os, "environ", self.environment)
        self.workers = OwnWorkers()
        self.patch(module, "ThreadWorkers", lambda reactor: self.workers)

    def now(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What came of it, at once."""
        return self.successResultOf(Deferred.fromCoroutine(work))

    def fault(self, work: Coroutine[Any, Any, Any], kind: type[Exception]) -> str:
        """How it failed."""
        return str(self.failureResultOf(Deferred.fromCoroutine(work), kind).value)

    async def use(self) -> Client:
        """Inside a with, a stream is begun."""
        async with await Client.open(HeapClock()) as client:
            (await client.keeping.store.open(FILM.key)).close()
        return client

    def test_ends_what_it_made(self) -> None:
        """The user's own folder is used, and nothing is open afterwards."""
        client = self.now(self.use())
        self.assertEqual(os.listdir(self.home), ["p2pstream"])
        self.assertEqual(self.workers.closed, 1)
        self.failureResultOf(client.keeping.store.open(FILM.key), SessionError)

    def test_d2_somebody_new_each_time(self) -> None:
        """Who shares nothing has another key in each run, on the same folder; who asks keeps one."""
        seen = dict[str | None, set[bytes]]()
        for where in (None, "peer/identity"):
            for _ in range(3):
                client = self.now(Client.open(HeapClock(), identity=where))
                seen.setdefault(where, set()).add(client.node.identity.id)
                self.now(client.close())
        self.assertEqual({where: len(ids) for where, ids in seen.items()}, {None: 3, "peer/identity": 1})

    def test_leaves_what_it_was_lent(self) -> None:
        """Workers of somebody else's go on."""
        client = self.now(Client.open(HeapClock(), workers=self.workers))
        self.now(client.close())
        self.assertEqual(self.workers.closed, 0)

    def test_what_cannot_be_used(self) -> None:
        """A bad secret, or a folder that is none, is said; no thread is left."""
        self.environment["P2PSTREAM_SECRET"] = "short"
        self.assertIn("the secret in P2PSTREAM_SECRET", self.fault(Client.open(HeapClock()), UsageError))
        del self.environment["P2PSTREAM_SECRET"]
        settings = KeepingSettings(state="/dev/null")
        self.assertIn("/dev/null", self.fault(Client.open(HeapClock(), settings), StorageError))
        self.assertEqual(self.workers.closed, 2)

    def test_who_we_are_cannot_be_read(self) -> None:
        """Nothing that was opened before stays open: no thread keeps the program."""
        keeping = list[Keeping]()
        opened = Keeping.open

        async def noted(*words: Any) -> Keeping:
            keeping.append(await opened(*words))
            return keeping[0]

        self.patch(Keeping, "open", noted)
        folder = self.home / "p2pstream/live"
        folder.mkdir(0o700, parents=True)
        (folder / "identity").write_bytes(b"damaged")
        self.fault(Client.open(HeapClock(), identity="live/identity"), StorageError)
        self.assertEqual(self.workers.closed, 1)
        self.failureResultOf(keeping[0].store.open(FILM.key), StorageError)

    def test_no_home(self) -> None:
        """Where the user's folder cannot be used, another is, until it ends."""
        self.environment["XDG_STATE_HOME"] = "/dev/null"
        client = self.now(Client.open(HeapClock()))
        temporary = client.keeping._temporary
        self.assertTrue(os.path.isdir(temporary))
        self.now(client.close())
        self.assertFalse(os.path.exists(temporary))

    async def fetch(self, gives: bool, by_the_way: bool = False) -> OwnStreams | None:
        """A film is fetched and closed; what others may have of it, and had meanwhile."""
        speech, clock = LoadedSpeech({FILM.key: FILM}), HeapClock()
        self.patch(module, "Registry", lambda events: speech)
        self.heard = HeardEvents()
        async with await Client.open(clock, events=self.heard) as client:
            central = Central([listed(FILM, ListedPeer(SEED, b"i" * 32, NATIVE, ALL))])
            self.patch(client, "ask", lambda *_: central)
            client.node.subnets = lambda: None
            client.node.means = replace(client.node.means, subnets=client.node.subnets)
            own = await client.give() if gives else None
            film = self.successResultOf((client.fetch_by_the_way if by_the_way else client.fetch)(LINK))
            while not film.done.called:
                self.assertTrue([peer.step(1) for peer in speech.peers])
                clock.advance(0.05)
            if own is not None:
                self.assertEqual((list(own.streams()), own.have(FILM.key)), ([FILM.key], ALL))
                for asked in (own.open, client.node.open_key):
                    self.successResultOf(asked(FILM.key)).close()
            else:
                self.failureResultOf(client.node.open_key(FILM.key), NotShared)
            self.successResultOf(film.close())
        return own

    def test_gives_what_it_fetches(self) -> None:
        """Once it gives, others may have each stream that is fetched after that, until it is closed."""
        own = self.now(self.fetch(gives=True))
        self.assertEqual(list(own.streams()), [])
        self.failureResultOf(own.open(FILM.key), NotShared)

    def test_gives_nothing_unasked(self) -> None:
        """Whoever only fetches has nobody come for it."""
        self.assertIsNone(self.now(self.fetch(gives=False)))
        self.assertEqual(len(self.heard.named("fetched")), 1)

    def test_by_the_way(self) -> None:
        """What belongs to a film is no news, and is not taken for the film."""
        self.assertIsNotNone(self.now(self.fetch(gives=True, by_the_way=True)))
        self.assertEqual(self.heard.heard, [])
