"""What guests ask a central, and what they are told."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed

from p2pstream.central.names.catalogue_memory import MemoryCatalogue
from p2pstream.content.addresses import Address
from p2pstream.content.signed.records import read_record
from p2pstream.content.signed.tickets import Ticket
from p2pstream.errors import BadRecord, PeerError, Refused, StorageError
from p2pstream.interfaces import ICentral
from p2pstream.limits import LIMITS
from p2pstream.protocols.central import messages as say
from p2pstream.testing.central.central import CentralContract
from tests.central.rooms import KEYS, NOW, CentralCase, record, who
from tests.content.broadcasts import CHANNEL, OTHER, Signed, broadcast

RAW = KEYS[0].encode()


class ContractTests(CentralContract, CentralCase):
    """A desk is a central."""

    def make_central(self) -> Any:
        """See `CentralContract`."""
        return self.desk


class AnnounceTests(CentralCase):
    def test_provides(self) -> None:
        """The desk is what a node of a central is adapted to."""
        self.assertIs(ICentral(self.node), self.desk)

    def test_listed_where_it_is_seen(self) -> None:
        """F44: the address is the one it is seen at, with the port that it names."""
        announced = self.announce(self.visit(1), *KEYS[:2], port=2051)
        self.assertEqual((str(announced.address), announced.taken), ("10.0.1.2:2051", 2))
        self.assertTrue(54 <= announced.interval <= 66)
        (peer,) = self.ask(self.visit(2), say.Peers(4, 9, RAW)).peers
        self.assertEqual(str(peer.address), "10.0.1.2:2051")

    def test_withdrawn(self) -> None:
        """What is no longer there is told to nobody."""
        visitor = self.visit(1)
        self.announce(visitor, KEYS[0])
        self.ask(visitor, say.Withdraw(5, (RAW,)))
        self.assertEqual(self.ask(self.visit(2), say.Peers(4, 9, RAW)).peers, ())

    def test_outlives_its_connection(self) -> None:
        """Who is gone may be back; its leases end by themselves."""
        visitor = self.visit(1)
        self.announce(visitor, KEYS[0])
        self.desk.left(visitor)
        self.assertEqual(len(self.ask(self.visit(2), say.Peers(4, 9, RAW)).peers), 1)

    def test_F42_rates(self) -> None:
        """An identity has its rate however often it connects, and an address a multiple of it."""
        self.build(MemoryCatalogue(), central_lookups_burst=3, central_per_address=2.0)
        for _ in range(3):
            self.ask(self.visit(1), say.Peers(4, 9, RAW))
        self.assertRaises(Refused, self.ask, self.visit(1), say.Peers(4, 9, RAW))
        for number in (2, 3, 4):
            self.ask(self.visit(number, "10.0.1.2"), say.Peers(4, 9, RAW))
        self.assertRaises(Refused, self.ask, self.visit(5, "10.0.1.2"), say.Peers(4, 9, RAW))
        self.ask(self.visit(5, "10.0.1.3"), say.Peers(4, 9, RAW))
        for number in range(10, 20):
            self.ask(self.visit(number, "127.0.0.1"), say.Peers(4, 9, RAW))

    def test_F42_forgetting(self) -> None:
        """However many ask, what is counted of them is bounded."""
        self.build(MemoryCatalogue(), central_allowances=10)
        for number in range(1, 60):
            self.ask(self.visit(number), say.Peers(4, 9, RAW))
        self.assertEqual(len(self.desk._allowances), 10)


class NamesTests(CentralCase):
    def test_resolve(self) -> None:
        """A name leads to its streams, and these to who has them; the owner's is first."""
        one, two, asker = self.visit(1), self.visit(2), self.visit(3)
        self.publish(one, record("Film.mp4"))
        self.publish(two, record("film.MP4", KEYS[1], 2))
        self.announce(one, KEYS[0])
        self.announce(two, KEYS[1])
        self.map(**{"film.mp4": "10.9.9.9"})
        expected = [(0, ["10.0.1.2"]), (1, ["10.0.2.2"]), (2, ["10.9.9.9"])]
        self.assertEqual(self.resolve(asker, "film.mp4"), expected)
        self.assertEqual(self.resolve(asker, "other"), [])
        self.assertEqual(self.resolve(asker, "film.mp4", most=0), [(0, []), (1, []), (2, [])])

    def test_asked_for_lately(self) -> None:
        """A name that is in memory is answered at once: a Deferred costs as much as the answer."""
        self.publish(self.visit(1), record("Film.mp4"))
        catalogue, self.directory.catalogue = self.directory.catalogue, None  # type: ignore[assignment]
        self.assertIsInstance(self.desk.ask(self.visit(2), say.Resolve(3, 9, "FILM.mp4")), say.Resolved)
        self.directory.catalogue = catalogue
        asked = self.desk.ask(self.visit(2), say.Resolve(3, 9, "other"))
        assert isinstance(asked, Deferred)
        self.assertEqual(self.successResultOf(asked), say.Resolved(3, ()))

    def test_records_are_verified(self) -> None:
        """D3: a signature, the time, and the order of records."""
        visitor, raw = self.visit(1), record("film.mp4")
        flipped = raw.replace(b"film.mp4", b"film.mp5")
        for wrong in (flipped, b"", raw[:-1], record("film.mp4", now_ms=NOW + 11 * 60_000)):
            failing = self.desk.ask(visitor, say.Publish(2, wrong))
            assert isinstance(failing, Deferred)
            self.failureResultOf(failing, BadRecord)
        self.publish(visitor, raw)
        self.publish(visitor, record("film.mp4", KEYS[1], now_ms=NOW + 1))
        old = self.desk.ask(visitor, say.Publish(2, raw))
        assert isinstance(old, Deferred)
        self.failureResultOf(old, Refused)

    def test_tombstone(self) -> None:
        """A name that was withdrawn is gone, for classic clients, too."""
        visitor = self.visit(1)
        self.publish(visitor, record("film.mp4"))
        self.announce(visitor, KEYS[0])
        self.assertIn("film.mp4", self.node.names)
        self.publish(visitor, record("film.mp4", None, now_ms=NOW + 1))
        self.assertEqual(self.resolve(visitor, "film.mp4"), [])
        self.assertNotIn("film.mp4", self.node.names)

    def test_search(self) -> None:
        """Signed and mapped names in one list, page by page."""
        visitor = self.visit(1)
        for number in range(6):
            self.publish(visitor, record(f"film {number}.mp4", KEYS[number], tags=("short",)))
        self.map(**{"film 3b.mp4": "10.9.9.9", "film 0.mp4": "10.9.9.9", "song.ogg": "10.9.9.9"})
        self.announce(visitor, KEYS[5])

        def pages(words: str, most: int) -> list[Any]:
            rows, after = [], b""
            while True:
                page = self.ask(visitor, say.Search(6, most, words, after))
                say.decode(say.frame(page))
                rows += page.rows
                after = page.after
                if not after:
                    return rows

        for most in (1, 2, 3, 100):
            self.assertEqual([self.name(row) for row in pages("FILM", most)], [
                "=film 0.mp4", "film 0.mp4", "film 1.mp4", "film 2.mp4", "film 3.mp4",
                "=film 3b.mp4", "film 4.mp4", "film 5.mp4",
            ])  # fmt: skip
            self.assertEqual(len(pages("", most)), 9)
            self.assertEqual(len(pages("sho", most)), 6)
        self.assertEqual([row.seeds for row in pages("5", 9)], [1])
        self.assertRaises(PeerError, self.raising, visitor, say.Search(6, 9, "", b"nonsense\xff"))

    def test_many_words(self) -> None:
        """Of what is searched for so many words count, and of what a name is found by so many."""
        self.build(MemoryCatalogue(), central_words=2, central_entry_words=3)
        visitor = self.visit(1)
        self.publish(visitor, record("one two three four.mp4"))
        for words, found in (
            ("one two", 1), ("one nothing", 0), ("one two nothing", 1), ("three", 1), ("four", 0),
        ):  # fmt: skip
            page = self.ask(visitor, say.Search(6, 9, words, b""))
            self.assertEqual(len(page.rows), found, words)

    def name(self, row: say.Row) -> str:
        """What a row is about."""
        return f"={row.said.decode()}" if row.standing == 2 else read_record(row.said, NOW).name

    def raising(self, visitor: Any, request: Any) -> None:
        """Ask, and raise what comes of it."""
        answer = self.desk.ask(visitor, request)
        assert isinstance(answer, Deferred)
        self.failureResultOf(answer).raiseException()

    def test_a_page_fits_a_frame(self) -> None:
        """However long records are."""
        self.build(MemoryCatalogue(), central_page_bytes=3000)
        visitor = self.visit(1)
        for number in range(9):
            self.publish(visitor, record(f"film {number}", tags=("x" * 60,) * 8))
        page = self.ask(visitor, say.Search(6, 100))
        self.assertTrue(1 <= len(page.rows) < 9 and page.after)

    def test_hijack(self) -> None:
        """D4: whoever comes later does not take a name over, however many seeds it brings."""
        one, two = self.visit(1), self.visit(2)
        self.publish(one, record("film.mp4"))
        self.publish(two, record("film.mp4", KEYS[1], 2, now_ms=NOW + 1))
        for number in range(3, 9):
            self.announce(self.visit(number), KEYS[1])
        self.announce(one, KEYS[0])
        self.assertEqual([row.standing for row in self.ask(one, say.Resolve(3, 9, "film.mp4")).rows], [0, 1])
        self.assertEqual(
            [str(found) for found in self.node.lookup("film.mp4", one.address)], ["10.0.1.2:2050"]
        )

    def test_F05_disk_full(self) -> None:
        """A name that cannot be kept is refused and told of; what is known is answered."""
        visitor = self.visit(1)
        self.publish(visitor, record("film.mp4"))
        keep, full = self.directory.catalogue.publish, StorageError("cannot write to names.db: it is full")
        self.patch(self.directory.catalogue, "publish", lambda entry: fail(full))
        with self.assertRaises(StorageError):
            self.raising(visitor, say.Publish(2, record("other.mp4")))
        self.assertEqual(self.events.named("names_not_kept"), [{"reason": str(full)}])
        self.assertEqual(len(self.resolve(visitor, "film.mp4")), 1)
        self.patch(self.directory.catalogue, "publish", keep)
        self.publish(visitor, record("other.mp4"))


