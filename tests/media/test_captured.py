"""The program that captures, run."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import av
from twisted.internet import reactor as real_reactor
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.trial.unittest import TestCase

from p2pstream.errors import CannotPlay, SourceLost
from p2pstream.live.ingest import Ingest
from p2pstream.media.captured import Capture, Wrapped
from p2pstream.media.copies import copy_of
from p2pstream.media.process import av_folder
from p2pstream.testing.film import make_film
from p2pstream.testing.live.live_parts import FedBroadcast
from p2pstream.testing.node import HeardEvents

reactor: Any = real_reactor


class CaptureTests(TestCase):
    """Real processes."""

    def setUp(self) -> None:
        """A feed, and somebody who waits for its end."""
        self.fed = FedBroadcast()
        self.over: Deferred[None] = Deferred()
        self.ingest = Ingest(self.fed, "show", reactor, HeardEvents(), self.over.callback)

    def capture(self, *arguments: str) -> Capture:
        """Start it."""
        return Capture(reactor, str(av_folder()), arguments, self.ingest)

    def pictures(self) -> int:
        """How many came."""
        with av.open(io.BytesIO(self.fed.content), format="mpegts") as film:
            return sum(1 for _ in film.decode(video=0))

    async def test_film(self) -> None:
        """Whole, then over."""
        path = self.mktemp()
        make_film(path, 0.5, 320, 180, container="mkv")
        self.capture(path)
        self.assertIsNone(await self.over)
        self.assertEqual(self.pictures(), 15)
        self.assertIsNone(self.fed.producer)

    async def test_cannot(self) -> None:
        """Why, in its own words."""
        self.capture("/nowhere.mkv")
        fault = await self.assertFailure(self.over, CannotPlay)
        self.assertEqual(str(fault), "cannot open /nowhere.mkv: No such file or directory")

    async def test_stopped(self) -> None:
        """Nothing more is wanted: the process ends, and nobody is told anything."""
        ended: Deferred[None] = Deferred()
        capture = self.capture("test")
        capture.processEnded = lambda reason: ended.callback(None)  # type: ignore[method-assign]
        capture.pauseProducing()
        capture.stopProducing()
        await ended
        self.assertFalse(self.over.called)

    async def test_wrapped(self) -> None:
        """FLV, as publishers send it; the end of it ends all well."""
        wrapped = Wrapped(self.capture("-", "--format", "flv"))
        wrapped.write(self.flv())
        await wrapped.finish()
        self.assertIsNone(await self.over)
        self.assertEqual(self.pictures(), 15)

    async def test_wrapped_and_broken_off(self) -> None:
        """What came is wrapped, and the reason is told."""
        wrapped = Wrapped(self.capture("-", "--format", "flv"))
        wrapped.write(self.flv())
        await wrapped.abort(Failure(SourceLost("pulled the plug")))
        fault = await self.assertFailure(self.over, SourceLost)
        self.assertEqual((str(fault), self.pictures()), ("pulled the plug", 15))

    async def test_gives_up_before_its_publisher(self) -> None:
        """The program took something damaged for the end: its publisher did not say so."""
        path = self.mktemp()
        make_film(path, 0.5, 320, 180, container="mkv")
        wrapped = Wrapped(self.capture(path))
        fault = await self.assertFailure(self.over, CannotPlay)
        self.assertEqual(str(fault), "what comes is damaged, and cannot be read any further")
        self.assertEqual(self.pictures(), 15)
        wrapped.write(b"more")

    def flv(self) -> bytes:
        """A film as it is published."""
        path, flv = self.mktemp(), self.mktemp()
        make_film(path, 0.5, 320, 180)
        with av.open(path) as film, av.open(flv, "w", format="flv") as out:
            streams = [film.streams.video[0], film.streams.audio[0]]
            copies = {stream.index: copy_of(stream, out) for stream in streams}
            for packet in film.demux(streams):
                if packet.dts is not None:
                    packet.stream = copies[packet.stream.index]
                    out.mux(packet)
        return Path(flv).read_bytes()
