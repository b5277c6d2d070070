"""The catalogue's database.  Everything here blocks: it is for workers, one call at a time."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from p2pstream.central.ownership import check, check_room, succeed
from p2pstream.content.catalogued import Entry
from p2pstream.content.text import printable
from p2pstream.errors import Refused, StorageError
from p2pstream.limits import LIMITS, Limits

__all__ = ["Ledger"]

#: The version of the tables; "p2pc", so that nobody's other database is taken for ours.
FORMAT = 1
APPLICATION = 0x70327063

_TABLES = """
    CREATE TABLE entries (
        place INTEGER PRIMARY KEY, change INTEGER NOT NULL UNIQUE, fold TEXT NOT NULL,
        publisher BLOB NOT NULL, name TEXT NOT NULL, key BLOB NOT NULL, seq INTEGER NOT NULL,
        signed_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, words TEXT NOT NULL,
        raw BLOB NOT NULL, synced INTEGER NOT NULL, UNIQUE (fold, publisher)
    );
    CREATE INDEX by_name ON entries (fold, place);
    CREATE INDEX by_publisher ON entries (publisher);
    CREATE INDEX by_end ON entries (until_ms);
"""
_INDEX = (
    "CREATE VIRTUAL TABLE found USING fts5 (words, content='', tokenize='unicode61 remove_diacritics 0');"
)
_FIELDS = "fold, publisher, name, key, seq, signed_ms, until_ms, words, raw, synced, place, change"
_TYPES = (str, bytes, str, bytes, int, int, int, str, bytes, int, int, int)
#: Whether it is the first of its name that counts.
_OWNS = """
    place = (SELECT place FROM entries AS other WHERE other.fold = entries.fold AND length(other.key) > 0
             AND other.until_ms > :now ORDER BY synced, place LIMIT 1)
