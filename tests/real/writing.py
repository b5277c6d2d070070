"""A program that keeps things, and says what is safe: ``python -m tests.real.writing KIND FOLDER SEED``.

It is killed at one of its calls of the system; what it had said by then has to hold.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock

from p2pstream.central.names.catalogue_sqlite import SqliteCatalogue
from p2pstream.central.names.ledger import Ledger
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.data.disk import Stamp
from p2pstream.data.hash_cache import HashCache
from p2pstream.data.hash_lines import HashLine
from p2pstream.data.state import Pins, StateFolder
from p2pstream.data.store import Store
from p2pstream.data.trees import Trees
from p2pstream.errors import StorageError
from p2pstream.testing.central.catalogue import NOW, entry_of
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import prove, proven_film
from p2pstream.testing.workers import InlineWorkers
from tests.peer.central_lines import FakeLine
from tests.peer.folder_peer import Peer

FILM = proven_film(7 * UNIT + 1234)
OTHERS = [proven_film(UNIT + number, seed=number) for number in range(3)]
#: Far from each other, so that all stamps are old.
NOW_NS = 2_000_000_000_000_000_000
#: What a share has, now and then; and of how many pages, which makes films of few kinds.
NAMES, PAGES = ("a", "b", "c.mp4", "d"), 5
#: How long a name counts that is purged soon.
BRIEF_MS = 5


def stamp(number: int) -> Stamp:
    """That of the file of one of the others."""
    return Stamp(1, number, OTHERS[number].key.length, 1, 1)


def say(*words: object) -> None:
    """One line, at once."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def now(work: Deferred[Any]) -> Any:
    """What came of work that is done at once."""
    outcome: list[Any] = []
    work.addBoth(outcome.append)
    (result,) = outcome
    if hasattr(result, "raiseException"):
        result.raiseException()
    return result


def keep_a_stream(folder: Path, seed: int) -> None:
    """Units come, are claimed, given up, come again, and the file moves out."""
    clock, disk = HeapClock(), StateFolder(folder)
    store = Store(disk, InlineWorkers(), clock)
    say("opens")
    stream = now(store.open(FILM.key))
    prove(stream, FILM)
    say("opened")
    for first in range(0, 8, 2):
        now(stream.put_units(first, FILM.units(first, first + 2)))
        clock.advance(10)
        say("has", 0, first + 2)
    say("has", 2, 8)
    now(Deferred.fromCoroutine(stream.stored.keeping.evict(Ranges([(0, 2)]))))
    now(stream.put_units(0, FILM.units(0, 2)))
    clock.advance(10)
    say("has", 0, 8)
    now(store.release(FILM.key, str(folder.with_suffix(".film"))))
    say("released")
    now(store.close())


def keep_hashes(folder: Path, seed: int) -> None:
    """Files are hashed, one after the other, and a central's id is noted."""
    disk, workers = StateFolder(folder), InlineWorkers()
    cache, trees = HashCache(disk, workers), Trees(disk, workers)
    now(cache.load())
    for number, film in enumerate(OTHERS):
        now(trees.keep(film.tree))
        now(cache.put(HashLine(f"/{number}", stamp(number), film.key, True), NOW_NS))
        say("has", 0, number + 1)
    pins = Pins(disk, "pins", workers)
    for number in range(1, 3):
        pins[f"10.0.0.{number}:2045"] = FILM.key.root
        say("pinned", number)


def open_catalogue(folder: Path, clock: HeapClock) -> SqliteCatalogue:
    """A central's names, as it opens them."""
    path = str(folder / "names.db")
    return SqliteCatalogue(Ledger(path), Ledger(path, writes=False), clock, InlineWorkers())


def keep_names(folder: Path, seed: int) -> None:
    """Names are published at a central, several at once, again, withdrawn, and forgotten.

    :param seed: grows from one run to the next in a folder; so do the numbers of the records.
    """
    chance, clock = Random(seed), HeapClock()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        catalogue = open_catalogue(folder, clock)
    except StorageError as fault:
        say("refused", fault)
        return
    for number in range(8):
        entries = [_some_entry(chance, seed * 100 + number * 10 + each) for each in range(3)]
        for entry in entries:
            brief = entry.until_ms == NOW + BRIEF_MS
            say("tries", entry.fold, entry.publisher[0], entry.seq, brief)
        answers = [catalogue.publish(entry) for entry in entries]
        clock.advance(1)
        for entry, answer in zip(entries, answers, strict=True):
            answer.addCallbacks(
                lambda kept: say("kept", kept.fold, kept.publisher[0], kept.seq, kept.change),
                lambda failure, entry=entry: say("refused", entry.fold, failure.trap(StorageError)),
            )
        if number % 3 == 2:
            say("purges")
            purged = catalogue.purge(NOW + BRIEF_MS)
            purged.addCallbacks(
                lambda gone: [say("purged", each.fold, each.publisher[0], each.seq) for each in gone],
                lambda failure: say("refused", failure.trap(StorageError)),
            )
    now(catalogue.close())


def _some_entry(chance: Random, seq: int) -> Any:
    entry = entry_of(chance.choice("abcdef"), chance.randrange(1, 4), seq, words="some words")
    return chance.choice((entry, entry, replace(entry, key=b""), replace(entry, until_ms=NOW + BRIEF_MS)))


class SayingLine(FakeLine):
    """A central's line that tells what went over it."""

    def publish(self, record: bytes) -> Deferred[None]:
        """See `AnnounceLine`."""
        say("told", record.hex())
        return super().publish(record)


class SayingPeer(Peer):
    """A peer that tells what it tells centrals."""

    new_line: Callable[[], FakeLine] = SayingLine


def open_peer(folder: Path, kind: type[Peer] = Peer) -> tuple[Peer, MemoryReactorClock]:
    """A peer that shares a folder, and has told a central of it, and its clock."""
    reactor, share = MemoryReactorClock(), folder / "share"
    share.mkdir(parents=True, exist_ok=True)
    # All that is written here is old by then, so that it is not doubted.
    peer = kind(share, StateFolder(folder / "state"), reactor, lambda: time.time_ns() + 60 * 10**9)
    now(Deferred.fromCoroutine(peer.start()))
    pass_time(reactor, 4)
    return peer, reactor


def pass_time(reactor: MemoryReactorClock, seconds: float) -> None:
    """Seconds, of which none takes as long."""
    for _ in range(round(seconds / 0.25)):
        reactor.advance(0.25)


def keep_a_share(folder: Path, seed: int) -> None:
    """Files come, are replaced, renamed, and go; a central is told."""
    chance = Random(seed)
    peer, reactor = open_peer(folder, SayingPeer)
    for _ in range(5):
        for path in (folder / "share" / name for name in chance.sample(NAMES, 2)):
            deed = chance.randrange(4)
            if deed < 2:
                path.write_bytes(bytes((seed % 251,)) * 4096 * chance.randrange(1, PAGES))
            elif deed == 2:
                path.unlink(missing_ok=True)
            elif path.exists():
                path.rename(path.with_name(chance.choice(NAMES)))
        pass_time(reactor, chance.choice((0.25, 1, 4)))
    now(Deferred.fromCoroutine(peer.stop()))


KINDS = {"stream": keep_a_stream, "hashes": keep_hashes, "names": keep_names, "share": keep_a_share}


def keep(kind: str, folder: str, seed: int) -> None:
    """All of it, and say that it is done."""
    KINDS[kind](Path(folder), seed)
    say("done")


if __name__ == "__main__":
    keep(sys.argv[1], sys.argv[2], int(sys.argv[3]))
