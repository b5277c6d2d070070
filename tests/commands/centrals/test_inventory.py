"""What a central lists: page by page, as a table, as events."""

from __future__ import annotations

from dataclasses import replace

from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.centrals.inventory import Inventory
from p2pstream.content.keys import FileKey, to_base32
from p2pstream.content.listed import ListedName, ListedPage, Standing
from p2pstream.content.signed.records import sign_record
from p2pstream.content.signing import Identity
from p2pstream.errors import NoCentral
from p2pstream.events import EVENTS
from p2pstream.limits import LIMITS

ADA, BOB = (Identity.generate(bytes([number]) * 32) for number in (1, 2))
KEY, OTHER = FileKey(b"k" * 32, 1_500_000), FileKey(b"o" * 32, 1_600_000)


def signed(
    name: str, by: Identity = ADA, standing: Standing = Standing.OWNER, seeds: int = 2, key: FileKey = KEY
) -> ListedName:
    """A name with a record."""
    record = sign_record(by, name, key, 1_000, dur_ms=61_000)
    return ListedName(name, standing, key, record, seeds, seeds + 1)


class Pages:
    """A central that lists these, so many at a time."""

    def __init__(self, names: list[ListedName], at_once: int) -> None:
        self.names = names
        self.at_once = at_once
        self.asked: list[tuple[str, bytes]] = []

    def search(self, words: str = "", after: bytes = b"", most: int = 100) -> Deferred[ListedPage]:
        """The next page."""
        self.asked.append((words, after))
        start = int(after or b"0")
        stop = start + self.at_once
        page = ListedPage(tuple(self.names[start:stop]), b"%d" % stop if stop < len(self.names) else b"")
        return succeed(page)


class InventoryTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Nothing was ever taken."""
        self.pins: dict[str, bytes] = {}

    def inventory(self, *names: ListedName, at_once: int = 2, most: int = 100) -> Inventory:
        """All that is listed."""
        self.central = Pages(list(names), at_once)
        limits = replace(LIMITS, listed_names=most)
        inventory: Inventory = self.successResultOf(
            Deferred.fromCoroutine(Inventory.ask(self.central, "film", self.pins, limits))
        )
        return inventory

    def test_pages(self) -> None:
        """Pages follow each other to the last."""
        names = [signed(f"film {number}.mp4") for number in range(5)]
        self.assertEqual(list(self.inventory(*names).names), names)
        self.assertEqual(self.central.asked, [("film", b""), ("film", b"2"), ("film", b"4")])

    def test_bound(self) -> None:
        """At the bound all is shown; one more, and it says that there is more."""
        names = [signed(f"{number}") for number in range(4)]
        self.assertFalse(self.inventory(*names, most=4).cut)
        cut = self.inventory(*names, most=3)
        self.assertEqual((len(cut.names), cut.cut), (3, True))
        self.assertIn("more than these 3", list(cut.table(for_eyes=True))[-1])

    def test_for_eyes(self) -> None:
        """Columns stand below each other; who else publishes a name is marked, and what is the same."""
        rows = list(
            self.inventory(
                signed("a.mp4"),
                signed("a.mp4", BOB, Standing.OTHER, 1, OTHER),
                signed("A.mp4", BOB, Standing.OTHER),
                signed("b.mp4"),
                ListedName("old.mp4", Standing.MAPPED),
            ).table(for_eyes=True)
        )
        ada, bob = to_base32(ADA.id)[:8], to_base32(BOB.id)[:8]
        self.assertEqual(
            rows,
            [
                f"a.mp4    1.5 MB  1:01   2 seeds  {ada}",
                f"a.mp4    1.6 MB  1:01    1 seed  {bob} (another)",
                f"A.mp4    1.5 MB  1:01   2 seeds  {bob} (the same film)",
                f"b.mp4    1.5 MB  1:01   2 seeds  {ada}",
                "old.mp4                no seeds  unsigned",
            ],
        )

    def test_d4_taken_before(self) -> None:
        """What the user took before comes first of its name, and is marked; so is what is another's."""
        names = signed("a.mp4"), signed("B.mp4"), signed("b.mp4", BOB, Standing.OTHER, key=OTHER)
        self.pins = {"b.mp4": BOB.id}
        inventory = self.inventory(*names)
        self.assertEqual(list(inventory.names), [names[0], names[2], names[1]])
        self.assertEqual([fields["taken"] for fields in inventory.told()], [None, True, False])
        ends = [row.rpartition("\t")[2][9:] for row in inventory.table(for_eyes=False)]
        self.assertEqual(ends, ["", "(another) (yours before)", "(not yours before)"])

    def test_for_programs(self) -> None:
        """Fields stand between tabs, and nothing else is said."""
        [row] = self.inventory(signed("a.mp4")).table(for_eyes=False)
        self.assertEqual(row.split("\t")[:4], ["a.mp4", "1.5 MB", "1:01", "2 seeds"])
        self.assertEqual(list(self.inventory().table(for_eyes=False)), [])
        self.assertEqual(list(self.inventory().table(for_eyes=True)), [])

    def test_F57_hostile_names(self) -> None:
        """What a terminal would obey is spelt out."""
        hostile = replace(signed("x"), name="\x1b[2J\u202efilm")
        [row] = self.inventory(hostile).table(for_eyes=True)
        self.assertTrue(row.isprintable())

    def test_no_central(self) -> None:
        """That there is none is for the command to say."""

        class Nobody(Pages):
            def search(self, words: str = "", after: bytes = b"", most: int = 100) -> Deferred[ListedPage]:
                return fail(NoCentral("no central"))

        asking = Deferred.fromCoroutine(Inventory.ask(Nobody([], 1), "", {}))
        self.failureResultOf(asking, NoCentral)

    def test_told(self) -> None:
        """The event has all of it, for programs."""
        fields, mapped = self.inventory(signed("a.mp4"), ListedName("old.mp4", Standing.MAPPED)).told()
        self.assertEqual(set(fields), set(EVENTS["name_listed"].fields))
        self.assertEqual((fields["key"], fields["length"], fields["duration"]), (KEY.text, 1_500_000, 61.0))
        self.assertEqual((mapped["key"], mapped["publisher"], mapped["standing"]), (None, None, "mapped"))
