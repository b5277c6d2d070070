"""What somebody found wrong is read once more."""

from __future__ import annotations

from twisted.internet.defer import succeed

from p2pstream.content.keys import FileKey
from p2pstream.data.disk import open_file
from p2pstream.errors import Gone
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.patterns import pattern
from tests.peer.folder_peer import PublicityTestCase


class DoubtTests(PublicityTestCase):
    """What somebody found wrong."""

    def test_b3_as_it_was(self) -> None:
        """It is read once more, once an hour whoever doubts it, and served all the time."""
        self.put("film")
        peer = self.run_peer()
        (key,) = peer.line.keys
        stream = self.successResultOf(peer.streams.open(key))
        for hashed, pause in ((2, 1.0), (2, LIMITS.doubt_s - 2), (3, 1.0)):
            peer.doubts.doubt(key)
            peer.doubts.doubt(FileKey(b"x" * 32, 5))
            self.wait(0.5)
            self.assertEqual(sum(event["files"] for event in peer.events.named("hashed")), hashed)
            self.reactor.advance(pause)
        self.assertEqual((peer.line.keys, stream.units.total), ({key}, key.units))
        stream.close()

    def test_b3_rotten(self) -> None:
        """What is not what it was is withdrawn, and known by the key that it has now."""
        self.put("film")
        peer = self.run_peer()
        (old,) = peer.line.keys
        stream = self.successResultOf(peer.streams.open(old))
        # As a disk does it: the file changes, and all its stamps stay.
        opened = peer.shares.file
        with open(self.folder / "other", "wb") as other:
            other.write(pattern(1, 100_000))
        peer.shares.file = lambda offer: succeed(open_file(self.folder / "other"))  # type: ignore[method-assign]
        peer.doubts.doubt(old)
        self.wait(0.5)
        peer.shares.file = opened  # type: ignore[method-assign]
        self.assertEqual((stream.units.total, old in peer.line.keys), (0, False))
        self.assertNotEqual(self.listed(peer)["film"], old)
        self.assertRaises(Gone, stream.check)
        stream.close()
