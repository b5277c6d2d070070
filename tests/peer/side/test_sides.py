"""Side content of what is shared, with media that open nothing."""

from __future__ import annotations

from dataclasses import replace
from struct import pack
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.content.keys import FileKey
from p2pstream.content.side import Side, unpack
from p2pstream.content.signed.records import Record, read_record
from p2pstream.errors import NotShared, StorageError, Unproven
from p2pstream.limits import LIMITS
from p2pstream.peer.side.kept import KeptSides, MadeSide, tag_of, tree_over
from p2pstream.peer.side.stream import BufferStream
from p2pstream.testing.fake_media import FAKE_FILM, FakeMedia
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.peer.folder_peer import Peer, PublicityTestCase

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"
#: What a container says of a film of a minute, and nothing of the film.
MINUTE_LONG = b"\0\0\0\x08ftyp" + pack(">I4sI4s12xII", 36, b"moov", 28, b"mvhd", 1, 60)
AFTER = LIMITS.side_after_s + 0.5


class SideCase(PublicityTestCase):
    """One folder, and media that take `FAKE_FILM` for a film."""

    def setUp(self) -> None:
        """Media that count how often they are asked."""
        super().setUp()
        self.media = FakeMedia()

    def file(self, name: str, content: bytes) -> None:
        """A file."""
        (self.folder / name).write_bytes(content)

    def running(self) -> Peer:
        """A peer that has had time."""
        peer = self.run_peer(media=self.media)
        self.wait(AFTER)
        return peer

    def record(self, peer: Peer, name: str = "film.mkv") -> Record:
        """The newest that the central has of that name."""
        records = [read_record(raw, self.wall_ns() // 1_000_000) for raw in peer.line.records]
        return max((each for each in records if each.name == name), key=lambda each: each.seq)

    def side(self, peer: Peer, key: FileKey | None) -> tuple[Side, bytes]:
        """What is served under that key."""
        assert key is not None
        stream: Any = self.successResultOf(peer.streams.open(key))
        raw = self.read(stream)
        stream.close()
        self.assertEqual(tree_over(raw).key, key)
        return unpack(raw, len(raw)), raw


class MadeTests(SideCase):
    """From a film in a folder to a record that names its side content."""

    def test_named_and_served(self) -> None:
        """The record has its length and the key; the central knows who has it; it can be had."""
        self.file("film.mkv", FAKE_FILM)
        peer = self.running()
        record = self.record(peer)
        self.assertEqual((record.dur_ms, record.br), (60_000, len(FAKE_FILM) * 8000 // 60_000))
        self.assertEqual(peer.line.keys, {record.key, record.side})
        side, _ = self.side(peer, record.side)
        self.assertEqual(side.facts.container, "matroska")

    def test_not_at_once(self) -> None:
        """A film is listed first, and before it is looked into some time passes."""
        self.file("film.mkv", FAKE_FILM)
        peer = self.run_peer(media=self.media)
        self.wait(LIMITS.side_after_s - 1)
        self.assertEqual((self.media.asked, self.record(peer).side), (0, None))

    def test_only_films(self) -> None:
        """What is no film by its name is left alone."""
        self.file("notes.txt", b"words")
        self.file("film.en.srt", SRT)
        self.running()
        self.assertEqual(self.media.asked, 0)

    def test_none_can_be_made(self) -> None:
        """It is told once, and not tried again, not in the next run either; the film is shared as ever."""
        self.file("film.mkv", b"nothing that anybody could open")
        peer = self.running()
        self.assertEqual(len(peer.events.named("side_refused")), 1)
        self.assertEqual((self.record(peer).side, peer.line.keys), (None, {self.record(peer).key}))
        again = self.running()
        self.assertEqual((self.media.asked, again.events.named("side_refused")), (1, []))

    def test_nothing_to_open_films_with(self) -> None:
        """It is told once how to get it."""
        self.media.missing = "get it"
        self.file("a.mkv", FAKE_FILM)
        self.file("b.mkv", FAKE_FILM + b"x")
        peer = self.running()
        (told,) = peer.events.named("side_missing")
        self.assertEqual(str(told["reason"]), "get it")

    def test_measured(self) -> None:
        """Their containers say how long films are, until there is something to open films with."""
        self.media.missing = "get it"
        self.file("film.mp4", MINUTE_LONG)
        peer = self.running()
        film = self.record(peer, "film.mp4")
        self.assertEqual((film.dur_ms, film.br, film.side), (60_000, len(MINUTE_LONG) * 8000 // 60_000, None))
        known = self.successResultOf(Deferred.fromCoroutine(peer.sides.index(film.key)))
        self.assertEqual((known.facts.duration_ms, known.pieces), (60_000, ()))
        again = self.running()
        self.assertEqual((self.record(again, "film.mp4").seq, self.media.asked), (film.seq, 0))
        self.media.missing = ""
        self.running()
        self.assertEqual(self.media.asked, 1)

    def test_restart(self) -> None:
        """The next run makes nothing anew, and serves and names it at once."""
        self.file("film.mkv", FAKE_FILM)
        first = self.record(self.running())
        again = self.run_peer(media=self.media)
        self.assertEqual(self.record(again).side, first.side)
        self.assertIn(first.side, again.line.keys)
        self.side(again, first.side)
        self.wait(AFTER)
        self.assertEqual(self.media.asked, 1)

    def test_withdrawn(self) -> None:
        """With the film its side content goes, and comes back with it without being made again."""
        self.file("film.mkv", FAKE_FILM)
        peer = self.running()
        side = self.record(peer).side
        assert side is not None
        (self.folder / "film.mkv").unlink()
        self.wait(3)
        self.assertEqual(peer.line.keys, set())
        self.failureResultOf(peer.streams.open(side), NotShared)
        self.file("film.mkv", FAKE_FILM)
        self.wait(AFTER + 3)
        self.assertEqual((peer.line.keys, self.media.asked), ({self.record(peer).key, side}, 1))

    def test_damaged(self) -> None:
        """What is not what it was is not served, and made again in the next run."""
        self.file("film.mkv", FAKE_FILM)
        side = self.record(self.running()).side
        assert side is not None
        (name,) = self.disk.names("sides")
        self.disk.replace(f"sides/{name}", b"x" * side.length)
        again = self.run_peer(media=self.media)
        self.failureResultOf(again.streams.open(side), NotShared)


class TextTests(SideCase):
    """Subtitles that lie beside the film."""

    def test_beside(self) -> None:
        """They are in it, as WebVTT, with their language; those of another film are not."""
        self.file("film.mkv", FAKE_FILM)
        self.file("film.en.srt", SRT)
        self.file("film2.de.srt", SRT)
        peer = self.running()
        side, raw = self.side(peer, self.record(peer).side)
        (text,) = side.of("subtitles")
        self.assertEqual((text.language, raw[text.start : text.stop][:6]), ("en", b"WEBVTT"))

    def test_comes_later(self) -> None:
        """Dropped beside it while the peer runs, they make it anew: other bytes, another key."""
        self.file("film.mkv", FAKE_FILM)
        peer = self.running()
        before = self.record(peer)
        self.file("film.srt", SRT)
        self.wait(AFTER + 3)
        after = self.record(peer)
        self.assertNotEqual(before.side, after.side)
        self.assertEqual(
            peer.line.keys, {after.key, after.side, peer.keying.keyed.key(peer.shares.offers.get("film.srt"))}
        )
        self.assertEqual(len(self.side(peer, after.side)[0].of("subtitles")), 1)
        self.assertEqual(len(self.disk.names("sides")), 1)


class KeptTests(SideCase):
    """The folder of them."""

    def test_names(self) -> None:
        """What a name says; names of others are passed over."""
        film, side = FileKey(bytes(range(32)), 5_000), FileKey(bytes(range(1, 33)), 700)
        for made in (MadeSide(film, "abc", side, 7), MadeSide(film, tag_of(["x"]), None)):
            self.assertEqual(MadeSide.named(made.path.removeprefix("sides/")), made)
        for name in ("", "x", "a.b.c.d", f"{film.text[5:]}.t.none.x", f"{film.text[5:]}.t.none", "..."):
            self.assertIsNone(MadeSide.named(name))

    def test_cache_size(self) -> None:
        """What is of films that are gone makes room; when all are shared no more are made, which is told."""
        self.file("film.mkv", FAKE_FILM)
        peer = self.running()
        gone = MadeSide(FileKey(bytes(range(32)), 5_000), "t", FileKey(bytes(range(1, 33)), 700))
        self.successResultOf(Deferred.fromCoroutine(peer.sides._kept.keep(gone, b"")))
        size = peer.sides._kept.size
        peer.sides._limits = replace(LIMITS, side_cache_bytes=LIMITS.side_bytes + size - 1)
        self.file("film.srt", SRT)
        self.wait(AFTER + 3)
        self.assertIsNone(peer.sides._kept.get(gone.film))
        self.assertEqual(self.media.asked, 2)
        peer.sides._limits = replace(LIMITS, side_cache_bytes=LIMITS.side_bytes)
        self.file("film.de.srt", SRT)
        self.wait(AFTER + 3)
        self.assertEqual((self.media.asked, len(peer.events.named("side_missing"))), (2, 1))

    def remembered(self, most: int) -> int:
        """Of how much of it is known what is in it, after two were asked for."""
        self.file("film.mkv", FAKE_FILM)
        peer = self.running()
        film, seen = self.record(peer).key, []
        peer.sides._limits = replace(LIMITS, side_indexes=most)
        for text in ("film.srt", "film.de.srt"):
            self.file(text, SRT)
            self.wait(AFTER + 3)
            seen.append(self.successResultOf(Deferred.fromCoroutine(peer.sides.index(film))))
        self.assertEqual([len(each.of("subtitles")) for each in seen], [1, 2])
        (name,) = self.disk.names("sides")
        self.disk.remove(f"sides/{name}")
        again = self.successResultOf(Deferred.fromCoroutine(peer.sides.index(film)))
        self.assertIs(again, seen[-1])
        return len(peer.sides._indexes)

    def test_remembered(self) -> None:
        """What is in it is read once."""
        self.assertEqual(self.remembered(2), 2)

    def test_forgotten(self) -> None:
        """Of more than may be remembered the one that was asked for last is."""
        self.assertEqual(self.remembered(1), 1)

    def test_disk_refuses(self) -> None:
        """A disk that cannot be read has nothing; one film more or less harms nobody."""
        kept = KeptSides(Refusing(), InlineWorkers())
        self.successResultOf(Deferred.fromCoroutine(kept.load()))
        made = MadeSide(FileKey(bytes(range(32)), 5_000), "t", None)
        self.failureResultOf(Deferred.fromCoroutine(kept.keep(made, b"")), StorageError)
        self.assertIsNone(kept.get(made.film))


class Refusing(MemoryDisk):
    """One that is broken."""

    def names(self, folder: str = "") -> Any:
        """Refuse."""
        raise OSError(5, "broken")

    def replace(self, path: str, content: bytes) -> None:
        """Refuse."""
        raise OSError(5, "broken")


class StreamTests(SideCase):
    """Bytes in memory as a stream with a key."""

    def test_proofs(self) -> None:
        """Each page leads to the root; one that cannot be is refused."""
        raw = bytes(range(256)) * 1200
        tree = tree_over(raw)
        stream = BufferStream(raw, tree)
        nodes, uncles = self.successResultOf(stream.hashes(2, 0, 4, 1))
        self.assertEqual(self.read(stream), raw)
        self.assertTrue(nodes and uncles)
        self.failureResultOf(stream.hashes(99, 0, 1, 0), Unproven)
        self.assertEqual(stream.spans(0, 5), [])
        stream.check()
        stream.close()
