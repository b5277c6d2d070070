"""What a peer shares, as it lies in its folders."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.library import ROOT, LibraryFilm
from p2pstream.limits import LIMITS
from p2pstream.peer.folders.library import Library
from p2pstream.testing.fake_media import FAKE_FILM, FakeMedia
from p2pstream.testing.library import LIBRARY_PATHS, LibraryContract
from tests.peer.folder_peer import PublicityTestCase

AFTER = LIMITS.side_after_s + 0.5


class PeerLibraryTests(PublicityTestCase, LibraryContract, SynchronousTestCase):
    """A library over real folders and a stepped clock."""

    def make_library(self, **given: Any) -> Library:
        """See `LibraryContract`."""
        for path in LIBRARY_PATHS:
            self.write(path)
        self.peer = self.run_peer(**given)
        self.library = Library(self.peer.shares, self.peer.keying.keyed, self.peer.sides)
        return self.library

    def write(self, path: str) -> None:
        """A file, with a folder for it."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(FAKE_FILM + path.encode())

    def put(self, path: str, size: int = 0) -> None:
        """See `LibraryContract`."""
        self.write(path)
        self.look()

    def drop(self, path: str) -> None:
        """See `LibraryContract`."""
        (self.folder / path).unlink()
        self.look()

    def look(self) -> None:
        """Time for the share to be looked at; what was written just now is old by then."""
        self.peer.shares.look_again()
        self.wait(1.0)

    def film(self, name: str) -> LibraryFilm:
        """One of them."""
        return next(
            each for each in self.library.below(ROOT) if isinstance(each, LibraryFilm) and each.name == name
        )

    def test_before_it_was_made(self) -> None:
        """What was shared before is in it, and what is found out later as well."""
        self.peer = self.run_peer()
        self.library = Library(self.peer.shares, self.peer.keying.keyed, None)
        self.assertEqual(self.titles(self.library), [])
        self.put("a.mp4")
        self.assertEqual(self.titles(self.library), ["a.mp4"])

    def test_several_shares(self) -> None:
        """They count as one; of two films with one name the one that can be had is there."""
        other = self.folder.parent / "other"
        self.addCleanup(lambda: None)
        (other / "Series").mkdir(parents=True, exist_ok=True)
        for path in ("Series/three.mp4", "Series/one.webm"):
            (other / path).write_bytes(b"another film")
        library = self.make_library(added=[str(other)])
        (series, *_) = library.inside(ROOT)
        self.assertEqual(self.titles(library, series.number), ["Deep", "one.webm", "three.mp4"])
        self.assertEqual(self.film("one.webm").length, len(FAKE_FILM + b"Series/one.webm"))

    def test_names_of_folders(self) -> None:
        """Whatever a folder is called, its title can be shown."""
        self.peer = self.run_peer()
        self.library = Library(self.peer.shares, self.peer.keying.keyed, None)
        self.put("a\x1b[2J\u202e/film.mp4")
        (folder,) = self.library.inside(ROOT)
        self.assertEqual(folder.title, "a\\x1b[2J\\u202e")

    def test_subtitles(self) -> None:
        """They lie beside the film, under its name."""
        library = self.make_library(media=FakeMedia())
        for path in ("Series/one.srt", "Series/one.en.srt", "one.srt", "Series/ones.srt"):
            self.write(path)
        self.look()
        self.assertEqual(library.subtitles(self.film("one.webm")), ["one.en.srt"])
        self.assertEqual(library.subtitles(self.film("two.mp3")), [])

    def test_sides(self) -> None:
        """What is known of a film is had, once it is; that counts as a change."""
        library = self.make_library(media=FakeMedia())
        (self.folder / "known.mkv").write_bytes(FAKE_FILM)
        self.look()
        before = library.changes
        film = self.film("known.mkv")
        self.assertIsNone(self.successResultOf(library.side(film)))
        self.wait(AFTER)
        side = self.successResultOf(library.side(film))
        self.assertEqual(side.facts.duration_ms, 60_000)
        self.assertGreater(library.changes, before)
        self.assertIs(self.successResultOf(library.side(film)), side)

    def test_sides_that_cannot_be_read(self) -> None:
        """They are as unknown as others."""
        library = self.make_library(media=FakeMedia())
        (self.folder / "known.mkv").write_bytes(FAKE_FILM)
        self.look()
        self.wait(AFTER)

        async def broken(_: object) -> None:
            raise RuntimeError("a bug")

        self.peer.sides.index = broken
        self.assertIsNone(self.successResultOf(library.side(self.film("known.mkv"))))
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)
        waiting: Deferred[Any] = Deferred()

        async def slow(_: object) -> Any:
            return await waiting

        self.peer.sides.index = slow
        asked = library.side(self.film("known.mkv"))
        asked.cancel()
        self.assertIsNone(self.successResultOf(asked))
