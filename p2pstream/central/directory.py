"""All that a central knows: signed names, who has what, and what its mapping file says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zope.interface import implementer

from p2pstream.central.leasing.leases import Leases
from p2pstream.central.leasing.places import Networks
from p2pstream.central.mappings.table import Table
from p2pstream.central.names.recent import Recent
from p2pstream.central.names.words import words_of
from p2pstream.central.rows import KnownName
from p2pstream.content.addresses import PEER_PORT, Address
from p2pstream.content.folding import fold
from p2pstream.content.listed import Standing
from p2pstream.content.names import NameTable
from p2pstream.content.signed.catalogued import Entry, KnownAs
from p2pstream.content.signed.records import Record, read_record
from p2pstream.interfaces import ICatalogue, INames
from p2pstream.limits import LIMITS, Limits

__all__ = ["STRANGER", "Directory", "entry_of"]

#: Somebody of whom nothing is known; is told what everybody is.
STRANGER = Address("192.88.99.1", 1)
#: Entries taken in at once when the program starts: two milliseconds.
_PAGE = 1000


def entry_of(record: Record, limits: Limits = LIMITS, synced: bool = False) -> Entry:
    """What a catalogue keeps of a record that holds."""
    text = f"{record.fold} {' '.join(map(fold, record.tags))}"
    return Entry(
        fold=record.fold,
        publisher=record.publisher,
        name=record.name,
        key=record.key.encode() if record.key is not None else b"",
        seq=record.seq,
        signed_ms=record.t,
        until_ms=record.exp,
        words=" ".join(words_of(text, limits.central_entry_words)),
        raw=record.raw,
        synced=synced,
        heir_of=record.heir_of,
    )


@implementer(INames)
class Directory:
    """Joins the three.  As `INames` it is what a classic client may ask for.

    Classic lookups are answered at once, so the owner's key of each name is in memory.

    :param seconds: monotonic; ``wall_ms``: unix milliseconds.
    """

    def __init__(
        self,
        catalogue: ICatalogue,
        leases: Leases,
        table: Table,
        seconds: Callable[[], float],
        wall_ms: Callable[[], int],
        limits: Limits = LIMITS,
    ) -> None:
        self.catalogue = catalogue
        self.leases = leases
        self.table = table
        self._seconds = seconds
        self.wall_ms = wall_ms
        self._limits = limits
        self._recent = Recent(limits)
        self._owned: dict[str, bytes] = {}
        self._spelt: dict[str, str] = {}
        self._names = NameTable()
        #: Names that changed while others were taken in; None when nobody does that.
        self._newer: set[str] | None = None

    def __contains__(self, name: object) -> bool:
        return name in self._owned or name in self.table

    def __len__(self) -> int:
        return len(self._owned) + len(self.table)

    def is_proper_prefix(self, name: str) -> bool:
        """See `INames.is_proper_prefix`."""
        return self._names.is_proper_prefix(name) or self.table.is_proper_prefix(name)

    async def load(self) -> None:
        """Take in what the catalogue has from earlier runs; names may change meanwhile."""
        place, self._newer, second_hand = 0, set(), set[str]()
        while page := await self.catalogue.known(place, _PAGE, self.wall_ms()):
            self._take_in(page, self._newer, second_hand)
            place = page[-1][0]
        self._newer = None

    def _take_in(self, page: Sequence[KnownAs], newer: set[str], second_hand: set[str]) -> None:
        """The first of a name is the owner, and one that came first-hand before all others."""
        for _, folded, name, key, synced in page:
            if folded in newer or (folded in self._spelt and (synced or folded not in second_hand)):
                continue
            (second_hand.add if synced else second_hand.discard)(folded)
            self._own(folded, name, key)

    def lookup(self, name: str, asker: Address | None = None) -> Sequence[Address]:
        """Who has it and speaks classic, where ``asker`` may reach it: leases, then the mapping."""
        place = Networks.of(asker or STRANGER)
        leased = self.leases.classic(self._owned[name], self._seconds()) if name in self._owned else []
        told = [peer.address.host for peer in leased if Networks.of(peer.address).may_be_told(place)]
        return list(dict.fromkeys([*(Address(host, PEER_PORT) for host in told), *self.table.lookup(name)]))

    async def publish(self, raw: bytes) -> Entry:
        """Take a signed record, or a tombstone.

        :raises BadRecord: it does not hold.
        :raises Refused: it is old, or there is no room.
        :raises StorageError: it cannot be kept now.
        """
        record = read_record(raw, self.wall_ms(), limits=self._limits)
        kept = await self.catalogue.publish(entry_of(record, self._limits))
        self._recent.changed(kept.fold)
        await self._refresh(kept.fold)
        return kept

    async def purge(self) -> list[str]:
        """Forget what expired; the folded names that it was."""
        folds: dict[str, None] = {}
        while gone := await self.catalogue.purge(self.wall_ms()):
            folds.update((entry.fold, None) for entry in gone)
        for folded in folds:
            self._recent.changed(folded)
            await self._refresh(folded)
        return list(folds)

    async def resolve(self, name: str) -> list[KnownName]:
        """All that is of a name, the owner's first, then other publishers', then the mapping's."""
        folded = fold(name)
        return self._listed(folded, await self._entries(folded))

    def at_hand(self, name: str) -> list[KnownName] | None:
        """As `resolve`, of a name that was asked for lately; None where the catalogue must be asked."""
        folded = fold(name)
        entries = self._recent.get(folded, self.wall_ms())
        return None if entries is None else self._listed(folded, entries)

    async def search(self, words: str, after: tuple[str, int] | None, most: int) -> list[KnownName]:
        """A page of names, in order; ``after`` is the fold and the place of the last one before."""
        beginnings = words_of(fold(words), self._limits.central_words)
        entries = await self.catalogue.search(beginnings, after, most, self.wall_ms())
        mapped = self.table.search(beginnings, after[0] if after else "", most)
        found = [self._listing(entry) for entry in entries] + [self._mapped(*each) for each in mapped]
        return sorted(found, key=lambda listing: (listing.fold, listing.place))[:most]

    def _listed(self, folded: str, entries: Sequence[Entry]) -> list[KnownName]:
        signed = [self._listing(entry) for entry in entries[: self._limits.central_records]]
        mapped = [self._mapped(folded, each) for each in self.table.same(folded)]
        return (signed + mapped)[: self._limits.central_records]

    def _listing(self, entry: Entry) -> KnownName:
        standing = Standing.OWNER if entry.owns else Standing.OTHER
        seeds, sources = self.leases.counts(entry.key)
        return KnownName(entry.fold, entry.place, standing, entry.raw, entry.key, (), seeds, sources)

    def _mapped(self, folded: str, name: str) -> KnownName:
        addresses = tuple(address for address in self.table.lookup(name) if address.ip is not None)
        count = len(addresses)
        return KnownName(folded, 0, Standing.MAPPED, name.encode("utf-8"), b"", addresses, count, count)

    async def _entries(self, folded: str) -> Sequence[Entry]:
        """Those of a name that count, the owner's first; from memory, if they were asked for lately."""
        entries = self._recent.get(folded, self.wall_ms())
        if entries is None:
            changes = self._recent.changes
            entries = await self.catalogue.resolve(folded, self.wall_ms())
            self._recent.keep(folded, entries, changes)
        return entries

    async def _refresh(self, folded: str) -> None:
        """Whose the name is now."""
        entries = await self._entries(folded)
        if self._newer is not None:
            self._newer.add(folded)
        if entries:
            self._own(folded, entries[0].name, entries[0].key)
        else:
            self._disown(folded)

    def _own(self, folded: str, name: str, key: bytes) -> None:
        if folded in self._spelt:
            self._disown(folded)
        self._spelt[folded], self._owned[name] = name, key
        self._names.add(name)

    def _disown(self, folded: str) -> None:
        before = self._spelt.pop(folded, None)
        if before is not None:
            self._owned.pop(before, None)
            self._names.discard(before)
