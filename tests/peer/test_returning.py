"""A film with a key whose sources go, and come back or do not."""

from __future__ import annotations

from p2pstream.content.listed import ALL, NATIVE, ListedPeer
from p2pstream.content.units import UNIT
from p2pstream.errors import NoSource
from p2pstream.limits import LIMITS
from p2pstream.peer.streams import OpenStream
from p2pstream.testing.people.null_player import NullPlayer
from tests.peer.fetching.test_proven import ProvenCase
from tests.peer.viewing import OLD, OTHER, SEED, listed


class ReturnTests(ProvenCase):
    """Who is dialled, and when it is over."""

    def watched(self) -> OpenStream:
        """A stream of one seed, some seconds later; the central was asked a while ago."""
        stream = self.opened(listed(self.film, ListedPeer(SEED, b"i" * 32, NATIVE, ALL)))
        for _ in range(6):
            self.clock.advance(LIMITS.peers_soon_s)
        return stream

    def dialled(self) -> list[str]:
        """Whom, in this order."""
        return [peer.address for peer in self.speech.peers]

    def test_F24_asked_at_once(self) -> None:
        """When sources go the central is asked for others now, and not in twenty seconds."""
        stream = self.watched()
        self.central.more = (ListedPeer(OTHER, b"j" * 32, NATIVE),)
        self.speech.peers[0].lose()
        self.clock.advance(0.0)
        self.assertEqual(self.dialled(), [str(SEED), str(OTHER)])
        self.send_all(stream.done)
        self.successResultOf(stream.done)

    def test_back_at_another_address(self) -> None:
        """A peer that answers no more where it was is dialled where a central sees it now."""
        stream = self.watched()
        self.central.more = (ListedPeer(OTHER, b"i" * 32, NATIVE),)
        self.clock.advance(LIMITS.peers_again_s)
        self.assertEqual(self.dialled(), [str(SEED)])
        self.speech.deaf.add(SEED)
        self.speech.peers[0].lose()
        self.clock.advance(2 * LIMITS.peers_soon_s)
        self.assertEqual(self.dialled(), [str(SEED), str(OTHER)])
        self.successResultOf(stream.close())

    def test_gone_for_good(self) -> None:
        """The only source stays away: the film ends where its bytes end, and it is said why."""
        stream = self.watched()
        self.speech.deaf.add(SEED)
        self.central.more = (ListedPeer(SEED, b"i" * 32, NATIVE, ALL),)
        player = NullPlayer(self.clock)
        playing = player.play(stream.data)
        for _ in range(3):
            self.speech.peers[0].step(4)
        self.speech.peers[0].lose()
        self.clock.advance(LIMITS.return_s - 1)
        self.assertNoResult(playing)
        self.clock.advance(LIMITS.return_s)
        # Of what came, some is further on, where others are to have it from us.
        self.assertEqual(player.count, stream.view.snapshot().have.first_missing(0))
        self.assertGreaterEqual(player.count, UNIT)
        self.failureResultOf(playing, NoSource)
        said = str(self.failureResultOf(stream.done, NoSource).value)
        self.assertRegex(said, "^nobody could send “film.mp4”: 10.0.0.1:2050 .*; try again later$")
        asked = self.central.asked_again
        self.clock.advance(10 * LIMITS.peers_again_s)
        self.assertEqual(self.central.asked_again, asked)
        self.successResultOf(stream.close())

    def test_F29_under_tls(self) -> None:
        """The only source seems to lie: it is asked once more where the way cannot spoil what it sends."""
        stream = self.watched()
        self.speech.peers[0].spoil = lambda run: run.reverse()
        self.send_all(stream.done)
        self.successResultOf(stream.done)
        self.assertEqual((self.dialled(), self.speech.under_tls), ([str(SEED)] * 2, [SEED]))

    def test_never_ourselves(self) -> None:
        """What this process serves is listed too; a central that names it to us does not make us dial it."""
        stream = self.watched()
        own = self.node.identity.id
        self.central.more = (ListedPeer(OTHER, own, NATIVE),)
        self.clock.advance(LIMITS.peers_again_s)
        stream._introduced([ListedPeer(OLD, own, NATIVE)])  # type: ignore[attr-defined]
        self.clock.advance(1.0)
        self.assertEqual(self.dialled(), [str(SEED)])
        self.successResultOf(stream.close())
