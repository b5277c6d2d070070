"""From a name to data that fills itself."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionRefusedError, DNSLookupError
from twisted.internet.interfaces import IProtocolFactory, IStreamClientEndpoint
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.links import Link
from p2pstream.content.wants import Sources, Stream, Want
from p2pstream.errors import (
    BadName,
    NoCentral,
    NoSource,
    NotFound,
    P2PStreamError,
    PluginError,
    StorageError,
)
from p2pstream.interfaces import INode, IWorkers
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.streams import OpenStream, Streams
from p2pstream.peer.ways import Ways
from p2pstream.protocols.classic.plugin import protocol as classic
from p2pstream.protocols.node import Means
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.wires.sources import FakeSource
from p2pstream.testing.workers import HeldWorkers, InlineWorkers

LINK = Link.parse("p2pstream://10.0.0.9/film.mp4")
PEER, OTHER = Address("10.0.0.1", 2050), Address("10.0.0.2", 2050)


class Speech:
    """A wire protocol that answers as the test says; it needs no wire."""

    name = "classic"

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[Want] = []
        self.dialled: list[tuple[str, int]] = []
        self.sources: list[FakeSource] = []

    def client_factory(self, node: INode, want: Want) -> IProtocolFactory:
        """As the classic protocol's, which refuses some names."""
        return classic.client_factory(node, want)

    def connect(self, endpoint: IStreamClientEndpoint, want: Want, node: INode) -> Deferred[Any]:
        """Lookups get the next answer, streams a source each."""
        self.asked.append(want)
        self.dialled.append((endpoint._host, endpoint._port))
        if isinstance(want, Stream):
            self.sources.append(FakeSource(Address(*self.dialled[-1])))
            return succeed(self.sources[-1])
        answer = self.answers.pop(0)
        if isinstance(answer, Deferred):
            return answer
        return fail(answer) if isinstance(answer, Exception) else succeed(answer)


class Protocols:
    """A registry with one protocol in it."""

    def __init__(self, speech: Speech) -> None:
        self.speech = speech

    def get(self, name: str) -> Speech:
        """That one, if it is asked for."""
        if name != self.speech.name:
            raise PluginError(f"the protocol {name} is not installed")
        return self.speech


class StreamsCase(SynchronousTestCase):
    """A viewer, and one central and peers made of answers."""

    def setUp(self) -> None:
        """Keep what is cached out of the home folder."""
        self.heard = HeardEvents()
        cache = Path(self.mktemp()).absolute()
        self.patch(os, "environ", os.environ | {"XDG_CACHE_HOME": str(cache)})
        self.cache = cache / "p2pstream"

    def streams(self, *answers: Any, workers: IWorkers | None = None, **options: Any) -> Streams:
        """Streams over a central that gives these answers."""
        self.speech = Speech(*answers)
        node = PlayerNode(Means(HeapClock(), self.heard, InlineWorkers() if workers is None else workers))
        return Streams(node, Ways(Protocols(self.speech), **options))

    def opened(self, *answers: Any, into: str | None = None, **options: Any) -> OpenStream:
        """The stream, with its first peer dialled."""
        return self.successResultOf(self.streams(*answers, **options).open(LINK, into))

    def fault(self, kind: type[P2PStreamError], *answers: Any, into: str | None = None) -> str:
        """What a person reads when opening fails so."""
        opening = self.streams(*answers).open(LINK, into)
        message = str(self.failureResultOf(opening, kind).value)
        self.assertNotIn("\n", message)
        return message


class OpenTests(StreamsCase):
    """The straight road."""

    def test_bytes_reach_a_reader(self) -> None:
        """What the listed peer sends can be read while it comes."""
        stream = self.opened([PEER])
        reader = CollectingConsumer()
        reading = stream.data.read_to(reader)
        self.speech.sources[0].send(b"half ")
        self.assertEqual(bytes(reader.collected), b"half ")
        self.speech.sources[0].send(b"a film")
        self.speech.sources[0].end()
        self.successResultOf(stream.done)
        self.assertEqual(self.successResultOf(reading), 11)
        self.assertEqual(stream.view.snapshot().have.total, 11)
        self.successResultOf(stream.close())

    def test_who_is_asked(self) -> None:
        """The central is asked for sources, the peer for the stream, each where it listens."""
        stream = self.opened([PEER])
        self.assertEqual(self.speech.asked, [Sources("film.mp4"), Stream("film.mp4")])
        self.assertEqual(self.speech.dialled, [("10.0.0.9", 2045), ("10.0.0.1", 2050)])
        self.successResultOf(stream.close())

    def test_what_is_told(self) -> None:
        """Lookup and sources are told as they happen."""
        stream = self.opened([PEER, OTHER])
        told = {"name": "film.mp4", "central": "10.0.0.9:2045"}
        self.assertEqual(self.heard.named("lookup_started"), [told])
        sources = ["10.0.0.1:2050", "10.0.0.2:2050"]
        self.assertEqual(self.heard.named("lookup_done"), [told | {"sources": sources}])
        self.successResultOf(stream.close())

    def test_peer_port(self) -> None:
        """Another port stands in for the usual one; a port that was listed is kept."""
        own = Address("10.0.0.3", 4000)
        stream = self.opened([PEER, own], peer_port=3000)
        self.speech.sources[0].lose()
        self.assertEqual(self.speech.dialled[1:], [("10.0.0.1", 3000), ("10.0.0.3", 4000)])
        self.successResultOf(stream.close())

    def test_scratch(self) -> None:
        """What is only watched leaves no name behind, in a folder closed to others."""
        stream = self.opened([PEER])
        self.speech.sources[0].send(b"film")
        self.assertEqual(os.listdir(self.cache), [])
        self.assertEqual(os.stat(self.cache).st_mode & 0o777, 0o700)
        self.successResultOf(stream.close())

    def test_no_place_of_our_own(self) -> None:
        """Without a usable cache folder the system's is used."""
        self.patch(os, "environ", os.environ | {"XDG_CACHE_HOME": "/dev/null"})
        self.successResultOf(self.opened([PEER]).close())


