"""Two ends of a link, back to back."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols.link.events import Authenticated, Greeted
from p2pstream.protocols.link.family import Bulk
from p2pstream.protocols.link.session import Stage
from tests.protocols.link.joined import RUN, Pair, terms_of


class TalkingTests(SynchronousTestCase):
    """What goes over when all is well."""

    def test_greeting(self) -> None:
        """Both know each other, and have proven it; families are told twice."""
        pair = Pair(terms_of(1, port=2050, agent="one", most_units=256, uplink=9), terms_of(2))
        pair.run()
        for side, other in ((0, 2), (1, 1)):
            self.assertEqual(pair.ends[side].stage, Stage.OPEN)
            opposite = pair.ends[side].opposite
            assert opposite is not None
            self.assertEqual(opposite.id, terms_of(other).identity.id)
            self.assertEqual((opposite.authenticated, opposite.bound), (True, False))
            self.assertEqual(opposite.families, {"chat"})
            kinds = [event if isinstance(event, str) else type(event) for event in pair.events[side]]
            self.assertEqual(kinds, [Greeted, "met", Authenticated, "met"])
        met = pair.families[1].met[-1]
        self.assertEqual((met.port, met.agent, met.most_units, met.uplink), (2050, "one", 256, 9))

    def test_nothing_waits_for_answers(self) -> None:
        """The dialler's first words are in one segment with its HELLO."""
        pair = Pair()
        pair.families[0].say(b"early")
        first = pair.output(0)
        pair.give(1, first)
        self.assertEqual(pair.families[1].words, [b"early"])

    def test_words_and_runs(self) -> None:
        """Words go before runs; a run is put where its family wants it."""
        pair = Pair()
        pair.run()
        near, far = pair.families
        data = bytes(range(256)) * 4000
        near.bulks.append(Bulk(RUN, 3, b"head", data, 1000, 1_001_000))
        near.say(b"first")
        pair.run()
        self.assertEqual(far.words, [b"first"])
        self.assertEqual(far.runs, [(b"head", data[1000:1_001_000])])
        self.assertEqual(pair.events[1][-2:], [b"first", "run"])
        self.assertEqual(len(near.delivered), 1)

    def test_cut_everywhere(self) -> None:
        """Byte by byte, and cut in two at every place, it is the same."""
        pair = Pair()
        near, far = pair.families
        near.bulks.append(Bulk(RUN, 3, b"head", b"0123456789", 2, 7))
        near.bulks.append(Bulk(RUN, 3, b"none", b"", 0, 0))
        near.say(b"")
        near.say(b"word")
        first = pair.output(0)
        for cut in range(len(first)):
            other = Pair()
            other.give(1, first[:cut])
            other.give(1, first[cut:])
            self.assertEqual(other.families[1].words, [b"", b"word"])
        pair.give(1, first, 1)
        pair.run(1)
        self.assertEqual(far.words, [b"", b"word"])
        self.assertEqual(far.runs, [(b"head", b"23456"), (b"none", b"")])
