"""The catalogue's database.  Everything here blocks: it is for workers, one call at a time."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from p2pstream.central.names.database import has_words, open_database, telling
from p2pstream.central.names.ownership import check, check_room, succeed
from p2pstream.content.signed.catalogued import Entry, KnownAs
from p2pstream.errors import Refused
from p2pstream.limits import LIMITS, Limits

__all__ = ["Ledger"]

_FIELDS = "fold, publisher, name, key, seq, signed_ms, until_ms, words, raw, synced, place, change"
_TYPES = (str, bytes, str, bytes, int, int, int, str, bytes, int, int, int)
_KNOWN_TYPES = (int, str, str, bytes, int)
#: Whether it is the first of its name that counts.
_OWNS = """
    place = (SELECT place FROM entries AS other WHERE other.fold = entries.fold AND length(other.key) > 0
             AND other.until_ms > :now ORDER BY synced, place LIMIT 1)
"""
_LIVE = "length(key) > 0 AND until_ms > :now"
#: Beyond so many matches it is quicker to look through the names in their order.
_MANY = 5000


class Ledger:
    """The tables, and what is done with them.

    :param path: made if it is not there.
    :param writes: if not, it is only read here, beside another who writes.
    :raises StorageError: it is damaged, from a newer program, or cannot be used.
    """

    def __init__(self, path: str, limits: Limits = LIMITS, writes: bool = True) -> None:
        self.path = path
        self._limits = limits
        self._steps = 0
        self._stride = max(1, limits.catalogue_search_steps // 200)
        self._last = 0
        with telling("open", path):
            self._base = open_database(path)
        try:
            self._begin(writes)
        except BaseException:
            self._base.close()
            raise

    def close(self) -> None:
        """End."""
        self._base.close()

    def write(self, entries: Sequence[Entry]) -> list[Entry | Refused]:
        """Keep these, all at once: durable when it returns; none is kept when it raises."""
        last = self._last
        with telling("write to", self.path):
            try:
                self._base.execute("BEGIN IMMEDIATE")
                kept = [self._try(entry) for entry in entries]
                self._base.execute("UPDATE latest SET change = ?", (self._last,))
                self._base.execute("COMMIT")
            except BaseException:
                self._last = last
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                self._count()
                raise
        return kept

    def resolve_all(self, asked: Sequence[tuple[str, int]]) -> list[list[Entry]]:
        """As `ICatalogue.resolve` says, for each of these folds and times."""
        return [self.resolve(fold, now_ms) for fold, now_ms in asked]

    def resolve(self, fold: str, now_ms: int) -> list[Entry]:
        """As `ICatalogue` says."""
        return self._entries(f"WHERE fold = :fold AND {_LIVE} ORDER BY synced, place", fold=fold, now=now_ms)

    def search(
        self, words: Sequence[str], after: tuple[str, int] | None, most: int, now_ms: int
    ) -> list[Entry]:
        """As `ICatalogue` says."""
        fold, place = after or ("", 0)
        given = {"fold": fold, "place": place, "now": now_ms, "most": most}
        rest = f"(fold, place) > (:fold, :place) AND {_LIVE} ORDER BY fold, place LIMIT :most"
        if words and self._indexed and len(found := self._found(words)) <= _MANY:
            listed = ", ".join(map(str, found))
            return self._entries(f"WHERE place IN ({listed}) AND {rest}", **given)
        likes = "".join(f"' ' || words LIKE :w{n} AND " for n in range(len(words)))
        # The words are letters and digits; nothing in them means anything to LIKE.
        given |= {f"w{n}": f"% {word}%" for n, word in enumerate(words)}
        return self._entries(f"WHERE {likes} {rest}", **given)

    def changed_since(self, change: int, most: int, now_ms: int) -> list[Entry]:
        """As `ICatalogue` says."""
        return self._entries(
            "WHERE change > :change ORDER BY change LIMIT :most", change=change, most=most, now=now_ms
        )

    def known(self, place: int, most: int, now_ms: int) -> list[KnownAs]:
        """As `ICatalogue` says."""
        with telling("read", self.path):
            rows = self._base.execute(
                f"SELECT place, fold, name, key, synced FROM entries WHERE place > :place AND {_LIVE}"
                " ORDER BY place LIMIT :most",
                {"place": place, "most": most, "now": now_ms},
            ).fetchall()
            # A million are read at each start, so what they are is asked by column.
            for column, kind in zip(zip(*rows, strict=True), _KNOWN_TYPES, strict=False):
                if set(map(type, column)) != {kind}:
                    raise sqlite3.DatabaseError("a row is not what it must be")
        return [(place, fold, name, key, synced != 0) for place, fold, name, key, synced in rows]

    def purge(self, now_ms: int) -> list[Entry]:
        """As `ICatalogue` says."""
        most = self._limits.catalogue_batch
        with telling("write to", self.path):
            gone = self._entries("WHERE until_ms <= :now LIMIT :most", now=now_ms, most=most)
            if gone:
                with self._base:
                    self._base.execute("BEGIN IMMEDIATE")
                    for entry in gone:
                        self._drop(entry)
        return gone

    def _begin(self, writes: bool) -> None:
        with telling("read", self.path):
            self._indexed = has_words(self._base)
            if not writes:
                return
            self._count()
            # A number is not used again, even if what had it was purged.
            (self._last,) = self._base.execute("SELECT change FROM latest").fetchone()
            (highest,) = self._base.execute("SELECT max(change) FROM entries").fetchone()
            if type(self._last) is not int or not (highest is None or highest <= self._last):
                raise sqlite3.DatabaseError("its numbers do not fit")

    def _count(self) -> None:
        rows = self._base.execute("SELECT publisher, count(*) FROM entries GROUP BY publisher")
        self._of: Counter[bytes] = Counter(dict(rows.fetchall()))
        self.count = self._of.total()
        (said,) = self._base.execute("SELECT count(*) FROM entries NOT INDEXED").fetchone()
        if said != self.count:
            raise sqlite3.DatabaseError(f"it has {said} names, and finds {self.count}")

    def _try(self, entry: Entry) -> Entry | Refused:
        try:
            return self._keep(entry)
        except Refused as refusal:
            return refusal

    def _keep(self, entry: Entry) -> Entry:
        old, inherited = (self._one(entry.fold, who) for who in (entry.publisher, entry.heir_of))
        if old is not None and not check(old, entry):
            return old
        if old is None and inherited is None:
            of = self._of[entry.publisher]
            check_room(self.count, of, self._limits.catalogue_records, self._limits)
        kept = succeed(entry, old, inherited, self._last + 1, self._last + 1)
        self._last += 1
        for before in (old, inherited):
            if before is not None:
                self._drop(before)
        self._insert(kept)
        return kept

    def _one(self, fold: str, publisher: bytes) -> Entry | None:
        found = self._entries("WHERE fold = :fold AND publisher = :who", fold=fold, who=publisher, now=0)
        return found[0] if found else None

    def _insert(self, entry: Entry) -> None:
        values = (
            entry.fold, entry.publisher, entry.name, entry.key, entry.seq, entry.signed_ms, entry.until_ms,
            entry.words, entry.raw, entry.synced, entry.place, entry.change,
        )  # fmt: skip
        marks = ", ".join("?" * len(values))
        self._base.execute(f"INSERT INTO entries ({_FIELDS}) VALUES ({marks})", values)
        self.count += 1
        self._of[entry.publisher] += 1
        if self._indexed:
            self._base.execute("INSERT INTO found (rowid, words) VALUES (?, ?)", (entry.place, entry.words))

    def _drop(self, entry: Entry) -> None:
        self._base.execute("DELETE FROM entries WHERE place = ?", (entry.place,))
        self.count -= 1
        self._of[entry.publisher] -= 1
        if not self._of[entry.publisher]:
            del self._of[entry.publisher]
        if self._indexed:
            self._base.execute(
                "INSERT INTO found (found, rowid, words) VALUES ('delete', ?, ?)",
                (entry.place, entry.words),
            )

    def _found(self, words: Iterable[str]) -> list[int]:
        """The places that have these words, up to one more than many."""
        matching = " AND ".join(f'"{word}"*' for word in words)
        with telling("read", self.path):
            rows = self._base.execute(
                "SELECT rowid FROM found WHERE found MATCH ? LIMIT ?", (matching, _MANY + 1)
            )
            return [place for (place,) in rows]

    def _entries(self, which: str, **given: object) -> list[Entry]:
        with telling("read", self.path):
            self._steps = 0
            self._base.set_progress_handler(self._tired, self._stride)
            rows = self._base.execute(f"SELECT {_FIELDS}, {_OWNS} FROM entries {which}", given)
            found = [_entry(row) for row in rows]
            self._base.set_progress_handler(None, 0)
        return found

    def _tired(self) -> bool:
        self._steps += self._stride
        return self._steps > self._limits.catalogue_search_steps


def _entry(row: tuple[Any, ...]) -> Entry:
    if tuple(map(type, row[:-1])) != _TYPES:
        raise sqlite3.DatabaseError("a row is not what it must be")
    fold, publisher, name, key, seq, signed_ms, until_ms, words, raw, synced, place, change, owns = row
    said = (fold, publisher, name, key, seq, signed_ms, until_ms, words, raw)
    return Entry(*said, synced=bool(synced), place=place, change=change, owns=bool(owns))
