"""What has to hold of what `tests.real.writing` kept, wherever it was killed, or whatever call failed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from p2pstream.content.keys import FileKey
from p2pstream.content.signed.records import Record
from p2pstream.data.disk.private import PRIVATE
from p2pstream.data.hash_cache import HashCache
from p2pstream.data.state import Pins, StateFolder
from p2pstream.data.store import Store
from p2pstream.data.trees import Trees
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.central.catalogue import NOW
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import film_of, prove
from p2pstream.testing.workers import InlineWorkers
from tests.real.writing import BRIEF_MS, FILM, OTHERS, now, open_catalogue, open_peer, stamp

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

#: What a program said, a line a list of words.
Said = list[list[str]]
#: A folded name, and the first byte of who published it.
_Name = tuple[str, int]


@cache
def key_of(content: bytes) -> FileKey:
    """What a film of that content is called."""
    return film_of(content).key


def left(folder: Path) -> Iterator[str]:
    """Files that are there, but for the mark of a private folder."""
    return (path.name for path in folder.rglob("*") if path.is_file() and path.name != PRIVATE)


class Heard:
    """What a central said of names, each with who published it.

    :ivar kept: the last number of a record that it acknowledged, and of the change that it was.
    :ivar tried: numbers of records that it was to keep.
    :ivar going: those of which nobody knows whether they were purged.
    """

    def __init__(self, kept: dict[_Name, tuple[int, int]]) -> None:
        self.kept = dict(kept)
        self.tried: dict[_Name, set[int]] = {}
        self.going: set[_Name] = set()
        self._brief: set[int] = set()

    def hear(self, what: str, words: list[str]) -> None:
        """One line."""
        if what == "tries":
            self.tried.setdefault(_name(words), set()).add(int(words[2]))
            if words[3] == "True":
                self._brief.add(int(words[2]))
        elif what == "kept":
            self.kept[_name(words)] = int(words[2]), int(words[3])
            self.going.discard(_name(words))
        elif what == "purges":
            self.going = {name for name, (seq, _) in self.kept.items() if seq in self._brief}
        elif what == "purged":
            self.kept.pop(_name(words), None)


def _name(words: list[str]) -> _Name:
    return words[0], int(words[1])


class HoldingMixin(_Case):
    """For a trial TestCase; each check leaves a folder so that the next run can go on in it.

    :ivar signed: by folder, every record that left a peer, by name and sequence number.
    :ivar stood: by folder, the numbers of names, and of their changes, as they were seen last.
    :ivar changed: by folder, what each number of a change of a catalogue stood for.
    """

    def setUp(self) -> None:
        """Nothing was seen yet."""
        super().setUp()
        self.signed: dict[Path, dict[tuple[str, int], bytes]] = {}
        self.stood: dict[Path, dict[_Name, tuple[int, int]]] = {}
        self.changed: dict[Path, dict[int, tuple[str, int, int]]] = {}

    def check(self, kind: str, folder: Path, said: Said) -> None:
        """Whether what was said to be safe is, and nothing false is there."""
        if folder.exists():
            getattr(self, f"check_{kind}")(folder, said)

    def check_stream(self, folder: Path, said: Said) -> None:
        """What was claimed is here, what is here is the film's, and the rest can be fetched."""
        target = folder.with_suffix(".film")
        if target.exists():
            self.assertTrue(target.read_bytes() == FILM.content)
            target.unlink()
            return
        self.assertNotIn(["released"], said)
        disk = StateFolder(folder)
        store = Store(disk, InlineWorkers(), HeapClock())
        stream = now(store.open(FILM.key))
        prove(stream, FILM)
        safe = [tuple(map(int, words[1:])) for words in said if words[0] == "has"]
        now(Deferred.fromCoroutine(stream.stored.keeping.check(0, 8)))
        if safe:
            self.assertEqual(stream.units.missing(*safe[-1]).total, 0, (said, stream.units))
        for start, stop in stream.have:
            consumer = CollectingConsumer()
            now(stream.read_to(consumer, start, stop))
            self.assertTrue(bytes(consumer.collected) == FILM.content[start:stop])
        for first, stop in stream.units.missing(0, 8):
            self.assertTrue(all(now(stream.put_units(first, FILM.units(first, stop)))))
        now(store.release(FILM.key, str(target)))
        self.assertTrue(target.read_bytes() == FILM.content)
        target.unlink()
        now(store.close())
        disk.close()
        self.assertEqual(list(left(folder)), [])

    def check_hashes(self, folder: Path, said: Said) -> None:
        """What was remembered is, with its hashes; nothing is half there."""
        disk, workers = StateFolder(folder), InlineWorkers()
        self.assertEqual([path for path in left(folder) if path.startswith(".new")], [])
        hashes, trees = HashCache(disk, workers), Trees(disk, workers)
        now(hashes.load())
        self.assertEqual(hashes.damaged, 0)
        remembered = max((int(words[2]) for words in said if words[0] == "has"), default=0)
        for number, film in enumerate(OTHERS):
            entry = hashes.find(f"/{number}", stamp(number))
            self.assertIn(entry and entry.key, (film.key,) if number < remembered else (None, film.key))
            if entry is not None:
                self.assertEqual(now(trees.find(film.key)).key, film.key)
        pins = Pins(disk, "pins", workers)
        self.assertGreaterEqual(len(pins), sum(words[0] == "pinned" for words in said))
        disk.close()

    def check_names(self, folder: Path, said: Said) -> None:
        """Of each name the last record that was acknowledged is there, or a later one that was on its way."""
        catalogue = open_catalogue(folder, HeapClock())
        found = now(catalogue.changed_since(0, 1000, NOW))
        self.assertEqual(catalogue.count(), len(found))
        seen = {(each.fold, each.publisher[0]): (each.seq, each.change) for each in found}
        heard = Heard(self.stood.get(folder, {}))
        for what, *words in said:
            heard.hear(what, words)
        for name, last in heard.kept.items():
            if name in seen or name not in heard.going:
                self.assertIn(name, seen, said)
                self.assertTrue(seen[name] == last or seen[name][0] in heard.tried[name], (name, said))
                self.assertGreaterEqual(seen[name], last)
        for name in set(seen) - set(heard.kept):
            self.assertIn(seen[name][0], heard.tried.get(name, ()), (name, said))
        # A number stands for one change, for ever: watchers go by it.
        changed = self.changed.setdefault(folder, {})
        for name, (seq, change) in (*seen.items(), *heard.kept.items()):
            self.assertEqual(changed.setdefault(change, (*name, seq)), (*name, seq))
        for each in found:
            listed = now(catalogue.search([each.fold], None, 100, NOW))
            self.assertEqual(each.place in [one.place for one in listed], bool(each.key))
        gone = {each.place for each in now(catalogue.purge(NOW + BRIEF_MS))}
        left_over = (each for each in found if each.place not in gone)
        self.stood[folder] = {(each.fold, each.publisher[0]): (each.seq, each.change) for each in left_over}
        now(catalogue.close())
        self.assertEqual(set(left(folder)), {"names.db"})

    def check_share(self, folder: Path, said: Said) -> None:
        """Started again, it tells of what is there, of nothing else, under numbers that are new."""
        told = [bytes.fromhex(raw) for what, raw in (words for words in said if words[0] == "told")]
        peer, _ = open_peer(folder)
        told += peer.line.records
        self.assertEqual([path for path in left(folder) if path.startswith(".new")], [])
        self.assertEqual(peer.events.named("state_refused") + peer.events.named("key_missing"), [])
        signed, newest = self.signed.setdefault(folder, {}), dict[str, Record]()
        for raw in told:
            record = Record.decode(raw)
            # The same number stands for the same record, for ever.
            self.assertEqual(signed.setdefault((record.name, record.seq), raw), raw)
        for (name, seq), raw in signed.items():
            if name not in newest or seq > newest[name].seq:
                newest[name] = Record.decode(raw)
        # A central goes by the greatest number; what we tell last has to have it.
        standing = {name: record.key for name, record in newest.items() if record.key is not None}
        there = {path.name: key_of(path.read_bytes()) for path in (folder / "share").iterdir()}
        self.assertEqual(standing, there)
        self.assertEqual(peer.line.keys, set(there.values()))
        now(Deferred.fromCoroutine(peer.stop()))
        disk = StateFolder(folder / "state")
        hashes = HashCache(disk, InlineWorkers())
        now(hashes.load())
        self.assertEqual(hashes.damaged, 0)
        disk.close()
