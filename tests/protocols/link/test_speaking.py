"""Families that are made when somebody speaks them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.protocols.link.family import Family, FamilyKind, Frame
from p2pstream.protocols.link.framing import frame_head
from p2pstream.protocols.link.session import LinkSession, Stage
from tests.protocols.link.joined import RUN, WORD, Chatter, Pair, terms_of

#: A frame of another family.
SONG = 0x20


class Chat:
    """What is known of chatter before there is any."""

    name = "chat"
    ceilings: ClassVar[dict[int, int]] = {WORD: 1000, RUN: 2_097_164}
    heads: ClassVar[dict[int, int]] = {RUN: 4}


class Song(Chat):
    """Of another family."""

    name = "song"
    ceilings: ClassVar[dict[int, int]] = {SONG: 10}
    heads: ClassVar[dict[int, int]] = {}


class Speaker:
    """Speaks both, and keeps what was made."""

    kinds: Sequence[FamilyKind] = (Chat, Song)

    def __init__(self) -> None:
        self.made: list[Any] = []

    def begin(self, kind: FamilyKind) -> Family:
        """Make one."""
        made = Chatter()
        made.ceilings, made.heads = dict(kind.ceilings), dict(kind.heads)
        self.made.append(made)
        return made


class SpeakingTests(SynchronousTestCase):
    """One end makes its families late."""

    def setUp(self) -> None:
        """A pair whose acceptor has no family yet."""
        self.speaker = Speaker()
        self.pair = self.paired()

    def paired(self, **far: Any) -> Pair:
        """The pair, in a group where one is said."""
        pair = Pair(near=terms_of(1, **far))
        end = LinkSession([], terms_of(2, **far), False, 0.0, speaker=self.speaker)
        pair.ends = pair.ends[0], end
        return pair

    def test_idle(self) -> None:
        """Nothing is made for a link on which nothing is said; the other end is told what is spoken."""
        self.pair.run()
        self.assertEqual(([end.stage for end in self.pair.ends], self.speaker.made), ([Stage.OPEN] * 2, []))
        opposite = self.pair.ends[0].opposite
        self.assertEqual(opposite and opposite.families, {"chat", "song"})
        self.pair.wait(25)
        self.pair.run()
        self.assertEqual((self.pair.ends[1].rank(self.pair.now), self.speaker.made), (0, []))

    def test_first_word(self) -> None:
        """It is attached, told who is there, and given the word; the next one goes to the same."""
        self.pair.run()
        self.pair.families[0].say(b"one")
        self.pair.run()
        self.pair.families[0].say(b"two")
        self.pair.run()
        (made,) = self.speaker.made
        self.assertEqual((made.words, [one.authenticated for one in made.met]), ([b"one", b"two"], [True]))
        self.assertEqual(self.pair.events[1][-3:], ["met", b"one", b"two"])
        made.say(b"three")
        self.pair.run()
        self.assertEqual(self.pair.families[0].words, [b"three"])

    def test_first_run(self) -> None:
        """Room is lent by a family that is made for it."""
        self.pair.run()
        self.pair.give(1, frame_head(RUN, 0, 7) + b"headabc")
        self.assertEqual(self.speaker.made[0].runs, [(b"head", b"abc")])

    def test_before_the_proof(self) -> None:
        """A word that comes with HELLO makes it; when the proof comes it is told again who is there."""
        self.pair.families[0].say(b"early")
        self.pair.run()
        (made,) = self.speaker.made
        self.assertEqual(made.words, [b"early"])
        self.assertEqual([one.authenticated for one in made.met], [False, True])

    def test_strangers_of_a_group_make_nothing(self) -> None:
        """A word that may not come is refused before anything is made."""
        self.pair = self.paired(secret=b"s" * 32)
        self.pair.give(1, self.pair.output(0))
        self.pair.give(1, frame_head(WORD, 0, 1) + b"x")
        ended = self.pair.ends[1].ended
        self.assertEqual((ended and ended.code, self.speaker.made), (Code.NOT_AUTHORISED, []))

    def test_what_nobody_speaks(self) -> None:
        """Frames that are too long, or of no kind, make nothing."""
        for head in (frame_head(SONG, 0, 11), frame_head(0x21, 0, 0)):
            self.pair = self.paired()
            self.pair.run()
            self.pair.give(1, head)
            self.assertFalse(self.pair.ends[1].going)
        self.assertEqual(self.speaker.made, [])

    def test_we_speak_first(self) -> None:
        """A family that joins is attached at once; what comes back goes to it."""
        self.pair.run()
        mine = Chatter()
        self.pair.ends[1].join(mine)
        mine.say(b"hello")
        self.pair.run()
        self.pair.families[0].say(b"who is there")
        self.pair.run()
        self.assertEqual((self.pair.families[0].words, mine.words), ([b"hello"], [b"who is there"]))
        self.assertEqual((len(mine.met), self.speaker.made), (1, []))

    def test_each_has_its_own(self) -> None:
        """Both are asked for what is urgent, and told of the end."""
        self.pair.run()
        self.pair.families[0].say(b"word")
        self.pair.families[0].line.send(Frame(WORD, 0, b"x"))
        self.pair.run()
        self.pair.give(1, frame_head(SONG, 0, 2) + b"la")
        chatter, singer = self.speaker.made
        self.assertEqual((chatter.words, singer.words), ([b"word", b"x"], [b"la"]))
        self.pair.ends[1].lost("it broke")
        self.assertEqual((chatter.gone, singer.gone), (["it broke"], ["it broke"]))
