"""Who is told of other peers on a channel, and how often."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.content.bencode import encode
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.native import events as told
from p2pstream.protocols.native import messages as say
from p2pstream.protocols.native.events import ChannelOffer
from tests.protocols.native.pair import Bytes, End, key_of

KEY = key_of(4)
SAID = say.Introduce((b"a ticket",), (Address("192.0.2.7", 2050),))


def wanting(exchanging: bool, exchanges: bool) -> End:
    """Whoever serves a channel: whether it takes part, and whether the other end does."""
    far = End(False)
    far.session.exchanging = exchanging
    far.hear(say.Open(KEY, exchanges=exchanges), 1)
    offer = ChannelOffer(Bytes(), far.session.units(1))
    far.events += far.session.serve(1, offer, 0.0)
    return far


class IntroducingTests(SynchronousTestCase):
    def test_both_must_want_it(self) -> None:
        """Each says so when a channel opens; what is told where it does not ends the link."""
        for exchanging in (False, True):
            for exchanges in (False, True):
                far = wanting(exchanging, exchanges)
                opened = next(each for each in far.said() if isinstance(each, say.Opened))
                self.assertEqual(opened.exchanges, exchanging)
                both = exchanging and exchanges
                self.assertEqual(told.Acquainted(1, KEY) in far.take(), both)
                if both:
                    self.assertEqual(far.hear(SAID), [told.Introduced(1, SAID)])
                else:
                    fault = self.assertRaises(PeerError, far.hear, SAID)
                    self.assertEqual(fault.code, Code.UNSOLICITED)

    def test_the_one_that_opened(self) -> None:
        """It is told by OPENED."""
        near = End(True)
        near.session.exchanging = True
        number = near.session.open(KEY)
        self.assertEqual(near.said(), [say.Open(KEY, exchanges=True)])
        near.hear(say.Opened(exchanges=True), number)
        self.assertEqual(near.take()[-1], told.Acquainted(number, KEY))
        near.session.introduce(number, SAID)
        self.assertEqual(near.said(), [SAID])

    def test_F43_how_often(self) -> None:
        """What comes too soon is not heard."""
        far = wanting(True, True)
        least = LIMITS.exchange_least_s
        heard = [
            bool(far.hear(SAID, 1, now)) for now in (0.0, least - 0.1, least, 2 * least - 0.1, 2 * least)
        ]
        self.assertEqual(heard, [True, False, True, False, True])

    def test_F42_a_flood(self) -> None:
        """Who never stops is left."""
        far = wanting(True, True)
        with self.assertRaises(PeerError) as caught:
            for number in range(100_000):
                far.hear(SAID, 1, number / 10_000)
        self.assertEqual(caught.exception.code, Code.RATE_LIMITED)

    def test_as_long_as_it_may_be(self) -> None:
        """As many tickets and addresses as may be told fit; one byte more is neither sent nor read."""
        most, bytes_most = LIMITS.exchange_peers, LIMITS.exchange_bytes
        tickets = tuple(bytes([number]) * LIMITS.ticket_bytes for number in range(most))
        dropped = tuple(Address(f"2001:db8::{number:x}", 65_535) for number in range(most))
        self.assertLessEqual(len(say.Introduce(tickets, dropped).pack()), bytes_most)
        head = len(encode({b"tk": [bytes(bytes_most)]}, most_bytes=2 * bytes_most)) - bytes_most
        fits = say.Introduce((bytes(bytes_most - head),))
        self.assertEqual(say.Introduce.unpack(fits.pack()), fits)
        longer = bytes(bytes_most - head + 1)
        self.assertRaises(ValueError, say.Introduce((longer,)).pack)
        raw = encode({b"tk": [longer]}, most_bytes=bytes_most + 1)
        self.assertRaises(PeerError, say.Introduce.unpack, raw)

    def test_parted(self) -> None:
        """Whoever keeps account is told when a channel is over, whichever end ends it."""
        for end in (lambda far: far.hear(say.Close(0)), lambda far: far.session.close(1)):
            far, gone = wanting(True, True), list[int]()
            far.session.parted = gone.append
            end(far)
            self.assertEqual(gone, [1])
            far.session.introduce(1, SAID)
            self.assertNotIn(SAID, far.said())
