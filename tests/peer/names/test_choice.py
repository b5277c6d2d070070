"""Which stream of a name is taken."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.listed import CLASSIC, NATIVE, ListedName, ListedPeer, Standing
from p2pstream.peer.names.choice import choose

CENTRAL = Address("10.0.0.9", 2045)
ONE, OTHER = FileKey(b"1" * 32, 1000), FileKey(b"2" * 32, 1000)


def named(key: FileKey | None, *numbers: int, flags: int = NATIVE) -> ListedName:
    """A row of the name, and who has that."""
    peers = tuple(
        ListedPeer(Address("10.0.0.1", 2050 + each), bytes([each]) * 32, flags, 255) for each in numbers
    )
    return ListedName("film.mp4", Standing.OTHER, key, None, len(peers), len(peers), peers)


class ChooseTests(SynchronousTestCase):
    """Of several."""

    def test_rivals(self) -> None:
        """Others are counted by what they are: the same stream may be published by many."""
        for names, rivals in (
            ((named(ONE, 1),), 0),
            ((named(ONE, 1), named(ONE, 1, 2), named(ONE, 2)), 0),
            ((named(ONE, 1), named(OTHER, 3), named(OTHER, 3)), 1),
            # Nobody has it: it is in nobody's way.
            ((named(ONE, 1), named(OTHER)), 0),
        ):
            choice = choose(names, CENTRAL, (), True, None)
            assert choice is not None
            self.assertEqual((choice.key, choice.rivals), (ONE, rivals))

    def test_nothing_proven(self) -> None:
        """Who sends it as in 2016 will do where that is allowed."""
        names = [named(None, 1, flags=CLASSIC)]
        choice = choose(names, CENTRAL, (), True, None)
        assert choice is not None
        self.assertEqual((choice.key, len(choice.peers)), (None, 1))
        self.assertIsNone(choose(names, CENTRAL, (), False, None))
