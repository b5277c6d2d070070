"""A library in memory, and what every `ILibrary` must do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.content.library import ROOT, LibraryEntry, LibraryFilm, LibraryFolder
from p2pstream.content.media_types import PLAYED, type_of
from p2pstream.content.side import Side
from p2pstream.interfaces import ILibrary

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["LIBRARY_PATHS", "LibraryContract", "MemoryLibrary"]

#: What lies where, in a library that keeps the contract.
LIBRARY_PATHS = ("Tale 10.mp4", "tale 2.mkv", "Series/one.webm", "Series/Deep/two.mp3", "notes.txt")


@implementer(ILibrary)
class MemoryLibrary:
    """Films that are put in and taken out by their paths, all of 1,000 bytes.

    :ivar sides: what is known of films, by their names; and what subtitles they have.
    """

    def __init__(self, *paths: str) -> None:
        self.changes = 0
        self.sides: dict[str, Side] = {}
        self.texts: dict[str, Sequence[str]] = {}
        self._fresh = count(ROOT + 1)
        self._numbers: dict[str, int] = {"": ROOT}
        self._observers: list[Callable[[], None]] = []
        self._films: set[str] = set()
        self._entries: dict[int, LibraryEntry] = {ROOT: LibraryFolder(ROOT, -1, "")}
        for path in paths:
            self.put(path)

    def put(self, path: str) -> None:
        """It is there from now on."""
        if type_of(path) in PLAYED:
            self._films.add(path)
            self._change()

    def drop(self, path: str) -> None:
        """It is there no more."""
        self._films.discard(path)
        self._change()

    def get(self, number: int) -> LibraryEntry | None:
        """See `ILibrary`."""
        return self._entries.get(number)

    def inside(self, number: int) -> Sequence[LibraryEntry]:
        """See `ILibrary`."""
        inside = [each for each in self._entries.values() if each.parent == number and each.number != ROOT]
        return sorted(inside, key=lambda each: (isinstance(each, LibraryFilm), _in_order(each.title)))

    def below(self, number: int) -> Iterator[LibraryEntry]:
        """See `ILibrary`."""
        for entry in self.inside(number):
            yield entry
            yield from self.below(entry.number)

    def side(self, film: LibraryFilm) -> Deferred[Side | None]:
        """See `ILibrary`."""
        return succeed(self.sides.get(film.name))

    def subtitles(self, film: LibraryFilm) -> Sequence[str]:
        """See `ILibrary`."""
        return self.texts.get(film.name, ())

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `ILibrary`."""
        self._observers.append(changed)
        return lambda: None if changed not in self._observers else self._observers.remove(changed)

    def _change(self) -> None:
        folders = {path[:at] for path in self._films for at, each in enumerate(path) if each == "/"}
        paths = sorted(folders | self._films)
        # One that comes back has another number.
        known = {path: number for path, number in self._numbers.items() if path in ("", *paths)}
        self._numbers = {path: known.get(path) or next(self._fresh) for path in paths} | {"": ROOT}
        self._entries = {ROOT: self._entries[ROOT]}
        for path in paths:
            above, _, title = path.rpartition("/")
            number, parent = self._numbers[path], self._numbers[above]
            film = LibraryFilm(number, parent, title, 1000, type_of(title))
            self._entries[number] = film if path in self._films else LibraryFolder(number, parent, title)
        self.changes += 1
        for changed in list(self._observers):
            changed()


def _in_order(title: str) -> tuple[list[str], str]:
    words = title.casefold().replace(".", " ").split()
    return [word.zfill(20) if word.isdecimal() else word for word in words], title


class LibraryContract(_Case):
    """The contract of `ILibrary`; for trial's ``SynchronousTestCase``."""

    def make_library(self) -> Any:
        """One with films of at least a byte at `LIBRARY_PATHS`."""
        raise NotImplementedError

    def put(self, path: str) -> None:
        """One more film, and time for it to be found."""
        raise NotImplementedError

    def drop(self, path: str) -> None:
        """One less, and time for that to be found."""
        raise NotImplementedError

    def titles(self, library: Any, number: int = ROOT) -> list[str]:
        """What is in a folder."""
        return [entry.title for entry in library.inside(number)]

    def test_provides(self) -> None:
        """It has all that the interface promises; the root is there, and in nothing."""
        library = self.make_library()
        self.assertTrue(verifyObject(ILibrary, library))
        self.assertEqual(library.get(ROOT), LibraryFolder(ROOT, -1, ""))

    def test_in_order(self) -> None:
        """Folders, then films, by their titles, numbers as numbers; what no player plays is not there."""
        library = self.make_library()
        self.assertEqual(self.titles(library), ["Series", "tale 2.mkv", "Tale 10.mp4"])
        series = library.inside(ROOT)[0]
        self.assertEqual(self.titles(library, series.number), ["Deep", "one.webm"])
        below = [entry.title for entry in library.below(ROOT)]
        self.assertEqual(below, ["Series", "Deep", "two.mp3", "one.webm", "tale 2.mkv", "Tale 10.mp4"])

    def test_numbers(self) -> None:
        """Each entry is had by its number, and says where it is; nothing has any other."""
        library = self.make_library()
        below = list(library.below(ROOT))
        self.assertEqual(len({entry.number for entry in below}), len(below))
        for entry in below:
            self.assertEqual(library.get(entry.number), entry)
            self.assertIn(entry, library.inside(entry.parent))
        for number in (-1, 10**9):
            self.assertIsNone(library.get(number))
            self.assertEqual(list(library.inside(number)), [])
            self.assertEqual(list(library.below(number)), [])

    def test_films(self) -> None:
        """They say what they are asked for by, how long they are, and of what type."""
        library = self.make_library()
        film = next(each for each in library.below(ROOT) if each.title == "two.mp3")
        self.assertEqual((film.name, film.kind), ("two.mp3", "audio/mpeg"))
        self.assertGreater(film.length, 0)
        self.assertIsNone(self.successResultOf(library.side(film)))
        self.assertEqual(list(library.subtitles(film)), [])

    def test_changes(self) -> None:
        """Whoever observes is told, once the change is there to be seen; until it ends that."""
        library = self.make_library()
        seen: list[tuple[int, list[str]]] = []
        end = library.observe(lambda: seen.append((library.changes, self.titles(library))))
        before = library.changes
        self.put("Another.mp4")
        self.assertEqual(seen[-1], (library.changes, ["Series", "Another.mp4", "tale 2.mkv", "Tale 10.mp4"]))
        self.assertGreater(library.changes, before)
        end()
        end()
        told = len(seen)
        self.drop("Another.mp4")
        self.assertEqual((len(seen), len(self.titles(library))), (told, 3))

    def test_empty_folders(self) -> None:
        """They go with the last film in them, and what comes back is a new entry."""
        library = self.make_library()
        series = library.inside(ROOT)[0]
        deep = library.inside(series.number)[0]
        self.drop("Series/Deep/two.mp3")
        self.assertEqual(self.titles(library, series.number), ["one.webm"])
        self.assertIsNone(library.get(deep.number))
        self.drop("Series/one.webm")
        self.assertEqual(self.titles(library), ["tale 2.mkv", "Tale 10.mp4"])
        self.put("Series/Deep/two.mp3")
        self.assertEqual(self.titles(library), ["Series", "tale 2.mkv", "Tale 10.mp4"])
        self.assertNotEqual(library.inside(ROOT)[0].number, series.number)
