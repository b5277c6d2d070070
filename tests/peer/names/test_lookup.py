"""What a name stands for, when centrals come and go, and when it is another's by now."""

from __future__ import annotations

from random import Random
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionRefusedError

from p2pstream.content.addresses import Address
from p2pstream.content.folding import fold
from p2pstream.content.links import Link
from p2pstream.content.listed import CLASSIC, NATIVE, ListedName, ListedPeer, Standing
from p2pstream.content.signed.records import sign_record
from p2pstream.content.signing import Identity
from p2pstream.content.wants import Sources, Stream, Units, Want
from p2pstream.errors import NoCentral, NoSource, NotFound, UsageError
from p2pstream.limits import LIMITS
from p2pstream.peer.names.known import Known
from p2pstream.peer.names.publishers import Publishers
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.streams import Memory, OpenStream, Streams
from p2pstream.peer.ways import Ways
from p2pstream.protocols.node import Means
from p2pstream.swarm.bans import Bans
from p2pstream.testing.proofs.proven import ProvenFilm, proven_film
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.peer.fetching.test_proven import LINK, OLD, OTHER, SEED, Central, ProvenCase, Speech

ANN, BEN = Identity(b"a" * 32), Identity(b"b" * 32)
SECOND = Address("10.0.0.10", 2045)
NOW_MS = 10**12


def signed(film: ProvenFilm, by: Identity, *peers: ListedPeer, owns: bool = True) -> ListedName:
    """A stream of the name, signed."""
    record = sign_record(by, LINK.name, film.key, NOW_MS)
    standing = Standing.OWNER if owns else Standing.OTHER
    return ListedName(LINK.name, standing, film.key, record, len(peers), len(peers), peers)


class Refusing(Speech):
    """Nobody speaks classic, at the first address or at any."""

    def __init__(self, films: Any, answers: tuple[str, ...] = ()) -> None:
        super().__init__(films)
        self.answers = answers

    def connect(self, endpoint: Any, want: Want, node: Any) -> Deferred[Any]:
        """Lookups fail, but where somebody answers."""
        if isinstance(want, Sources) and endpoint._host not in self.answers:
            self.wanted.append(want)
            return fail(ConnectionRefusedError(111))
        return super().connect(endpoint, want, node)


class LookupCase(ProvenCase):
    def setUp(self) -> None:
        """A viewer with a memory."""
        super().setUp()
        self.speech = Refusing({self.film.key: self.film})
        self.disk = MemoryDisk()
        self.pins: dict[str, bytes] = {}
        self.asked: list[tuple[Address, ...]] = []

    def ask(self, *centrals: Address) -> Central:
        """The one central of this test."""
        self.asked.append(centrals)
        return self.central

    def opening(
        self,
        answer: Any,
        into: str | None = None,
        replace: bool = True,
        link: Link = LINK,
        more: tuple[ListedPeer, ...] = (),
        strangers: tuple[Address, ...] | None = None,
    ) -> Any:
        """A new process opens the film where centrals say this."""
        self.central = Central(answer)
        self.central.more = more
        self.central.strangers = link.centrals if strangers is None else strangers
        node = PlayerNode(Means(self.clock, self.heard, InlineWorkers(), Random(3), secret=self.secret))
        known = Known(self.disk, "fetch/known", InlineWorkers(), lambda: NOW_MS)
        memory = Memory(Publishers(self.pins, self.heard), known, Bans())
        streams = Streams(node, Ways(self.speech, self.store, self.ask), memory)
        return streams.open(link, into, replace)

    def opened(self, *names: ListedName, **options: Any) -> OpenStream:
        """It is open."""
        stream = self.successResultOf(self.opening(names, **options))
        self.addCleanup(stream.close)
        return stream


