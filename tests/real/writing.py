"""A program that keeps things, and says what is safe: ``python -m tests.real.writing KIND FOLDER``.

It is killed at one of its calls of the system; what it had said by then has to hold.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.data.disk import Stamp
from p2pstream.data.hash_cache import HashCache
from p2pstream.data.hash_lines import HashLine
from p2pstream.data.state import Pins, StateFolder
from p2pstream.data.store import Store
from p2pstream.data.trees import Trees
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import prove, proven_film
from p2pstream.testing.workers import InlineWorkers

FILM = proven_film(7 * UNIT + 1234)
OTHERS = [proven_film(UNIT + number, seed=number) for number in range(3)]
#: Far from each other, so that all stamps are old.
NOW_NS = 2_000_000_000_000_000_000


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


def keep_a_stream(disk: StateFolder, target: Path) -> None:
    """Units come, are claimed, given up, come again, and the file moves out."""
    clock = HeapClock()
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
    now(store.release(FILM.key, str(target)))
    say("released")
    now(store.close())


def keep_hashes(disk: StateFolder, target: Path) -> None:
    """Files are hashed, one after the other, and a central's id is noted."""
    workers = InlineWorkers()
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


KINDS = {"stream": keep_a_stream, "hashes": keep_hashes}

if __name__ == "__main__":
    kind, folder = sys.argv[1:]
    KINDS[kind](StateFolder(folder), Path(folder).with_suffix(".film"))
    say("done")
