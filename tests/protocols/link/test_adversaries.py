"""What one end of a link may do to the other, and what comes of it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.bencode import encode
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.link.framing import ACCEPTOR_MAGIC, DIALLER_MAGIC, frame_head
from p2pstream.protocols.link.messages import Auth, Error, GoAway, Hello, Ping, Pong
from p2pstream.protocols.link.session import LinkSession, Stage
from tests import strategies
from tests.protocols.link.joined import RUN, WORD, Chatter, Pair, terms_of


def frame(type: int, body: bytes = b"", channel: int = 0) -> bytes:
    """A frame's bytes."""
    return frame_head(type, channel, len(body)) + body


def hello(number: int = 1, **said: Any) -> bytes:
    """A HELLO of somebody."""
    terms = terms_of(number)
    return frame(Hello.TYPE, Hello(terms.identity.id, terms.nonce, **said).pack())


class Victim:
    """An acceptor, and what it has answered."""

    def __init__(self, stage: Stage = Stage.AUTH, **options: Any) -> None:
        self.family = Chatter()
        terms = options.pop("terms", terms_of(2))
        self.end = LinkSession([self.family], terms, False, 0.0, **options)
        if stage is not Stage.MAGIC:
            self.end.receive(DIALLER_MAGIC, 0.0)
        if stage in (Stage.AUTH, Stage.OPEN):
            self.end.receive(hello(), 0.0)
        self.said = self.end.take(1 << 20, 0.0)

    def takes(self, content: bytes) -> int | None:
        """The code that it ends with; it has told the other end so, and nobody else."""
        self.end.receive(content, 0.0)
        said = self.end.take(1 << 20, 0.0)
        if self.end.ended is None:
            return None
        if not self.end.ended.theirs:
            code = self.end.ended.code
            assert frame(Error.TYPE, Error(code, 0, self.end.ended.why).pack()) in said, said
        assert self.end.receive(b"more of it", 0.0) == []
        return int(self.end.ended.code)


