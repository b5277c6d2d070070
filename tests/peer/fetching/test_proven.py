"""From a name with a key to data that fills itself, proven."""

from __future__ import annotations

import os
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.listed import ALL, CLASSIC, NATIVE, ListedName, ListedPeer
from p2pstream.content.units import UNIT
from p2pstream.content.wants import Sources, Stream, Units
from p2pstream.data.state import StateFolder
from p2pstream.data.store import Store
from p2pstream.errors import NoCentral, NoSource, NotFound, StorageError, UsageError
from p2pstream.limits import LIMITS
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.streams import OpenStream, Streams
from p2pstream.peer.ways import Ways
from p2pstream.protocols.node import Means
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.workers import InlineWorkers
from tests.peer.viewing import LINK, OLD, OTHER, SEED, Central, Speech, listed


class Cutting(HeardEvents):
    """Something cuts the one film in the store when all of it is there."""

    def __init__(self, folder: Path, length: int, times: int) -> None:
        super().__init__()
        self._folder = folder
        self._length = length
        self._times = times

    def happened(self, event: str, **fields: Any) -> None:
        """Keep it, and cut."""
        super().happened(event, **fields)
        if event == "fetched" and self._times:
            self._times -= 1
            (path,) = self._folder.glob("state/**/*.data")
            os.truncate(path, self._length)


class ProvenCase(SynchronousTestCase):
    def setUp(self) -> None:
        """A state folder, a film, and a central that is still to be told what to say."""
        self.film = proven_film(9 * UNIT + 7)
        self.heard = HeardEvents()
        self.clock = HeapClock()
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.speech = Speech({self.film.key: self.film})
        self.begin()

    def begin(self) -> None:
        """A new process."""
        disk = StateFolder(self.folder / "state")
        self.addCleanup(disk.close)
        self.store = Store(disk, InlineWorkers(), HeapClock())

    #: That of a closed group.
    secret: bytes | None = None
    #: Where peers tell of others.
    introductions: Any = None
    #: Those of this machine.
    subnets: Any = None

    def opening(self, answer: Any, into: str | None = None, replace: bool = True) -> Deferred[OpenStream]:
        """Open the film where the central says this."""
        self.central = Central(answer)
        self.node = node = PlayerNode(self.means(), introductions=self.introductions)
        streams = Streams(node, Ways(self.speech, self.store, lambda address: self.central))
        return streams.open(LINK, into, replace)

    def means(self) -> Means:
        """What the process has."""
        heard, secret = self.heard, self.secret
        return Means(
            self.clock, heard, InlineWorkers(), Random(3), secret=secret, subnets=lambda: self.subnets
        )

    def opened(self, *names: ListedName, **options: Any) -> OpenStream:
        """It is open."""
        stream = self.successResultOf(self.opening(names, **options))
        self.addCleanup(stream.close)
        return stream

    def fault(self, kind: type[Exception], *names: ListedName) -> str:
        """What a person reads; nothing is left behind."""
        opening = self.opening(names)
        self.clock.run_until(lambda: opening.called, 2 * LIMITS.lookup_wait_s)
        said = str(self.failureResultOf(opening, kind).value)
        self.assertTrue(self.central.closed)
        return said

    def send_all(self, done: Deferred[None]) -> None:
        """Every peer sends what it is asked for."""
        for _ in range(100):
            for peer in self.speech.peers:
                peer.step()
            self.clock.advance(0.05)
            if done.called:
                return


