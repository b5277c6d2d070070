"""What playback waits for, in words."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.views import Awaited, Need, PlayerState
from p2pstream.content.waits import awaited_text, while_playing

A, B, C = "10.0.0.1:2050", "10.0.0.2:2050", "10.0.0.3:2050"


class WordsTests(SynchronousTestCase):
    def test_each(self) -> None:
        """Every need, with and without those who were asked."""
        for awaited, said in (
            (None, ""),
            (Awaited(Need.PEERS), "finding peers"),
            (Awaited(Need.ROOM), "waiting for room on the disk"),
            (Awaited(Need.SOURCE), "waiting for the source"),
            (Awaited(Need.HEAD), "fetching the head"),
            (Awaited(Need.HEAD, 0, (A,)), f"fetching the head, unit 0 from {A}"),
            (Awaited(Need.HEAD, of=(A,)), f"fetching the head from {A}"),
            (Awaited(Need.UNIT, 7, (A,)), f"starving for unit 7 from {A}"),
            (Awaited(Need.UNIT, 7, (A, B)), f"starving for unit 7 from {A} and {B}"),
            (Awaited(Need.UNIT, 7, (A, B, C)), f"starving for unit 7 from {A}, {B} and {C}"),
            (Awaited(Need.UNIT, 7), "starving for unit 7, which nobody was asked for"),
            (Awaited(Need.UNIT, of=(A,)), f"starving for more from {A}"),
            (Awaited(Need.BUFFER, 7, (A,), 0.44, 2.0), f"buffering 0.4 of 2.0 seconds, unit 7 from {A}"),
            (Awaited(Need.BUFFER, 7, (), 0.44, 2.0), "buffering 0.4 of 2.0 seconds"),
        ):
            self.assertEqual(awaited_text(awaited), said)

    def test_every_need_has_words(self) -> None:
        """None is forgotten when one is added."""
        for need in Need:
            self.assertTrue(awaited_text(Awaited(need)), need)


class PlayingTests(SynchronousTestCase):
    """What a player adds that halted by itself."""

    def halted(self, awaited: Awaited | None, gathered_s: float) -> Awaited | None:
        """It has gathered so much of four seconds."""
        return while_playing(awaited, PlayerState("buffering", gathered_s=gathered_s, enough_s=4.0))

    def test_plays(self) -> None:
        """Nothing while it plays, however much it once gathered."""
        starving = Awaited(Need.UNIT, 7, (A,))
        self.assertEqual(while_playing(starving, PlayerState("playing", gathered_s=1.0)), starving)
        self.assertIsNone(while_playing(None, PlayerState("playing", gathered_s=1.0)))

    def test_starves(self) -> None:
        """While nothing comes it is the unit that is missing."""
        starving = Awaited(Need.UNIT, 7, (A,))
        self.assertEqual(self.halted(starving, 0.0), starving)

    def test_gathers(self) -> None:
        """By its own measure, though the network may think that there is enough."""
        gathering = Awaited(Need.BUFFER, 7, (A,), 1.5, 4.0)
        self.assertEqual(self.halted(Awaited(Need.UNIT, 7, (A,)), 1.5), gathering)
        self.assertEqual(self.halted(Awaited(Need.BUFFER, 7, (A,), 0.2, 2.0), 1.5), gathering)
        self.assertEqual(self.halted(None, 0.0), Awaited(Need.BUFFER, here_s=0.0, enough_s=4.0))

    def test_hopeless(self) -> None:
        """Without peers, or without room, nothing is gathered."""
        for need in (Need.PEERS, Need.ROOM):
            self.assertEqual(self.halted(Awaited(need), 1.5), Awaited(need))