class KeepTests(StreamsCase):
    """Streams that become files."""

    def test_kept(self) -> None:
        """The file has its name when the stream is whole, and not before."""
        path = Path(self.mktemp()).absolute()
        stream = self.opened([PEER], into=str(path))
        self.speech.sources[0].send(b"film")
        self.assertFalse(path.exists())
        self.speech.sources[0].end()
        self.successResultOf(stream.done)
        self.assertEqual(path.read_bytes(), b"film")
        self.assertEqual(self.heard.named("saved"), [{"path": str(path), "length": 4}])
        self.successResultOf(stream.close())

    def left(self, end: Callable[[OpenStream], None]) -> list[str]:
        """What is in the folder after a stream that was half here ended so."""
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        stream = self.opened([PEER], into=str(folder / "film"))
        self.speech.sources[0].send(b"fi")
        end(stream)
        self.successResultOf(stream.close())
        return os.listdir(folder)

    def test_closed_midway(self) -> None:
        """Half a film is no film."""
        self.assertEqual(self.left(lambda stream: None), [])

    def test_lost_midway(self) -> None:
        """Neither is it when the last peer died; the reader is told."""

        def lose(stream: OpenStream) -> None:
            reader = CollectingConsumer()
            reading = stream.data.read_to(reader)
            self.speech.sources[0].lose()
            self.failureResultOf(stream.done, NoSource)
            self.failureResultOf(reading, NoSource)

        self.assertEqual(self.left(lose), [])

    def test_unwritable(self) -> None:
        """A folder that is not there is named; the central is not left hanging."""
        lookup: Deferred[Any] = Deferred()
        message = self.fault(StorageError, lookup, into="/dev/null/film")
        self.assertIn("cannot write /dev/null/film", message)
        self.assertTrue(lookup.called)


class FaultTests(StreamsCase):
    """Everything that can go wrong before there is a stream."""

    def test_refused(self) -> None:
        """Which central, why, and what to look at."""
        message = self.fault(NoCentral, ConnectionRefusedError(111))
        self.assertIn("cannot reach the central 10.0.0.9:2045: connection refused; ", message)
        self.assertIn("p2p-central", message)

    def test_unresolvable(self) -> None:
        """A host name that nobody knows."""
        self.assertIn("no such host", self.fault(NoCentral, DNSLookupError()))

    def test_network_of_another_machine(self) -> None:
        """The scope of an IPv6 address may name a network that is not here."""
        message = self.fault(NoCentral, socket.gaierror(-2, "Name or service not known"))
        self.assertIn("10.0.0.9:2045: name or service not known; ", message)

    def test_unknown_name(self) -> None:
        """What the protocol says of it reaches the person."""
        self.assertEqual(self.fault(NotFound, NotFound("nobody has it")), "nobody has it")

    def test_unsendable_name(self) -> None:
        """A name that the only protocol left cannot ask for is refused before anybody is asked."""
        link = Link(LINK.central, "n" * 100)
        opening = self.streams().open(link, self.mktemp())
        self.assertIn("too long for the classic protocol", str(self.failureResultOf(opening, BadName).value))
        self.assertEqual((self.speech.asked, self.heard.named("lookup_started")), ([], []))

    def test_nobody_worth_dialling(self) -> None:
        """A list without an address is an error too."""
        message = self.fault(NoSource, [])
        self.assertEqual(message, "10.0.0.9:2045 lists no address for “film.mp4” that can be dialled")

    def test_nothing_is_left_behind(self) -> None:
        """A failed lookup leaves no file."""
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        self.fault(NotFound, NotFound(), into=str(folder / "film"))
        self.assertEqual(os.listdir(folder), [])

    def test_cancelled_lookup(self) -> None:
        """Giving up hangs up."""
        lookup: Deferred[Any] = Deferred()
        opening = self.streams(lookup).open(LINK)
        opening.cancel()
        self.failureResultOf(opening)
        self.assertTrue(lookup.called)

    def test_cancelled_while_the_disk_thinks(self) -> None:
        """The file that a worker makes all the same is not left behind."""
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        workers = HeldWorkers()
        open_files = os.listdir("/dev/fd")
        opening = self.streams(Deferred(), workers=workers).open(LINK, str(folder / "film"))
        workers.begin()
        opening.cancel()
        self.failureResultOf(opening)
        workers.flush()
        self.assertEqual(os.listdir(folder), [])
        self.assertEqual(os.listdir("/dev/fd"), open_files)

    def test_unknown_protocol(self) -> None:
        """Nobody is asked in a language that is not there."""
        opening = self.streams(protocol="klingon").open(LINK)
        self.failureResultOf(opening, PluginError)
        self.assertEqual(self.speech.asked, [])

    def test_readers_of_a_closed_stream(self) -> None:
        """Closing tells those who still read."""
        stream = self.opened([PEER])
        reading = stream.data.read_to(CollectingConsumer())
        self.successResultOf(stream.close())
        self.failureResultOf(reading)