class FetchTests(ProvenCase):
    def test_proven(self) -> None:
        """The key that the central tells is what is asked for, and every byte is that of the film."""
        seed = ListedPeer(SEED, b"i" * 32, NATIVE, ALL)
        stream = self.opened(listed(self.film, seed))
        reader = CollectingConsumer()
        reading = stream.data.read_to(reader)
        self.send_all(stream.done)
        self.successResultOf(stream.done)
        self.successResultOf(reading)
        self.assertTrue(bytes(reader.collected) == self.film.content)
        self.assertTrue(stream.view.snapshot().verified)
        self.assertEqual(self.speech.wanted, [Units(self.film.key, seed=True, id=b"i" * 32)])
        self.assertEqual(self.heard.named("lookup_done")[0]["sources"], [str(SEED)])

    def test_d6_what_a_central_may_name(self) -> None:
        """A central in our network cannot have us dial this machine, or somebody's mail server."""
        evil = [ListedPeer(Address(*at), flags=NATIVE) for at in (("127.0.0.1", 2050), ("9.9.9.9", 25))]
        stream = self.opened(listed(self.film, *evil, ListedPeer(SEED, flags=NATIVE)))
        self.assertEqual([peer.address for peer in self.speech.peers], [str(SEED)])
        self.central.more = (*evil, ListedPeer(OTHER, flags=NATIVE))
        self.clock.advance(LIMITS.peers_again_s)
        self.assertEqual([peer.address for peer in self.speech.peers], [str(SEED), str(OTHER)])
        self.successResultOf(stream.close())
        self.fault(NoSource, listed(self.film, *evil))

    def test_d6_networks(self) -> None:
        """Nor any private address beyond our networks, whoever tells it; that it is far is said."""
        self.subnets = [ip_network("10.0.0.0/29")]
        far = [ListedPeer(Address(host, 2050), flags=NATIVE) for host in ("10.0.0.8", "192.168.0.1")]
        stream: Any = self.opened(listed(self.film, *far, ListedPeer(SEED, flags=NATIVE)))
        stream._introduced([*far, ListedPeer(OTHER, flags=NATIVE)])
        self.central.more = (*far, ListedPeer(OLD, flags=NATIVE))
        self.clock.advance(LIMITS.peers_again_s)
        self.assertEqual({peer.address for peer in self.speech.peers}, {str(SEED), str(OTHER), str(OLD)})
        said = self.fault(NoSource, listed(self.film, *far))
        self.assertIn("10.0.0.8:2050 is in a private network that this machine is not on", said)

    def test_kept(self) -> None:
        """A stream that is to be kept has its name when it is whole, and leaves the store."""
        path = self.folder / "film.mp4"
        stream = self.opened(listed(self.film, ListedPeer(SEED, flags=NATIVE)), into=str(path))
        self.assertEqual(list(self.folder.glob("film*")), [])
        self.send_all(stream.done)
        self.successResultOf(stream.done)
        self.assertTrue(path.read_bytes() == self.film.content)
        self.assertEqual(self.heard.named("saved"), [{"path": str(path), "length": self.film.key.length}])
        self.assertEqual(self.store.keys(), [])

    def test_cut(self) -> None:
        """What something cut out of the store is fetched again before the film has its name."""
        path = self.folder / "film.mp4"
        for times in (1, 2):
            self.heard = Cutting(self.folder, 4 * UNIT, times)
            stream = self.opened(listed(self.film, ListedPeer(SEED, flags=NATIVE)), into=str(path))
            self.send_all(stream.done)
            self.assertEqual([peer.sent for peer in self.speech.peers], [10, 6])
            self.assertTrue(stream.view.snapshot().verified)
            if times == 1:
                self.successResultOf(stream.done)
                self.assertTrue(path.read_bytes() == self.film.content)
                path.unlink()
                self.speech.peers.clear()
        # What does so again does so for ever.
        fault = self.failureResultOf(stream.done, StorageError).value
        self.assertIn("6 units are missing", str(fault))
        self.assertFalse(path.exists())

    def test_given_up(self) -> None:
        """What is closed before it is whole leaves no file of its name."""
        path = self.folder / "film.mp4"
        stream = self.opened(listed(self.film, ListedPeer(SEED, flags=NATIVE)), into=str(path), replace=False)
        self.speech.peers[0].step()
        self.successResultOf(stream.close())
        self.assertFalse(path.exists())
        self.assertEqual(self.store.keys(), [self.film.key])

    def test_never_onto_another_file(self) -> None:
        """A file that took the name meanwhile is not replaced; the film stays in the store."""
        path = self.folder / "film.mp4"
        stream = self.opened(listed(self.film, ListedPeer(SEED, flags=NATIVE)), into=str(path), replace=False)
        path.write_text("mine")
        self.send_all(stream.done)
        fault = self.failureResultOf(stream.done, StorageError).value
        self.assertIn("there is a file of that name by now", str(fault))
        self.assertEqual(path.read_text(), "mine")
        self.assertEqual(self.store.keys(), [self.film.key])

    def test_resumed(self) -> None:
        """What an earlier process fetched is not fetched again."""
        names = listed(self.film, ListedPeer(SEED, flags=NATIVE))
        first = self.opened(names)
        self.speech.peers[0].step()
        here = self.speech.peers[0].sent
        self.successResultOf(first.close())
        self.successResultOf(self.store.close())
        self.begin()
        again = self.opened(names)
        self.send_all(again.done)
        self.successResultOf(again.done)
        self.assertGreater(here, 0)
        self.assertEqual(self.speech.peers[1].sent, self.film.key.units - here)

    def test_stopped(self) -> None:
        """Nothing more is fetched, nobody is asked any more, and what is here stays."""
        stream = self.opened(listed(self.film, ListedPeer(SEED, b"i" * 32, NATIVE, ALL)))
        self.speech.peers[0].step(2)
        self.clock.advance(0.05)
        here = stream.data.have
        self.assertTrue(here)
        for _ in range(2):
            self.successResultOf(stream.stop())
        self.assertTrue(self.speech.peers[0].closed)
        self.clock.advance(LIMITS.peers_again_s + 1)
        self.assertEqual((stream.data.have, self.central.asked_again), (here, 0))
        self.successResultOf(stream.close())

    def test_few_are_known(self) -> None:
        """Who knows one source asks soon who came after him; who knows enough has time."""
        many = [
            ListedPeer(Address(f"9.9.{host}.1", 2050), flags=NATIVE) for host in range(LIMITS.sources_few)
        ]
        for known, soon in (([ListedPeer(SEED, flags=NATIVE)], True), (many, False)):
            stream = self.opened(listed(self.film, *known))
            before = len(self.speech.peers)
            self.central.more = (ListedPeer(OTHER, flags=NATIVE),)
            self.clock.advance(LIMITS.peers_soon_s)
            dialled = [peer.address for peer in self.speech.peers[before:]]
            self.assertEqual(str(OTHER) in dialled, soon)
            self.successResultOf(stream.close())

    def test_more_peers(self) -> None:
        """The central is asked again who has it, now and then."""
        stream = self.opened(listed(self.film, ListedPeer(SEED, flags=NATIVE)))
        self.central.more = (ListedPeer(OTHER, flags=NATIVE), ListedPeer(OLD, flags=CLASSIC))
        self.clock.advance(LIMITS.peers_again_s)
        self.assertEqual([peer.address for peer in self.speech.peers], [str(SEED), str(OTHER)])
        self.central.peers = lambda key: fail(NoCentral("gone"))  # type: ignore[method-assign]
        self.clock.advance(LIMITS.peers_again_s)
        self.successResultOf(stream.close())
        self.assertTrue(self.central.closed)
        self.assertEqual(self.clock.getDelayedCalls(), [])


