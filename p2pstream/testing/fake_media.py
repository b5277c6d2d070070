"""What all that open films must do, and one that opens none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.interfaces import IConsumer, IPushProducer
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.content.side import Facts, unpack
from p2pstream.content.side.packfile import Piece, pack
from p2pstream.content.side.texts import SideText
from p2pstream.content.subtitles import to_webvtt
from p2pstream.data.memory import BufferData
from p2pstream.errors import CannotPlay, ReadStopped
from p2pstream.interfaces import IData, IMedia
from p2pstream.testing.bytes.consumers import CollectingConsumer, StoppingConsumer

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["FAKE_FACTS", "FAKE_FILM", "FakeMedia", "MediaContract"]

#: What the fake takes for a film, and makes of it.
FAKE_FILM, FAKE_FACTS = b"a film", Facts(60_000, "matroska")
_PARTS = (b"head", b"first", b"second")


class MediaContract(_Case):
    """The contract of `IMedia`; for trial's ``TestCase``."""

    def make_media(self) -> Any:
        """One; the test case closes it."""
        raise NotImplementedError

    def make_film(self) -> bytes:
        """A film that it can open, and wrap anew for a browser."""
        raise NotImplementedError

    def test_provides_media(self) -> None:
        """The provider has all that the interface promises."""
        media = self.make_media()
        self.assertTrue(verifyObject(IMedia, media))
        self.assertEqual(media.missing, "")

    async def test_facts(self) -> None:
        """What is in a film."""
        facts = await self.make_media().facts(BufferData(self.make_film()))
        self.assertGreater(facts.duration_ms, 0)

    async def test_side(self) -> None:
        """A file of side content, with the subtitles that lie beside the film."""
        text = SideText("en", "English", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n")
        raw = await self.make_media().side(BufferData(self.make_film()), [text])
        (piece,) = unpack(raw, len(raw)).of("subtitles")
        self.assertEqual((piece.language, piece.label), ("en", "English"))
        self.assertEqual(raw[piece.start : piece.stop], to_webvtt(text.raw))

    async def test_remux(self) -> None:
        """It is delivered as data is."""
        into = CollectingConsumer()
        count = await self.make_media().remux(BufferData(self.make_film()), into)
        self.assertEqual(count, len(into.collected))
        self.assertGreater(count, 0)
        self.assertEqual((into.calls[0], into.calls[-1]), ("register", "unregister"))

    async def test_stopped(self) -> None:
        """Whoever wants no more is given no more."""
        into = StoppingConsumer(1)
        with self.assertRaises(ReadStopped):
            await self.make_media().remux(BufferData(self.make_film()), into)
        self.assertEqual(into.calls[-1], "unregister")

    async def test_no_film(self) -> None:
        """What is none is refused in one line, whatever is wanted of it."""
        media, none = self.make_media(), BufferData(b"no film at all " * 1000)
        for asked in (media.facts(none), media.side(none), media.remux(none, CollectingConsumer())):
            with self.assertRaises(CannotPlay) as refused:
                await asked
            said = str(refused.exception)
            self.assertTrue(said.isprintable() and said)

    async def test_cancelled(self) -> None:
        """What is cancelled ends at once."""
        asked = self.make_media().facts(_NeverThere())
        asked.cancel()
        with self.assertRaises(CancelledError):
            await asked


class _NeverThere(BufferData):
    """A film of which nothing comes."""

    def __init__(self) -> None:
        super().__init__(bytes(100_000))

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """Wait for ever."""
        return Deferred()


@implementer(IMedia)
class FakeMedia:
    """Takes `FAKE_FILM` for a film of a minute, and opens nothing.

    :ivar asked: how often side content was asked for.
    """

    missing = ""

    def __init__(self) -> None:
        self.asked = 0
        self._closed = False

    def facts(self, data: IData) -> Deferred[Facts]:
        """As `IMedia` says."""
        return self._opened(data).addCallback(lambda _: FAKE_FACTS)

    def side(self, data: IData, texts: Sequence[SideText] = ()) -> Deferred[bytes]:
        """As `IMedia` says."""
        self.asked += 1
        converted = [(text, to_webvtt(text.raw)) for text in texts]
        pieces = [
            (Piece("subtitles", "text/vtt", len(body), text.language, text.label), body)
            for text, body in converted
        ]
        return self._opened(data).addCallback(lambda _: pack(FAKE_FACTS, pieces))

    def remux(self, data: IData, consumer: IConsumer, start_s: float = 0.0) -> Deferred[int]:
        """As `IMedia` says."""
        return self._opened(data).addCallback(lambda _: _Delivery(consumer).run())

    def close(self) -> Deferred[None]:
        """As `IMedia` says."""
        return succeed(None)

    def _opened(self, data: IData) -> Deferred[None]:
        into = CollectingConsumer()
        if data.length is None:
            return fail(CannotPlay("a film that has no end yet"))
        return data.read_to(into).addCallback(lambda _: _check(bytes(into.collected)))


@implementer(IPushProducer)
class _Delivery:
    """Some parts, to whom they are for, as long as he takes them."""

    def __init__(self, consumer: IConsumer) -> None:
        self._consumer = consumer
        self._stopped = False

    def run(self) -> int:
        self._consumer.registerProducer(self, True)
        for part in _PARTS:
            if not self._stopped:
                self._consumer.write(part)
        self._consumer.unregisterProducer()
        if self._stopped:
            raise ReadStopped
        return sum(map(len, _PARTS))

    def pauseProducing(self) -> None:
        """It holds next to nothing."""

    def resumeProducing(self) -> None:
        """It goes on anyway."""

    def stopProducing(self) -> None:
        """No more."""
        self._stopped = True


def _check(content: bytes) -> None:
    if content != FAKE_FILM:
        raise CannotPlay("its bytes are no film of a kind that is known here")