"""
_LIVE = "length(key) > 0 AND until_ms > :now"
#: Beyond so many matches it is quicker to look through the names in their order.
_MANY = 5000
#: A database below this is looked through at the start; a larger one when it is loaded.
_CHECKED_BYTES = 64 * 1024 * 1024
#: Steps of the database's machine in one search; about half a second.
_MOST_STEPS = 20_000_000


class Ledger:
    """The tables, and what is done with them.

    :param path: made if it is not there.
    :raises StorageError: it is damaged, from a newer program, or cannot be used.
    """

    def __init__(self, path: str, limits: Limits = LIMITS) -> None:
        self.path = path
        self._limits = limits
        self._shown = printable(path, 500)
        self._steps = 0
        with self._telling("open"):
            self._open()
        with self._telling("read"):
            self._count()
            # A number is not used again, even if what had it was purged.
            (self._last,) = self._base.execute("SELECT change FROM latest").fetchone()
            (highest,) = self._base.execute("SELECT max(change) FROM entries").fetchone()
            if type(self._last) is not int or not (highest is None or highest <= self._last):
                raise sqlite3.DatabaseError("its numbers do not fit")

    def close(self) -> None:
        """End."""
        self._base.close()

    def write(self, entries: Sequence[Entry]) -> list[Entry | Refused]:
        """Keep these, all at once: durable when it returns; none is kept when it raises."""
        last = self._last
        with self._telling("write to"):
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

    def purge(self, now_ms: int) -> list[Entry]:
        """As `ICatalogue` says."""
        most = self._limits.catalogue_batch
        with self._telling("write to"):
            gone = self._entries("WHERE until_ms <= :now LIMIT :most", now=now_ms, most=most)
            if gone:
                with self._base:
                    self._base.execute("BEGIN IMMEDIATE")
                    for entry in gone:
                        self._drop(entry)
        return gone

    def _count(self) -> None:
        rows = self._base.execute("SELECT publisher, count(*) FROM entries GROUP BY publisher")
        self._of: Counter[bytes] = Counter(dict(rows.fetchall()))
        self.count = self._of.total()
        (said,) = self._base.execute("SELECT count(*) FROM entries NOT INDEXED").fetchone()
        if said != self.count:
            raise sqlite3.DatabaseError(f"it has {said} names, and finds {self.count}")

    def _open(self) -> None:
        new = _made(self.path)
        size = os.stat(self.path).st_size
        if not size and not new:
            raise sqlite3.DatabaseError("it is empty")
        # What a log still holds may lengthen it; without one it has the length that it says.
        settled = not os.path.exists(f"{self.path}-wal")
        self._base = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=1)
        self._base.execute("PRAGMA journal_mode = WAL")
        # A name that was accepted must still be there after the power failed.
        self._base.execute("PRAGMA synchronous = FULL")
        self._base.execute("PRAGMA temp_store = MEMORY")
        if new:
            self._make()
        version = self._base.execute("PRAGMA user_version").fetchone()[0]
        application = self._base.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION or version < 1:
            raise sqlite3.DatabaseError("it is no catalogue of p2pstream")
        if version > FORMAT:
            raise StorageError(
                f"{self._shown} was written by a newer p2pstream (format {version}; this one knows"
                f" {FORMAT}); update, or give another --state"
            )
        tables = {name for (name,) in self._base.execute("SELECT name FROM sqlite_master")}
        self._indexed = "found" in tables and _has_fts5(self._base)
        (said,) = self._base.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()
        if size and settled and said != size:
            raise sqlite3.DatabaseError(f"it has {size} bytes where there should be {said}")
        if size <= _CHECKED_BYTES:
            self._check()

    def _check(self) -> None:
        """Look through all of it."""
        (said,) = self._base.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            raise sqlite3.DatabaseError(str(said))
        if self._indexed:
            self._base.execute("INSERT INTO found (found) VALUES ('integrity-check')")

    def _make(self) -> None:
        indexed = _has_fts5(self._base)
        self._base.executescript(
            f"BEGIN; {_TABLES} CREATE TABLE latest (change INTEGER NOT NULL); INSERT INTO latest VALUES (0);"
            f"{_INDEX if indexed else ''}"
            f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; COMMIT;"
        )

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
        rows = self._base.execute(
            "SELECT rowid FROM found WHERE found MATCH ? LIMIT ?", (matching, _MANY + 1)
        )
        return [place for (place,) in rows]

    def _entries(self, which: str, **given: object) -> list[Entry]:
        with self._telling("read"):
            self._steps = 0
            self._base.set_progress_handler(self._tired, 100_000)
            rows = self._base.execute(f"SELECT {_FIELDS}, {_OWNS} FROM entries {which}", given)
            found = [_entry(row) for row in rows]
            self._base.set_progress_handler(None, 0)
        return found

    def _tired(self) -> bool:
        self._steps += 100_000
        return self._steps > _MOST_STEPS

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as fault:
            raise StorageError(f"cannot {what} {self._shown}: {fault}") from fault
        except sqlite3.DatabaseError as fault:
            raise StorageError(
                f"{self._shown} is damaged ({fault}); move it away to begin anew, and its names come back"
                " when their publishers do"
            ) from fault
        except OSError as fault:
            raise StorageError(f"cannot {what} {self._shown}: {fault.strerror}") from fault


def _made(path: str) -> bool:
    """Make the file, for nobody else to read; False: it is there already."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return False
    return True


def _entry(row: tuple[Any, ...]) -> Entry:
    if tuple(map(type, row[:-1])) != _TYPES:
        raise sqlite3.DatabaseError("a row is not what it must be")
    fold, publisher, name, key, seq, signed_ms, until_ms, words, raw, synced, place, change, owns = row
    said = (fold, publisher, name, key, seq, signed_ms, until_ms, words, raw)
    return Entry(*said, synced=bool(synced), place=place, change=change, owns=bool(owns))


def _has_fts5(base: sqlite3.Connection) -> bool:
    return ("ENABLE_FTS5",) in base.execute("PRAGMA compile_options").fetchall()