class ClassicTests(CentralCase):
    """Lookups of the ancestor's kind, from the same knowledge."""

    def test_lookup(self) -> None:
        """Who has the owner's stream and speaks classic, then what the mapping says; each once."""
        one, two, three = self.visit(1), self.visit(2), self.visit(3)
        self.publish(one, record("film.mp4"))
        self.announce(one, KEYS[0], port=2051)
        self.announce(two, KEYS[0], speaks=2)
        self.announce(three, KEYS[1])
        self.map(**{"film.mp4": "10.0.1.2 10.9.9.9", "other": "10.9.9.9"})
        near = Address("10.0.7.7", 1)
        told = [str(found) for found in self.node.lookup("film.mp4", near)]
        self.assertEqual(told, ["10.0.1.2:2050", "10.9.9.9:2050"])
        self.assertEqual([str(found) for found in self.node.lookup("other")], ["10.9.9.9:2050"])

    def test_strangers(self) -> None:
        """D6: a private address is told to nobody from elsewhere; what somebody wrote down is."""
        one = self.visit(1)
        self.publish(one, record("film.mp4"))
        self.announce(one, KEYS[0])
        for asker in (None, Address("9.9.9.9", 1)):
            self.assertEqual(list(self.node.lookup("film.mp4", asker)), [])

    def test_names(self) -> None:
        """Both kinds of names are known, and both begin others."""
        self.publish(self.visit(1), record("film.mp4"))
        self.map(show="10.9.9.9")
        names = self.node.names
        self.assertTrue("film.mp4" in names and "show" in names and "FILM.mp4" not in names)
        self.assertTrue(names.is_proper_prefix("fil") and names.is_proper_prefix("sh"))
        self.assertEqual(len(self.directory), 2)

    def test_from_earlier_runs(self) -> None:
        """What a catalogue has when the program starts is known at once."""
        one = self.visit(1)
        for name in ("a.mp4", "b.mp4"):
            self.publish(one, record(name))
        self.publish(one, record("b.mp4", None, now_ms=NOW + 1))
        catalogue = self.directory.catalogue
        self.build(catalogue)
        self.successResultOf(Deferred.fromCoroutine(self.directory.load()))
        self.assertTrue("a.mp4" in self.node.names and "b.mp4" not in self.node.names)
        self.announce(self.visit(1), KEYS[0])
        self.assertEqual(len(self.node.lookup("a.mp4", Address("10.0.1.9", 1))), 1)

    def test_changes_while_loading(self) -> None:
        """What changes while earlier names are taken in is not undone by them, however late they come."""
        one = self.visit(1)
        for name in ("gone", "stays", "Spelt"):
            self.publish(one, record(name))
        catalogue = self.directory.catalogue
        old = self.successResultOf(catalogue.known(0, 9, NOW))
        self.build(catalogue)
        late: Deferred[Any] = Deferred()
        pages = [late, succeed([])]
        self.patch(catalogue, "known", lambda place, most, now_ms: pages.pop(0))
        loading = Deferred.fromCoroutine(self.directory.load())
        one = self.visit(1)
        self.publish(one, record("gone", None, now_ms=NOW + 1))
        self.publish(one, record("spelt", now_ms=NOW + 1))
        late.callback(old)
        self.successResultOf(loading)
        self.assertEqual(
            [name in self.node.names for name in ("gone", "stays", "Spelt", "spelt")], [0, 1, 0, 1]
        )

    def test_owners_from_earlier_runs(self) -> None:
        """The first is the owner; one that came first-hand is before all that others told."""
        known = [
            (1, "a", "A", b"1", True), (2, "a", "a", b"2", False), (3, "a", "á", b"3", False),
            (4, "b", "B", b"4", False), (5, "b", "b", b"5", True), (6, "c", "C", b"6", True),
            (7, "c", "c", b"7", True),
        ]  # fmt: skip
        pages = [succeed(known), succeed([])]
        self.patch(self.directory.catalogue, "known", lambda place, most, now_ms: pages.pop(0))
        self.successResultOf(Deferred.fromCoroutine(self.directory.load()))
        self.assertEqual(self.directory._owned, {"a": b"2", "B": b"4", "C": b"6"})

    def test_expired(self) -> None:
        """A name whose time is over is forgotten."""
        self.publish(self.visit(1), record("film.mp4"))
        self.wall_ms += 31 * 86_400_000
        self.assertEqual(self.successResultOf(Deferred.fromCoroutine(self.directory.purge())), ["film.mp4"])
        self.assertNotIn("film.mp4", self.node.names)

    def test_another_owner(self) -> None:
        """When the owner withdraws, the next one's spelling is known."""
        one, two = self.visit(1), self.visit(2)
        self.publish(one, record("Film"))
        self.publish(two, record("film", KEYS[1], 2))
        self.assertTrue("Film" in self.node.names and "film" not in self.node.names)
        self.publish(one, record("Film", None, now_ms=NOW + 1))
        self.assertTrue("Film" not in self.node.names and "film" in self.node.names)