class ChoiceTests(ProvenCase):
    def test_not_there_just_now(self) -> None:
        """A file that changes is nobody's for a moment: it is waited for, and that is said."""
        opening = self.opening([listed(self.film)])
        self.clock.advance(LIMITS.lookup_again_s)
        self.assertNoResult(opening)
        self.central.answer = [listed(self.film, ListedPeer(SEED, flags=NATIVE))]
        self.clock.advance(LIMITS.lookup_again_s)
        self.addCleanup(self.successResultOf(opening).close)
        waited = {"name": "film.mp4", "seconds": LIMITS.lookup_wait_s}
        self.assertEqual(self.heard.named("lookup_waiting"), [waited])

    def test_one_peer_at_two_addresses(self) -> None:
        """A peer that centrals see at two addresses is one source, and has one link."""
        peers = [ListedPeer(address, b"i" * 32, NATIVE) for address in (SEED, OTHER)]
        stream = self.opened(listed(self.film, *peers))
        self.central.more = (ListedPeer(OTHER, b"i" * 32, NATIVE), ListedPeer(OLD, b"j" * 32, NATIVE))
        self.clock.advance(LIMITS.peers_again_s)
        self.assertEqual([peer.address for peer in self.speech.peers], [str(SEED), str(OLD)])
        self.successResultOf(stream.close())

    def test_two_streams_of_one_name(self) -> None:
        """They are never mixed: the first is taken, and that there are two is told."""
        other = proven_film(3 * UNIT, seed=9)
        self.speech.films[other.key] = other
        stream = self.opened(
            listed(self.film, ListedPeer(SEED, flags=NATIVE)), listed(other, ListedPeer(OTHER, flags=NATIVE))
        )
        self.assertEqual(stream.data.length, self.film.key.length)
        self.assertEqual([peer.address for peer in self.speech.peers], [str(SEED)])
        self.assertEqual(self.heard.named("name_shared"), [{"name": "film.mp4", "count": 2}])

    def test_only_classic_peers(self) -> None:
        """What nobody proves is fetched as the ancestor did, and is not said to be proven."""
        stream = self.opened(listed(None, ListedPeer(OLD, flags=CLASSIC)))
        self.assertEqual(self.speech.wanted, [Stream("film.mp4")])
        self.assertFalse(stream.view.snapshot().verified)
        self.assertTrue(self.central.closed)

    def test_classic_central(self) -> None:
        """One that speaks nothing else is asked as the ancestor asked."""
        stream = self.successResultOf(self.opening(NoCentral("it speaks the classic protocol only")))
        self.assertEqual(self.speech.wanted, [Sources("film.mp4"), Stream("film.mp4")])
        self.successResultOf(stream.close())

    def test_closed_group(self) -> None:
        """Who has a secret is never sent to peers or centrals that prove none."""
        self.secret = b"only among us"
        self.fault(NoSource, listed(None, ListedPeer(OLD, flags=CLASSIC)))
        self.failureResultOf(self.opening(NoCentral("it speaks the classic protocol only")), NoCentral)
        streams = Streams(PlayerNode(replace(self.means(), secret=b"x")), Ways(self.speech))
        self.failureResultOf(streams.open(LINK), UsageError)
        self.assertEqual(self.speech.wanted, [])

    def test_nobody(self) -> None:
        """A name that nobody knows, and one that nobody has now, are two things."""
        self.assertIn("check the spelling", self.fault(NotFound))
        self.assertIn("is there now", self.fault(NoSource, listed(self.film)))
