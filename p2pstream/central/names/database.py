"""The file that a catalogue is kept in: made, opened, and looked through for damage."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from p2pstream.content.refusals import reason
from p2pstream.content.text import printable
from p2pstream.errors import StorageError

__all__ = ["has_words", "open_database", "telling"]

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
#: A database below this is looked through at the start; a larger one when it is loaded.
_CHECKED_BYTES = 64 * 1024 * 1024


@contextmanager
def telling(what: str, path: str) -> Iterator[None]:
    """What the database complains of, as one line.

    :raises StorageError: instead of what SQLite raises.
    """
    try:
        yield
    except sqlite3.OperationalError as fault:
        raise StorageError(f"cannot {what} {printable(path, 500)}: {fault}") from fault
    except sqlite3.DatabaseError as fault:
        raise StorageError(
            f"{printable(path, 500)} is damaged ({fault}); move it away to begin anew, and its names come"
            " back when their publishers do"
        ) from fault
    except OSError as fault:
        raise StorageError(f"cannot {what} {printable(path, 500)}: {reason(fault)}") from fault


def open_database(path: str) -> sqlite3.Connection:
    """The database, made if it is not there; for use under `telling`.

    :raises StorageError: a newer program wrote it.
    """
    if not os.path.lexists(path):
        _make(path)
    size = os.stat(path).st_size
    if not size:
        raise sqlite3.DatabaseError("it is empty")
    # What a log still holds may lengthen it; without one it has the length that it says.
    settled = not os.path.exists(f"{path}-wal")
    base = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=1)
    try:
        base.execute("PRAGMA journal_mode = WAL")
        # A name that was accepted must still be there after the power failed.
        base.execute("PRAGMA synchronous = FULL")
        base.execute("PRAGMA temp_store = MEMORY")
        _identify(base, path)
        if settled:
            _measure(base, size)
        if size <= _CHECKED_BYTES:
            _check(base)
    except BaseException:
        base.close()
        raise
    return base


def has_words(base: sqlite3.Connection) -> bool:
    """Whether there is an index of words, and this SQLite can use it."""
    tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master")}
    return "found" in tables and _has_fts5(base)


def _make(path: str) -> None:
    """Make it, for nobody else to read.

    Under another name, until it is whole: who is killed meanwhile leaves nothing that looks damaged.
    """
    fresh = f"{path}.new"
    # The log of one that was moved away would be taken for that of the new one.
    for left in (fresh, f"{path}-wal", f"{path}-shm"):
        with suppress(FileNotFoundError):
            os.unlink(left)
    descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with closing(sqlite3.connect(fresh, isolation_level=None)) as base:
            base.execute("PRAGMA journal_mode = OFF")
            base.executescript(
                f"BEGIN; {_TABLES} CREATE TABLE latest (change INTEGER NOT NULL);"
                f"INSERT INTO latest VALUES (0); {_INDEX if _has_fts5(base) else ''}"
                f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; COMMIT;"
            )
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.rename(fresh, path)
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _identify(base: sqlite3.Connection, path: str) -> None:
    (version,) = base.execute("PRAGMA user_version").fetchone()
    (application,) = base.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION or version < 1:
        raise sqlite3.DatabaseError("it is no catalogue of p2pstream")
    if version > FORMAT:
        raise StorageError(
            f"{printable(path, 500)} was written by a newer p2pstream (format {version}; this one knows"
            f" {FORMAT}); update, or give another --state"
        )


def _measure(base: sqlite3.Connection, size: int) -> None:
    (pages,), (page,) = (base.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size"))
    if pages * page != size:
        raise sqlite3.DatabaseError(f"it has {size} bytes where there should be {pages * page}")


def _check(base: sqlite3.Connection) -> None:
    """Look through all of it."""
    (said,) = base.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(str(said))
    if has_words(base):
        base.execute("INSERT INTO found (found) VALUES ('integrity-check')")


def _has_fts5(base: sqlite3.Connection) -> bool:
    return ("ENABLE_FTS5",) in base.execute("PRAGMA compile_options").fetchall()
