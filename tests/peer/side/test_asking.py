"""What belongs to films of others."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.links import Link
from p2pstream.content.listed import ListedName, Standing
from p2pstream.content.signed.records import sign_record
from p2pstream.content.signing import Identity
from p2pstream.data.memory import BufferData
from p2pstream.errors import NoCentral
from p2pstream.limits import LIMITS
from p2pstream.peer.side.asking import fetch_side, named_sides

ANN = Identity(b"a" * 32)
FILM, SIDE = FileKey(b"f" * 32, 70_000), FileKey(b"s" * 32, 7)
LINK = Link(Address("192.0.2.1", 2045), "film.mp4")


class FakeAsked:
    """Centrals that know one film of that name."""

    def __init__(self, side: FileKey | None = SIDE) -> None:
        record = sign_record(ANN, LINK.name, FILM, 10**12, side=side)
        self.names: Any = succeed((ListedName(LINK.name, Standing.OWNER, FILM, record),))
        self.calls: list[str] = []

    def start(self) -> None:
        """Noted."""
        self.calls.append("start")

    def resolve(self, name: str) -> Any:
        """As the test says."""
        return self.names

    def close(self) -> Deferred[None]:
        """Noted."""
        self.calls.append("close")
        return succeed(None)


class FakeStream:
    """Side content that is here."""

    closed = False

    def __init__(self) -> None:
        self.data = BufferData(b"content")

    def close(self) -> Deferred[None]:
        """Noted."""
        self.closed = True
        return succeed(None)


class AskingTests(SynchronousTestCase):
    """Found by the record, fetched by its key."""

    def fetch(self, asked: FakeAsked, film: FileKey = FILM) -> Deferred[bytes | None]:
        """Fetch what belongs to a film."""
        self.stream, self.links = FakeStream(), list[Link]()

        def opened(link: Link) -> Any:
            self.links.append(link)
            return succeed(self.stream)

        return Deferred.fromCoroutine(fetch_side(asked, LINK, film, opened))  # type: ignore[arg-type]

    def test_fetched(self) -> None:
        """All of it; nothing stays open."""
        asked = FakeAsked()
        self.assertEqual(self.successResultOf(self.fetch(asked)), b"content")
        self.assertEqual([link.name for link in self.links], [str(SIDE)])
        self.assertEqual((asked.calls, self.stream.closed), (["start", "close"], True))

    def test_none(self) -> None:
        """A film without, another of that name, and one whose side content is larger than such files are."""
        large = FileKey(b"l" * 32, LIMITS.side_bytes + 1)
        for asked, film in ((FakeAsked(None), FILM), (FakeAsked(), SIDE), (FakeAsked(large), FILM)):
            self.assertIsNone(self.successResultOf(self.fetch(asked, film)))
            self.assertEqual(self.links, [])
        exactly = FakeAsked(FileKey(b"l" * 32, LIMITS.side_bytes))
        self.assertEqual(self.successResultOf(self.fetch(exactly)), b"content")

    def test_nobody_answers(self) -> None:
        """That is the caller's to bear, and nothing stays open."""
        asked = FakeAsked()
        asked.names = fail(NoCentral("away"))
        asking = Deferred.fromCoroutine(named_sides(asked, LINK.name))  # type: ignore[arg-type]
        self.failureResultOf(asking, NoCentral)
        self.assertEqual(asked.calls, ["start", "close"])