class FrameTests(SynchronousTestCase):
    """Frames that should not have been sent."""

    def test_F36_wrong_types_in_every_state(self) -> None:
        """Each type, in each state in which it may not come, ends the link with the right code."""
        auth = frame(Auth.TYPE, bytes(64))
        cases: list[tuple[Stage, bytes, Code]] = [
            (Stage.HELLO, frame(WORD), Code.BAD_FRAME),
            (Stage.HELLO, frame(Ping.TYPE, bytes(8)), Code.BAD_FRAME),
            (Stage.HELLO, auth, Code.BAD_FRAME),
            (Stage.HELLO, frame(0x85), Code.BAD_FRAME),
            (Stage.AUTH, hello(), Code.BAD_FRAME),
            (Stage.AUTH, auth, Code.BAD_SIGNATURE),
            (Stage.AUTH, frame(Pong.TYPE, bytes(16)), Code.UNSOLICITED),
            (Stage.AUTH, frame(Ping.TYPE, bytes(8), 1), Code.BAD_FRAME),
        ]
        for type in (0x00, 0x07, 0x0F, 0x70, 0xC0, 0xFE, 0xFF):
            cases += [(stage, frame(type), Code.UNKNOWN_TYPE) for stage in (Stage.HELLO, Stage.AUTH)]
        for stage, content, code in cases:
            self.assertEqual(Victim(stage).takes(content), code, (stage, content))

    def test_F36_lengths(self) -> None:
        """At each type's ceiling a frame is taken, one past it is refused before its body came."""
        most = {
            WORD: 1000, RUN: LIMITS.link_run_bytes, Hello.TYPE: LIMITS.link_hello_bytes, Auth.TYPE: 96,
            Ping.TYPE: 8, Pong.TYPE: 16, GoAway.TYPE: 3 + LIMITS.link_text_bytes,
            Error.TYPE: 3 + LIMITS.link_text_bytes, 0x80: LIMITS.link_frame_bytes,
        }  # fmt: skip
        for type, length in most.items():
            for much, code in ((length, None), (length + 1, Code.TOO_BIG), (2**24 - 1, Code.TOO_BIG)):
                stage = Stage.HELLO if type == Hello.TYPE else Stage.AUTH
                self.assertEqual(Victim(stage).takes(frame_head(type, 0, much)), code, (type, much))
        self.assertEqual(Victim().takes(frame_head(RUN, 0, 3)), Code.BAD_FRAME)
        self.assertEqual(Victim().takes(frame(Auth.TYPE, bytes(65))), Code.BAD_FRAME)

    def test_F36_a_frame_that_never_ends(self) -> None:
        """What is held of it is what came; nothing is set aside for what it promised."""
        victim = Victim()
        victim.end.receive(frame_head(WORD, 0, 1000), 0.0)
        for _ in range(999):
            victim.end.receive(b"x", 0.0)
        self.assertEqual((len(victim.end._incoming._held), victim.family.words), (999, []))

    def test_optional_types_are_dropped(self) -> None:
        """Types from 80 to BF are not held, and what follows is taken."""
        victim = Victim()
        for type in (0x80, 0xBF):
            victim.end.receive(frame_head(type, 9, 65_536) + bytes(65_000), 0.0)
            self.assertEqual(len(victim.end._incoming._held), 0)
            victim.end.receive(bytes(536) + frame(0x80) + frame(WORD, b"on"), 0.0)
        self.assertEqual(victim.family.words, [b"on", b"on"])

    def test_runs_that_nobody_wants(self) -> None:
        """A family that lends no room has the run dropped, without being told that it is complete."""
        victim = Victim()
        victim.family.drops = True
        content = frame(RUN, b"head" + bytes(1000)) + frame(WORD, b"on")
        for place in range(len(content)):
            self.assertIsNone(victim.end.room())
            victim.end.receive(content[place : place + 1], 0.0)
        self.assertEqual((victim.family.runs, victim.family.words), ([], [b"on"]))

    def test_room_is_filled_in_place(self) -> None:
        """Bytes may be put where the family wants them, and stop being wanted when the link ends."""
        victim = Victim()
        victim.end.receive(frame_head(RUN, 0, 14) + b"head" + b"012", 0.0)
        for piece in (b"3456", b"789"):
            room = victim.end.room()
            assert room is not None
            room[: len(piece)] = piece
            events = victim.end.filled(len(piece), 0.0)
        self.assertEqual((events, victim.family.runs), (["run"], [(b"head", b"0123456789")]))
        victim.end.receive(frame_head(RUN, 0, 14) + b"head", 0.0)
        victim.end.close(Code.OK, "enough")
        self.assertIsNone(victim.end.room())

    def test_families_that_break(self) -> None:
        """What a family says of the other end is told it; what breaks in a family gets out."""
        victim = Victim()
        victim.family.fault = PeerError("no such thing", Code.UNSOLICITED)
        self.assertEqual(victim.takes(frame(RUN, b"head")), Code.UNSOLICITED)
        victim = Victim()
        victim.family.fault = ZeroDivisionError()
        self.assertRaises(ZeroDivisionError, victim.end.receive, frame(WORD), 0.0)
        victim.end.fail()
        self.assertIn(frame(Error.TYPE)[3:4], victim.end.take(1000, 0.0))
        self.assertEqual((victim.end.stage, victim.end.ended and victim.end.ended.code), (Stage.ENDING, 19))

    @given(st.binary(max_size=300), st.sampled_from([Stage.MAGIC, Stage.HELLO, Stage.AUTH]), st.data())
    def test_F37_any_bytes(self, content: bytes, stage: Stage, data: st.DataObject) -> None:
        """Whatever comes, in whatever pieces: nothing is raised, and its end is the same."""
        whole, cut = Victim(stage), Victim(stage)
        whole.end.receive(content, 0.0)
        for chunk in data.draw(strategies.cuts(content)):
            cut.end.receive(chunk, 0.0)
        self.assertEqual((whole.end.ended, whole.end.stage), (cut.end.ended, cut.end.stage))
        self.assertEqual(whole.end.take(1 << 20, 0.0), cut.end.take(1 << 20, 0.0))


