"""The newest heads of broadcasts, at a central."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.live_heads import LiveHeads
from p2pstream.content.keys import FileKey
from p2pstream.errors import Refused
from p2pstream.limits import LIMITS
from tests.content.broadcasts import KEY, OTHER, Signed, broadcast

RAW = KEY.encode()


class HeadTests(SynchronousTestCase):
    """Anybody may tell of one, and nobody can lie."""

    def test_the_newest(self) -> None:
        """By epoch and number, in whatever order they come."""
        heads, told = LiveHeads(), broadcast(4)
        self.assertEqual(heads.get(RAW, 0.0), b"")
        self.assertTrue(heads.tell(RAW, told[2].raw, 0.0))
        self.assertFalse(heads.tell(RAW, told[1].raw, 0.0))
        self.assertFalse(heads.tell(RAW, told[2].raw, 0.0))
        self.assertEqual(heads.get(RAW, 1.0), told[2].raw)
        later = broadcast(1, epoch=2)[0]
        self.assertTrue(heads.tell(RAW, later.raw, 0.0))
        self.assertEqual(heads.get(RAW, 1.0), later.raw)

    def test_F46_forged(self) -> None:
        """What another key signed, garbage, and heads of a file are refused."""
        heads, forged = LiveHeads(), Signed(channel=OTHER).slice()
        for key, raw in ((RAW, forged.raw), (RAW, b"x" * 200), (FileKey(b"r" * 32, 9).encode(), forged.raw)):
            self.assertRaises(Refused, heads.tell, key, raw, 0.0)
        self.assertEqual(len(heads), 0)

    def test_silence(self) -> None:
        """A minute after the last one nobody knows whether it goes on."""
        heads = LiveHeads()
        heads.tell(RAW, broadcast(1)[0].raw, 5.0)
        last = 5.0 + LIMITS.central_head_s
        self.assertNotEqual(heads.get(RAW, last), b"")
        self.assertEqual(heads.get(RAW, last + 0.1), b"")

    def test_as_many_as_there_may_be(self) -> None:
        """The one that was told of first is forgotten."""
        heads = LiveHeads(replace(LIMITS, central_heads=1))
        other = Signed(channel=OTHER).slice()
        heads.tell(RAW, broadcast(1)[0].raw, 0.0)
        heads.tell(b"\x02" + OTHER.id, other.raw, 0.0)
        self.assertEqual((len(heads), heads.get(RAW, 0.0)), (1, b""))