class WatchTests(CentralCase):
    def test_changes(self) -> None:
        """Names and keys that are watched, told once for many changes, to those who are still there."""
        one, watcher, gone = self.visit(1), self.visit(2), self.visit(3)
        name, key = say.Subject("FILM"), say.Subject(key=RAW)
        for visitor in (watcher, gone):
            self.ask(visitor, say.Watch(7, True, name))
            self.ask(visitor, say.Watch(8, True, key))
        self.desk.left(gone)
        self.publish(one, record("film"))
        self.publish(one, record("film", KEYS[1], now_ms=NOW + 1))
        self.announce(one, KEYS[0])
        self.announce(one, KEYS[0])
        self.clock.advance(LIMITS.central_tell_s - 0.01)
        self.assertEqual(watcher.told, [])
        self.clock.advance(0.01)
        self.assertEqual((watcher.told, gone.told), ([say.Changed(name), say.Changed(key)], []))
        self.ask(watcher, say.Watch(9, False, name))
        self.publish(one, record("film", now_ms=NOW + 2))
        self.ask(one, say.Withdraw(5, (RAW,)))
        self.clock.advance(0.5)
        self.assertEqual(watcher.told[2:], [say.Changed(key)])

    def test_beckon(self) -> None:
        """D6: one whom nobody can dial is told whom to dial, if it has what is wanted."""
        peer, asker = self.visit(1), self.visit(2)
        self.announce(peer, KEYS[0])
        beckon = say.Beckon(9, peer.id, 2060, bytes(16), RAW)
        self.assertEqual(self.ask(asker, beckon), say.Done(9))
        self.assertEqual(peer.told, [say.Call(Address("10.0.2.2", 2060), bytes(16), RAW)])
        self.desk.left(self.visit(1))
        self.assertEqual(self.ask(asker, beckon), say.Done(9))
        self.assertEqual(len(peer.told), 2)
        wrong = [
            say.Beckon(9, who(7).id, 2060, bytes(16), RAW),
            say.Beckon(9, peer.id, 2060, bytes(16), KEYS[1].encode()),
            say.Beckon(9, peer.id, 1023, bytes(16), RAW),
        ]
        for each in wrong:
            self.assertRaises(Refused, self.ask, asker, each)
        stranger = self.visit(3, "127.0.0.1")
        self.assertRaises(Refused, self.ask, stranger, beckon)

    def test_heads_of_broadcasts(self) -> None:
        """Whoever tells of one has it known to all; F46: nobody can make one up."""
        teller, asker = self.visit(1), self.visit(2)
        channel, head = b"\x02" + CHANNEL.id, broadcast(1)[0].raw
        self.assertEqual(self.ask(asker, say.GetHead(9, channel)), say.HeadNow(9, b""))
        self.assertEqual(self.ask(teller, say.TellHead(9, channel, head)), say.Done(9))
        self.assertEqual(self.ask(asker, say.GetHead(9, channel)), say.HeadNow(9, head))
        forged = Signed(2, channel=OTHER).slice().raw
        self.assertRaises(Refused, self.ask, teller, say.TellHead(9, channel, forged))

    def test_ticket(self) -> None:
        """D8: only who was dialled and proved its id, for what it has, at the address that was dialled."""
        peer, ticket = self.visit(1), say.GetTicket(9, RAW)
        self.assertRaises(Refused, self.ask, peer, ticket)
        self.announce(peer, KEYS[0])
        self.assertRaises(Refused, self.ask, peer, ticket)
        self.desk._reaching._verdict(peer.id, Address("10.0.1.2", 2050), True)
        signed = Ticket.decode(self.ask(peer, ticket).ticket)
        signed.check()
        self.assertEqual((signed.id, str(signed.address)), (peer.id, "10.0.1.2:2050"))
        self.assertTrue(signed.counts(KEYS[0], {self.node.identity.id}, NOW))
        self.assertEqual(signed.exp, NOW + 30 * 60_000)
        self.assertRaises(Refused, self.ask, peer, say.GetTicket(9, KEYS[1].encode()))
        self.announce(peer, KEYS[0], speaks=1)
        self.assertRaises(Refused, self.ask, peer, ticket)
        self.announce(peer, KEYS[0], port=2051)
        self.assertRaises(Refused, self.ask, peer, ticket)
