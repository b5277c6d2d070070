"""Who both ends are, and that nobody in between can be one of them."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code, words
from p2pstream.content.signing import Identity
from p2pstream.protocols.link.framing import ACCEPTOR_MAGIC, frame_head
from p2pstream.protocols.link.greeting import Greeting
from p2pstream.protocols.link.messages import Auth, Hello
from p2pstream.protocols.link.session import Stage
from tests.protocols.link.joined import Pair, terms_of


def codes(pair: Pair) -> list[int | None]:
    """What each end ends with."""
    return [None if end.ended is None else end.ended.code for end in pair.ends]


class AuthTests(SynchronousTestCase):
    """What AUTH proves."""

    def test_bound(self) -> None:
        """An id is bound only by a secret of the connection that both ends share."""
        pair = Pair(terms_of(1, binding=b"s" * 32), terms_of(2, binding=b"s" * 32))
        pair.run()
        self.assertTrue(all(end.opposite and end.opposite.bound for end in pair.ends))

    def test_d1_relayed(self) -> None:
        """One who stands between two TLS connections cannot pass for either end."""
        for far in (b"t" * 32, bytes(32)):
            pair = Pair(terms_of(1, binding=b"s" * 32), terms_of(2, binding=far))
            pair.run()
            self.assertIn(Code.BAD_SIGNATURE, codes(pair))
            self.assertFalse(any(end.opposite and end.opposite.authenticated for end in pair.ends))

    def test_d1_every_bit_of_both_hellos(self) -> None:
        """A HELLO that was changed on the way is found out, whatever it says."""
        bare = [Pair(terms_of(1, port=2050, most_units=64), terms_of(2)).output(0)]
        length = len(bare[0])
        for place in range(14, length):
            pair = Pair(terms_of(1, port=2050, most_units=64), terms_of(2))
            content = bytearray(pair.output(0))
            content[place] ^= 1
            pair.give(1, bytes(content))
            pair.run()
            self.assertNotEqual(pair.ends[1].stage, Stage.OPEN, place)
            self.assertNotEqual(pair.ends[0].stage, Stage.OPEN, place)

    def test_d1_reflected(self) -> None:
        """An end's own signature sent back to it proves nothing: it says which side signed."""
        greeting = Greeting(terms_of(1), frozenset(), True, 0.0)
        other = Greeting(terms_of(2), frozenset(), False, 0.0)
        greeting.hear(Hello.unpack(other.said), other.said)
        other.hear(Hello.unpack(greeting.said), greeting.said)
        self.assertTrue(greeting.check(other.auth()).authenticated)
        for auth in (greeting.auth(), Auth(bytes(64)), Auth(other.auth().signature[::-1])):
            self.assertRaisesRegex(Exception, "not signed", greeting.check, auth)
        self.assertEqual([greeting._transcript(dialler)[0] for dialler in (True, False)], [0, 1])

    def test_d1_replayed(self) -> None:
        """What proved an end yesterday proves nothing to one who says another nonce today."""
        pair = Pair()
        yesterday = pair.output(0)
        pair.give(1, yesterday)
        pair.give(0, pair.output(1))
        yesterday += pair.output(0)
        today = Pair(far=replace(terms_of(2), nonce=b"today" + bytes(27)))
        today.give(1, yesterday)
        self.assertEqual(codes(today)[1], Code.BAD_SIGNATURE)

    def test_expected(self) -> None:
        """A dialler that was told whom it will find ends at anybody else, before it proves itself."""
        right = Pair(terms_of(1, expected=terms_of(2).identity.id))
        right.run()
        self.assertEqual(right.ends[0].stage, Stage.OPEN)
        wrong = Pair(terms_of(1, expected=terms_of(3).identity.id))
        wrong.run()
        self.assertEqual(codes(wrong), [Code.NOT_AUTHORISED] * 2)
        self.assertFalse(wrong.ends[1].opposite and wrong.ends[1].opposite.authenticated)

    def test_twice(self) -> None:
        """A second AUTH, or HELLO, is one too many."""
        for type, body in ((Auth.TYPE, bytes(64)), (Hello.TYPE, b"de")):
            pair = Pair()
            pair.run()
            pair.give(1, frame_head(type, 0, len(body)) + body)
            self.assertEqual(codes(pair)[1], Code.BAD_FRAME)


class ClosedGroupTests(SynchronousTestCase):
    """Only who knows the secret."""

    def pair(self, near: bytes | None, far: bytes | None) -> Pair:
        """Two ends, each with a secret, and a word that the dialler says at once."""
        pair = Pair(terms_of(1, secret=near), terms_of(2, secret=far))
        pair.families[0].say(b"early")
        return pair

    def test_d9_same_secret(self) -> None:
        """Both know it: words wait for the proof, and families are told of nobody before."""
        pair = self.pair(b"s" * 16, b"s" * 16)
        first = pair.output(0)
        self.assertNotIn(b"early", first)
        pair.give(1, first)
        self.assertEqual(pair.families[1].met, [])
        pair.run()
        self.assertEqual(pair.families[1].words, [b"early"])
        self.assertEqual(
            [[one.authenticated for one in family.met] for family in pair.families], [[True]] * 2
        )

    def test_d9_other_secret(self) -> None:
        """One that does not know it is refused, whichever side it is on, and gets not a word."""
        for near, far in ((b"a" * 16, b"b" * 16), (None, b"b" * 16), (b"a" * 16, None)):
            pair = self.pair(near, far)
            pair.run()
            self.assertIn(Code.NOT_AUTHORISED, codes(pair))
            self.assertEqual((pair.families[1].words, pair.families[0].words), ([], []))

    def test_d9_strangers_learn_nothing(self) -> None:
        """An acceptor proves itself only to those who have proven themselves."""
        pair = Pair(terms_of(1), terms_of(2, secret=b"b" * 16))
        pair.give(1, pair.output(0))
        said = Greeting(terms_of(2, secret=b"b" * 16), frozenset({"chat"}), False, 0.0).said
        self.assertEqual(pair.output(1), ACCEPTOR_MAGIC + frame_head(Hello.TYPE, 0, len(said)) + said)

    def test_d9_words_before_the_proof(self) -> None:
        """A frame of a family before the proof ends the link."""
        pair = self.pair(None, b"b" * 16)
        pair.give(1, pair.output(0))
        self.assertEqual((codes(pair)[1], pair.families[1].words), (Code.NOT_AUTHORISED, []))

    def test_d9_secret_is_never_sent(self) -> None:
        """Neither it nor its digest is in what goes over; and it is not shown."""
        secret = b"very secret indeed"
        pair = self.pair(secret, secret)
        sent: list[bytes] = []
        pair.tamper = [lambda content: sent.append(content) or content] * 2  # type: ignore[func-returns-value]
        pair.run()
        self.assertNotIn(secret, b"".join(sent))
        self.assertNotIn("secret indeed", repr(terms_of(1, secret=secret)))
        self.assertNotIn(repr(Identity(b"q" * 32).seed), repr(Identity(b"q" * 32)))


class CodeTests(SynchronousTestCase):
    """The table of codes."""

    def test_all_have_words(self) -> None:
        """Each code is told in words of its own; of those from later versions, the number."""
        self.assertEqual(sorted(Code), list(range(25)))
        self.assertEqual(len({words(code) for code in Code}), 25)
        self.assertIn("200", words(200))
