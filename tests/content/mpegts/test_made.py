"""A stream as a real multiplexer makes it."""

from __future__ import annotations

import io
from pathlib import Path

import av
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.mpegts import TransportStream
from p2pstream.testing.film import make_film


class MadeTests(SynchronousTestCase):
    """FFmpeg's."""

    def test_decodes_from_each(self) -> None:
        """There are as many places as key pictures, and a decoder that begins at one shows it whole."""
        path = Path(self.mktemp())
        make_film(path, 4.0, 160, 90, container="ts")
        with av.open(str(path)) as film:
            keys = sum(packet.is_keyframe for packet in film.demux(video=0) if packet.size)
        stream = TransportStream()
        parts = stream.feed(path.read_bytes())
        places = [at for at, part in enumerate(parts) if part.rap]
        self.assertEqual((len(places), stream.jumps, stream.skipped), (keys, 0, 0))
        for at in places:
            rest = io.BytesIO(b"".join(part.content for part in parts[at:]))
            with av.open(rest, format="mpegts") as film:
                self.assertTrue(next(film.decode(video=0)).key_frame)
