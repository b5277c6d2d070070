"""Frames that come many at once, in any pieces: what is told, in which order, and where it stops."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

import tests.strategies  # noqa: F401
from p2pstream.codes import Code
from p2pstream.errors import PeerError
from p2pstream.protocols.link.family import Frame
from p2pstream.protocols.link.framing import frame_head
from p2pstream.protocols.link.incoming import Incoming, Rule
from p2pstream.protocols.link.messages import GoAway
from p2pstream.protocols.link.session import Stage
from tests.protocols.link.joined import WORD, Pair

WHOLE, LENT, DROPPED, FORBIDDEN = 1, 2, 3, 4
_RULES = {WHOLE: Rule(10), LENT: Rule(10, head=2), DROPPED: Rule(10, ignored=True)}


def frame(type: int, body: bytes = b"", channel: int = 7) -> bytes:
    """A frame's bytes."""
    return frame_head(type, channel, len(body)) + body


class Told:
    """An `incoming.Taker` that keeps what it is told, and stops at a word."""

    def __init__(self) -> None:
        self.incoming = Incoming(self)
        self.told: list[Any] = []
        self._lent = bytearray()

    def rule(self, type: int, channel: int) -> Rule:
        """By type; one is forbidden."""
        if type == FORBIDDEN:
            raise PeerError("not now", Code.BAD_FRAME)
        return _RULES[type]

    def taken(self, frame: Frame) -> None:
        """Keep it."""
        self.told.append(frame)
        if frame.body == b"stop":
            self.incoming.stop()

    def begun(self, type: int, channel: int, head: bytes, length: int) -> memoryview | None:
        """Lend what is asked for."""
        self.told.append((head, length))
        self._lent = bytearray(length)
        return memoryview(self._lent)

    def complete(self, type: int) -> None:
        """Keep what came."""
        self.told.append(bytes(self._lent))

    def hear(self, *pieces: bytes) -> list[Any]:
        """What is told of these, with the code of what is raised at its end."""
        try:
            for piece in pieces:
                self.incoming.receive(piece)
        except PeerError as fault:
            self.told.append(Code(fault.code))
        return self.told


def word(body: bytes) -> Frame:
    """A frame as it is told."""
    return Frame(WHOLE, 7, body)


class TogetherTests(SynchronousTestCase):
    """Many frames in one piece."""

    def test_order(self) -> None:
        """All are told in order, whatever kind stands between them."""
        content = frame(WHOLE, b"one") + frame(WHOLE) + frame(LENT, b"hdabc")
        content += frame(DROPPED, b"x") + frame(WHOLE, b"two")
        expected = [word(b"one"), word(b""), (b"hd", 3), b"abc", word(b"two")]
        self.assertEqual(Told().hear(content), expected)
        for cut in range(len(content)):
            self.assertEqual(Told().hear(content[:cut], content[cut:]), expected, cut)
        self.assertEqual(Told().hear(*(content[at : at + 1] for at in range(len(content)))), expected)

    def test_stopped_between(self) -> None:
        """Whoever is told a frame may stop it there: those behind it are not told, wherever it is cut."""
        content = frame(WHOLE, b"one") + frame(WHOLE, b"stop") + frame(WHOLE, b"two") + frame(FORBIDDEN)
        for cut in range(len(content)):
            self.assertEqual(Told().hear(content[:cut], content[cut:]), [word(b"one"), word(b"stop")], cut)

    def test_F36_at_the_bound(self) -> None:
        """In the middle of a piece as elsewhere: the most bytes are taken, one more is refused."""
        for much, last in ((10, word(bytes(10))), (11, Code.TOO_BIG)):
            content = frame(WHOLE, b"one") + frame(WHOLE, bytes(much))
            self.assertEqual(Told().hear(content), [word(b"one"), last])
            # It is refused before its body came.
            head = content[: len(content) - much]
            self.assertEqual(Told().hear(head), [word(b"one"), Code.TOO_BIG][: 1 + (much > 10)])

    def test_forbidden_behind_others(self) -> None:
        """What came before one that may not come is told."""
        self.assertEqual(Told().hear(frame(WHOLE, b"one") + frame(FORBIDDEN)), [word(b"one"), Code.BAD_FRAME])
        self.assertEqual(
            Told().hear(frame(WHOLE, b"one") + frame(LENT, b"h")), [word(b"one"), Code.BAD_FRAME]
        )

    @given(
        st.lists(
            st.tuples(st.sampled_from([WHOLE, LENT, DROPPED, FORBIDDEN]), st.binary(max_size=11)), max_size=8
        ),
        st.lists(st.integers(1, 30), max_size=30),
    )
    def test_F37_any_pieces(self, frames: list[tuple[int, bytes]], cuts: list[int]) -> None:
        """What is told does not depend on how it is cut."""
        content = b"".join(frame(type, body) for type, body in frames)
        pieces, at = [], 0
        for cut in cuts:
            pieces.append(content[at : at + cut])
            at += cut
        bytewise = (content[at : at + 1] for at in range(len(content)))
        self.assertEqual(Told().hear(*pieces, content[at:]), Told().hear(*bytewise))


class LinkTests(SynchronousTestCase):
    """The same on a whole link."""

    def test_end_between(self) -> None:
        """Behind a GOAWAY nothing is taken, though it came in the same piece; what was before it is."""
        content = frame(WORD, b"one") + frame(GoAway.TYPE, GoAway(0, 0, "").pack(), 0) + frame(WORD, b"two")
        for cut in range(len(content)):
            pair = Pair()
            pair.run()
            pair.give(1, content[:cut])
            pair.give(1, content[cut:])
            self.assertEqual((pair.families[1].words, pair.ends[1].going), ([b"one"], False), cut)

    def test_fault_between(self) -> None:
        """So it is when a family cannot go on: the other end is told once."""
        pair = Pair()
        pair.run()
        far = pair.families[1]
        pair.give(1, frame(WORD, b"one"))
        far.fault = PeerError("no such word", Code.BAD_MESSAGE)
        pair.give(1, frame(WORD, b"two") + frame(WORD, b"three"))
        ended = pair.ends[1].ended
        assert ended is not None
        self.assertEqual((far.words, ended.code), ([b"one"], Code.BAD_MESSAGE))
        said = pair.output(1)
        self.assertEqual((said.count(b"no such word"), pair.ends[1].stage), (1, Stage.ENDING))

    def test_first_words(self) -> None:
        """HELLO, AUTH and words in one piece: each is judged by where the one before has led."""
        pair = Pair()
        pair.give(1, pair.output(0))
        pair.give(0, pair.output(1))
        pair.families[0].say(b"one")
        pair.families[0].say(b"two")
        pair.give(1, pair.output(0))
        self.assertEqual((pair.families[1].words, pair.ends[1].stage), ([b"one", b"two"], Stage.OPEN))