class SurvivingTests(LookupCase):
    """What is known goes on without centrals."""

    gone = NoCentral("no central at 10.0.0.9:2045: connection refused")

    def test_a_second_run(self) -> None:
        """A name that was asked for before is fetched from the peers of then, and that is said."""
        first = self.opened(signed(self.film, ANN, ListedPeer(SEED, flags=NATIVE)))
        self.successResultOf(first.close())
        again = self.successResultOf(self.opening(self.gone))
        self.send_all(again.done)
        self.successResultOf(again.done)
        self.assertEqual([peer.address for peer in self.speech.peers], [str(SEED)] * 2)
        said = {"name": "film.mp4", "central": str(LINK.central)}
        self.assertEqual(self.heard.named("lookup_remembered"), [said])
        self.successResultOf(again.close())

    def test_nothing_is_known(self) -> None:
        """Without a memory of it there is nobody to ask; no other central's word counts."""
        self.failureResultOf(self.opening(self.gone), NoCentral)
        self.opened(signed(self.film, ANN, ListedPeer(SEED, flags=NATIVE)))
        other = Link(SECOND, LINK.name)
        self.failureResultOf(self.opening(self.gone, link=other), NoCentral)

    def test_what_is_here(self) -> None:
        """A film that is here as a whole needs no peer and no central."""
        first = self.opened(signed(self.film, ANN, ListedPeer(SEED, flags=NATIVE)))
        self.send_all(first.done)
        self.successResultOf(first.close())
        again = self.successResultOf(self.opening(self.gone))
        self.successResultOf(again.done)
        self.assertEqual(len(self.speech.peers), 1)
        self.successResultOf(again.close())

    def test_several_centrals(self) -> None:
        """All are asked as one, and classic ones one after the other."""
        link = Link.parse("p2pstream://10.0.0.9,10.0.0.10/film.mp4")
        self.opened(signed(self.film, ANN, ListedPeer(SEED, flags=NATIVE)), link=link)
        self.assertEqual(self.asked, [(LINK.central, SECOND)])
        self.disk = MemoryDisk()
        fault = self.failureResultOf(self.opening(self.gone, link=link), NoCentral).value
        self.assertIn("10.0.0.9:2045: connection refused", str(fault))
        self.assertIn("10.0.0.10:2045: connection refused", str(fault))
        self.speech.answers = ("10.0.0.10",)
        stream = self.successResultOf(self.opening(self.gone, link=link))
        self.assertEqual(self.heard.named("lookup_done")[-1]["central"], str(SECOND))
        self.successResultOf(stream.close())

    def test_d1_never_in_the_open_again(self) -> None:
        """Who proved once to be a central is not asked what anybody might answer; others still are."""
        self.speech.answers = (LINK.central.host, SECOND.host)
        opening = self.opening(self.gone, strangers=())
        self.assertIn("connection refused", str(self.failureResultOf(opening, NoCentral).value))
        self.assertEqual(self.speech.wanted, [])
        both = Link.parse(f"p2pstream://{LINK.central},{SECOND}/film.mp4")
        stream = self.successResultOf(self.opening(self.gone, link=both, strangers=(SECOND,)))
        self.assertEqual(self.speech.wanted, [Sources("film.mp4"), Stream("film.mp4")])
        self.assertEqual(self.heard.named("lookup_done")[0]["central"], str(SECOND))
        self.successResultOf(stream.close())


class PublisherTests(LookupCase):
    """The stream that a user took before comes first."""

    def test_d4_pinned(self) -> None:
        """Of two of one name that of the known publisher is fetched, though it is not the owner's."""
        self.pins[fold(LINK.name)] = BEN.id
        other = self.other()
        stream = self.opened(
            signed(other, ANN, ListedPeer(OTHER, flags=NATIVE)),
            signed(self.film, BEN, ListedPeer(SEED, flags=NATIVE), owns=False),
        )
        self.assertEqual(stream.data.length, self.film.key.length)
        self.assertEqual(len(self.heard.named("owner_differs")), 1)

    def test_d4_first_use(self) -> None:
        """Who is fetched from first is remembered; another under the name is told of."""
        self.opened(signed(self.film, ANN, ListedPeer(SEED, flags=NATIVE)))
        self.assertEqual(self.pins, {fold(LINK.name): ANN.id})
        self.opened(signed(self.other(), BEN, ListedPeer(SEED, flags=NATIVE)))
        self.assertEqual(len(self.heard.named("publisher_changed")), 1)
        self.assertEqual(self.pins, {fold(LINK.name): ANN.id})

    def test_nobody_is_there(self) -> None:
        """What nobody has is not taken, so its publisher is not remembered."""
        opening = self.opening([signed(self.film, ANN)])
        self.clock.run_until(lambda: opening.called, 20)
        self.failureResultOf(opening, NoSource)
        self.assertEqual(self.pins, {})

    def other(self) -> ProvenFilm:
        """Another film."""
        film = proven_film(70_000, seed=9)
        self.speech.films[film.key] = film
        return film


