"""What every catalogue of a central must do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import CancelledError, Deferred
from zope.interface.verify import verifyObject

from p2pstream.central.names.words import words_of
from p2pstream.content.signed.catalogued import Entry
from p2pstream.errors import Refused
from p2pstream.interfaces import ICatalogue

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["CatalogueContract", "entry_of"]

_Result = TypeVar("_Result")
NOW = 1_000_000


def entry_of(name: str, publisher: int = 1, seq: int = 1, **fields: Any) -> Entry:
    """An entry that counts at `NOW`, and is some time of a key of its own."""
    key = b"\x01" + publisher.to_bytes(32, "big") + seq.to_bytes(8, "big")
    who = bytes((publisher,)) * 32
    words = " ".join(words_of(f"{name.casefold()} {fields.pop('words', '')}", 32))
    entry = Entry(name.casefold(), who, name, key, seq, NOW, 2 * NOW, words, b"", **fields)
    return replace(entry, raw=repr(entry).encode())


class CatalogueContract(_Case):
    """The contract of `ICatalogue`; for trial's ``SynchronousTestCase``."""

    def make_catalogue(self) -> ICatalogue:
        """An empty one."""
        raise NotImplementedError

    def settle(self, result: Deferred[_Result]) -> Deferred[_Result]:
        """Let time pass until this has fired, where it takes time."""
        return result

    def setUp(self) -> None:
        """An empty one."""
        super().setUp()
        self.catalogue = self.make_catalogue()
        self.addCleanup(lambda: self.settle(self.catalogue.close()))

    def ask(self, result: Deferred[_Result]) -> _Result:
        """What it fires with."""
        return self.successResultOf(self.settle(result))

    def publish(self, *args: Any, **fields: Any) -> Entry:
        """Publish `entry_of` these."""
        return self.ask(self.catalogue.publish(entry_of(*args, **fields)))

    def resolve(self, name: str, now_ms: int = NOW) -> list[tuple[int, int, bool]]:
        """Publishers and numbers of what is of a name, and who is the owner."""
        found = self.ask(self.catalogue.resolve(name.casefold(), now_ms))
        return [(entry.publisher[0], entry.seq, entry.owns) for entry in found]

    def search(self, *words: str, after: tuple[str, int] | None = None, most: int = 100) -> Sequence[Entry]:
        """A page."""
        return self.ask(self.catalogue.search(words, after, most, NOW))

    def refuse(self, *args: Any, **fields: Any) -> int:
        """The code with which `entry_of` these is refused."""
        refused = self.failureResultOf(
            self.settle(self.catalogue.publish(entry_of(*args, **fields))), Refused
        )
        return refused.value.code  # type: ignore[attr-defined, no-any-return]

    def test_provides(self) -> None:
        """It has all that the interface promises."""
        self.assertTrue(verifyObject(ICatalogue, self.catalogue))
        self.assertEqual(self.catalogue.count(), 0)
        self.assertEqual(self.resolve("film"), [])

    def test_published(self) -> None:
        """What was published is found by its name, as it was."""
        kept = self.publish("Film.mp4", words="drama")
        (found,) = self.ask(self.catalogue.resolve("film.mp4", NOW))
        self.assertEqual(found, replace(kept, owns=True))
        self.assertEqual(replace(found, place=0, change=0, owns=False), entry_of("Film.mp4", words="drama"))
        self.assertEqual(self.catalogue.count(), 1)

    def test_renewed(self) -> None:
        """A higher number replaces; the same record is harmless; a lower number is refused."""
        self.publish("film", 1, 5)
        self.publish("film", 1, 7)
        self.publish("film", 1, 7)
        self.assertEqual(self.refuse("film", 1, 6), 21)
        self.assertEqual(self.refuse("film", 1, 7, words="other"), 21)
        self.assertEqual((self.resolve("film"), self.catalogue.count()), ([(1, 7, True)], 1))

    def test_withdrawn(self) -> None:
        """A name that was withdrawn is not found, and none of its older records is taken again."""
        self.publish("film", 1, 5)
        self.ask(self.catalogue.publish(replace(entry_of("film", 1, 6), key=b"")))
        self.assertEqual((self.resolve("film"), self.search()), ([], []))
        self.assertEqual(self.refuse("film", 1, 5), 21)
        self.publish("film", 1, 8)
        self.assertEqual(self.resolve("film"), [(1, 8, True)])

    def test_who_owns_a_name(self) -> None:
        """Who was accepted first, whatever others do later."""
        self.publish("film", 1)
        self.publish("film", 2)
        self.publish("Film", 3)
        self.publish("film", 1, 9)
        self.publish("film", 2, 9)
        self.assertEqual(self.resolve("film"), [(1, 9, True), (2, 9, False), (3, 1, False)])
        self.ask(self.catalogue.publish(replace(entry_of("film", 1, 10), key=b"")))
        self.assertEqual(self.resolve("film"), [(2, 9, True), (3, 1, False)])

    def test_synced_never_outranks(self) -> None:
        """What another central told counts less, until the publisher comes in person."""
        self.publish("film", 1, synced=True)
        self.publish("film", 2)
        self.assertEqual(self.resolve("film"), [(2, 1, True), (1, 1, False)])
        self.publish("film", 2, 2, synced=True)
        self.assertEqual(self.resolve("film"), [(2, 2, True), (1, 1, False)])
        self.publish("film", 1, 2)
        self.assertEqual(self.resolve("film"), [(1, 2, True), (2, 2, False)])

    def test_heir(self) -> None:
        """An heir takes the place of whom it inherits from."""
        self.publish("film", 1)
        self.publish("film", 2)
        self.publish("film", 3, heir_of=bytes((1,)) * 32)
        self.assertEqual(self.resolve("film"), [(3, 1, True), (2, 1, False)])
        self.assertEqual(self.catalogue.count(), 2)

    def test_expired(self) -> None:
        """After its time an entry is found by nobody, and then forgotten."""
        self.publish("film", 1)
        self.publish("other", 1)
        self.assertEqual(self.resolve("film", 2 * NOW), [])
        gone = self.ask(self.catalogue.purge(2 * NOW))
        self.assertEqual({entry.name for entry in gone}, {"film", "other"})
        self.assertEqual((self.ask(self.catalogue.purge(2 * NOW)), self.catalogue.count()), ([], 0))
        self.publish("film", 2)
        self.assertEqual(self.resolve("film"), [(2, 1, True)])

    def test_search(self) -> None:
        """By the beginnings of words, in the name or beside it, all of which must be there."""
        for name in ("Big Buck Bunny.mkv", "big_fish.mp4", "Über.mp4"):
            self.publish(name, words="a short film" if "Fish" in name.title() else "")
        cases: dict[tuple[str, ...], list[str]] = {
            (): ["Big Buck Bunny.mkv", "big_fish.mp4", "Über.mp4"],
            ("big",): ["Big Buck Bunny.mkv", "big_fish.mp4"],
            ("bi", "bun"): ["Big Buck Bunny.mkv"],
            ("short",): ["big_fish.mp4"],
            ("ig",): [],
            ("über",): ["Über.mp4"],
            ("mp4", "film"): ["big_fish.mp4"],
        }
        for words, expected in cases.items():
            self.assertEqual([entry.name for entry in self.search(*words)], expected, words)

    def test_pages(self) -> None:
        """Page after page everything comes once, whatever is added meanwhile."""
        for number in range(7):
            self.publish(f"part {number}", 1)
            self.publish(f"part {number}", 2)
        seen, after = list[Entry](), None
        while page := self.search("part", after=after, most=4):
            seen += page
            after = (page[-1].fold, page[-1].place)
            self.publish("part 0", 3 + len(seen))
        self.assertEqual(
            [entry.fold for entry in seen], sorted(f"part {number // 2}" for number in range(14))
        )
        self.assertEqual([entry.owns for entry in seen], [True, False] * 7)

    def test_changes(self) -> None:
        """Since a change, in order, each entry once and as it is now."""
        first = self.publish("a", 1)
        self.publish("b", 1)
        self.publish("a", 1, 2)
        self.ask(self.catalogue.publish(replace(entry_of("b", 1, 3), key=b"")))
        changes = self.ask(self.catalogue.changed_since(first.change, 10, NOW))
        self.assertEqual(
            [(entry.name, bool(entry.key), entry.owns) for entry in changes],
            [("a", True, True), ("b", False, False)],
        )
        later = self.ask(self.catalogue.changed_since(changes[0].change, 10, NOW))
        self.assertEqual([entry.name for entry in later], ["b"])
        self.assertEqual(len(self.ask(self.catalogue.changed_since(0, 1, NOW))), 1)

    def test_known(self) -> None:
        """What counts, by place, a page at a time: neither what was withdrawn nor what is over."""
        for publisher in (2, 1):
            self.publish("film", publisher, synced=publisher == 2)
        self.publish("gone")
        self.publish("other")
        self.ask(self.catalogue.publish(replace(entry_of("gone", 1, 2), key=b"")))
        first, second = self.ask(self.catalogue.known(0, 2, NOW))
        rest = self.ask(self.catalogue.known(second[0], 9, NOW))
        found = [(fold, name, synced) for _, fold, name, _, synced in (first, second, *rest)]
        self.assertEqual(found, [("film", "film", True), ("film", "film", False), ("other", "other", False)])
        self.assertEqual({type(synced) for _, _, synced in found}, {bool})
        self.assertEqual(self.ask(self.catalogue.known(0, 9, 2 * NOW)), [])

    def test_cancel(self) -> None:
        """Whoever gives up breaks nothing."""
        publishing = self.catalogue.publish(entry_of("film"))
        publishing.addErrback(lambda failure: failure.trap(CancelledError))
        publishing.cancel()
        self.publish("other")
        self.assertIn(self.resolve("film"), ([], [(1, 1, True)]))