class HelloTests(SynchronousTestCase):
    """HELLOs that cannot be gone on with."""

    def test_F38_fields(self) -> None:
        """Each field that is not what it may be refuses the whole."""
        good = {b"v": [1], b"id": terms_of(1).identity.id, b"n": bytes(32)}
        items, name, agent = LIMITS.link_hello_items, LIMITS.link_family_bytes, LIMITS.link_agent_bytes
        for most in ({}, {b"s": [b"x" * name]}, {b"s": [b"x"] * items}, {b"ua": b"x" * agent}):
            self.assertIsNone(Victim(Stage.HELLO).takes(frame(Hello.TYPE, encode(good | most))), most)
        bad: list[tuple[bytes, Any]] = [
            (b"v", []), (b"v", 1), (b"v", [b"1"]), (b"v", [1] * (items + 1)),
            (b"id", bytes(32)), (b"id", bytes(31)),
            (b"id", b"\xff" * 32), (b"id", 7), (b"n", bytes(33)), (b"p", -1), (b"p", 65_536), (b"p", b"x"),
            (b"ua", b"x" * (agent + 1)), (b"ua", 3), (b"m", []), (b"m", {b"x": 0x80}), (b"m", {b"x": b"y"}),
            (b"q", -1), (b"q", 2**32), (b"up", 2**32), (b"t", -1), (b"tk", 1), (b"s", [b""]),
            (b"s", [b"Native"]), (b"s", [b"a b"]), (b"s", [1]), (b"s", [b"x" * (name + 1)]),
            (b"s", [b"x"] * (items + 1)),
        ]  # fmt: skip
        for key, value in bad:
            content = frame(Hello.TYPE, encode({**good, key: value}))
            self.assertEqual(Victim(Stage.HELLO).takes(content), Code.BAD_MESSAGE, (key, value))
        for body in (b"", b"i1e", b"de", b"le", encode(good) + b"x", encode(good)[:-1]):
            self.assertEqual(Victim(Stage.HELLO).takes(frame(Hello.TYPE, body)), Code.BAD_MESSAGE, body)

    def test_unknown_entries(self) -> None:
        """Entries of later versions are ignored, and names of strangers made printable."""
        said = {b"v": [7, 1], b"id": terms_of(1).identity.id, b"n": bytes(32), b"zz": [{b"x": -1}]}
        victim = Victim(Stage.HELLO)
        self.assertIsNone(victim.takes(frame(Hello.TYPE, encode({**said, b"ua": b"\x1b[2J\xff"}))))
        assert victim.end.opposite is not None
        self.assertTrue(victim.end.opposite.agent.isprintable())

    def test_versions(self) -> None:
        """A version that both speak is enough; without one, that is what is said."""
        self.assertEqual(Victim(Stage.HELLO).takes(hello(versions=(2, 3))), Code.VERSION)
        self.assertIsNone(Victim(Stage.HELLO).takes(hello(versions=(3, 2, 1))))

    def test_F47_self(self) -> None:
        """Our own id, or our own nonce, is ourselves."""
        self.assertEqual(Victim(Stage.HELLO).takes(hello(2)), Code.SELF)
        said = Hello(terms_of(1).identity.id, terms_of(2).nonce)
        self.assertEqual(Victim(Stage.HELLO).takes(frame(Hello.TYPE, said.pack())), Code.SELF)

    def test_worked_example(self) -> None:
        """The bytes of a HELLO, so that they never change."""
        said = Hello(b"k" * 32, b"n" * 32, families=frozenset({"native", "central"}), port=2050, agent="x")
        self.assertEqual(
            said.pack(),
            b"d2:id32:" + b"k" * 32 + b"1:n32:" + b"n" * 32
            + b"1:pi2050e1:sl7:central6:nativee2:ua1:x1:vli1eee",
        )  # fmt: skip
        long = Hello(b"k" * 32, b"n" * 32, agent="é" * 40).pack()
        self.assertIn(b"2:ua64:" + "é".encode() * 32, long)


class MagicTests(SynchronousTestCase):
    """Who does not speak this at all."""

    def dialler(self, wary: bool = False) -> LinkSession:
        """One who has dialled."""
        return LinkSession([Chatter()], terms_of(1), True, 0.0, wary)

    def test_a10_echo(self) -> None:
        """One's own magic sent back, as an ancestor does, is no acceptor's; and any other bytes neither."""
        for content in (DIALLER_MAGIC, b"HTTP/1.1 400", b"\x89P2PX", b"film.mp4"):
            for step in (1, 100):
                dialler = self.dialler()
                dialler.take(1000, 0.0)
                for start in range(0, len(content), step):
                    dialler.receive(content[start : start + step], 0.0)
                assert dialler.ended is not None
                self.assertEqual((dialler.stage, dialler.ended.spoken), (Stage.OVER, False), content)
                self.assertEqual(dialler.take(1000, 0.0), b"")
        self.assertIn("sends back", dialler_why(self.dialler(), DIALLER_MAGIC))

    def test_a10_wary(self) -> None:
        """Nothing but the magic is said until the other end's came; families' words wait, too."""
        pair = Pair(wary=True)
        pair.families[0].say(b"early")
        self.assertEqual(pair.output(0), DIALLER_MAGIC)
        pair.give(1, DIALLER_MAGIC)
        pair.run()
        self.assertEqual((pair.families[1].words, pair.ends[0].stage), ([b"early"], Stage.OPEN))

    def test_a10_wary_waits_less(self) -> None:
        """A wary dialler waits 1.5 s for a magic, another one 5 s; neither says a word at its end."""
        for wary, seconds in ((True, LIMITS.link_wary_s), (False, LIMITS.link_hello_s)):
            dialler = self.dialler(wary)
            dialler.take(1000, 0.0)
            self.assertEqual(dialler.next_deadline(), seconds)
            dialler.tick(seconds - 0.001)
            self.assertTrue(dialler.going)
            dialler.tick(seconds)
            self.assertEqual((dialler.stage, dialler.ended and dialler.ended.spoken), (Stage.OVER, False))

    def test_acceptor(self) -> None:
        """An acceptor says nothing before the dialler's magic, and takes only that."""
        for content in (ACCEPTOR_MAGIC, b"x", DIALLER_MAGIC[:-1] + b"\x1b"):
            victim = Victim(Stage.MAGIC)
            self.assertEqual(victim.said, b"")
            victim.end.receive(content, 0.0)
            self.assertEqual((victim.end.stage, victim.end.take(1000, 0.0)), (Stage.OVER, b""))


def dialler_why(dialler: LinkSession, content: bytes) -> str:
    """Why it ends at these bytes."""
    dialler.receive(content, 0.0)
    return dialler.why