class KeyTests(LookupCase):
    """A stream that is asked for by its key."""

    def by_key(self, answer: Any = (), *peers: ListedPeer) -> Any:
        """A new process opens it where centrals say this of names, and that these peers have the key."""
        return self.opening(answer, link=Link(LINK.central, self.film.key.text), more=peers)

    def test_proven(self) -> None:
        """Who has it is asked, not who has published it; nobody's name is remembered for it."""
        mail = ListedPeer(Address("9.9.9.9", 25), flags=NATIVE)
        peers = mail, ListedPeer(OLD, flags=CLASSIC), ListedPeer(SEED, b"i" * 32, NATIVE)
        stream = self.successResultOf(self.by_key((), *peers))
        self.send_all(stream.done)
        self.successResultOf(stream.done)
        self.assertEqual(self.speech.wanted, [Units(self.film.key, seed=True, id=b"i" * 32)])
        self.assertEqual((self.central.named, self.pins), ([], {}))
        self.assertEqual(self.heard.named("lookup_done")[0]["sources"], [str(SEED)])
        self.successResultOf(stream.close())
        self.assertTrue(self.central.closed)
        self.assertEqual(list(self.disk.names("fetch")), [])

    def test_waited_for(self) -> None:
        """Somebody who has it may come in some seconds, and that is said."""
        opening = self.by_key()
        self.clock.advance(LIMITS.lookup_again_s)
        self.assertNoResult(opening)
        self.central.more = (ListedPeer(SEED, flags=NATIVE),)
        self.clock.advance(LIMITS.lookup_again_s)
        self.addCleanup(self.successResultOf(opening).close)
        self.assertEqual(len(self.heard.named("lookup_waiting")), 1)

    def test_nobody(self) -> None:
        """A key that nobody has is named, and so is who was asked."""
        opening = self.by_key((), ListedPeer(OLD, flags=CLASSIC))
        self.clock.run_until(lambda: opening.called, LIMITS.lookup_wait_s + 1)
        fault = str(self.failureResultOf(opening, NotFound).value)
        self.assertIn(f"{LINK.central} knows nobody who has {self.film.key} now", fault)
        self.assertTrue(self.central.closed)
        self.assertEqual(self.speech.wanted, [])

    def test_what_is_here(self) -> None:
        """What is here as a whole needs nobody."""
        first = self.opened(signed(self.film, ANN, ListedPeer(SEED, flags=NATIVE)))
        self.send_all(first.done)
        self.successResultOf(first.close())
        again = self.successResultOf(self.by_key(SurvivingTests.gone))
        self.successResultOf(again.done)
        self.assertEqual(self.heard.named("lookup_kept"), [{"name": self.film.key.text}])
        self.assertEqual([each["name"] for each in self.heard.named("lookup_done")], [LINK.name])
        self.assertEqual(self.central.asked_again, 0)
        self.successResultOf(again.close())

    def test_never_as_a_name(self) -> None:
        """Where no central of ours answers, the ancestor's protocol is not asked for such a name."""
        self.speech.answers = (LINK.central.host,)
        self.failureResultOf(self.by_key(SurvivingTests.gone), NoCentral)
        self.assertTrue(self.central.closed)
        node = PlayerNode(Means(self.clock, self.heard, InlineWorkers(), Random(3)))
        link = Link(LINK.central, self.film.key.text)
        fault = self.failureResultOf(Streams(node, Ways(self.speech)).open(link), UsageError).value
        self.assertIn("leave --protocol classic out", str(fault))
        self.assertEqual(self.speech.wanted, [])
