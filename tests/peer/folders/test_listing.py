"""When a file counts as finished."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.disk import Stamp
from p2pstream.limits import LIMITS
from p2pstream.peer.folders.listing import Listing

SETTLE = LIMITS.share_settle_s
WRITING = LIMITS.share_writing_s


def stamp(version: int = 0) -> Stamp:
    """One state of a file."""
    return Stamp(1, 2, 3, version, version)


class ListingTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A folder with one film that was there from the start."""
        self.listing = Listing()
        self.listing.update({"old": stamp()}, now=0)

    def test_everything_at_the_start(self) -> None:
        """The first scan lists all it sees at once."""
        change = Listing().update({"a": stamp(), "b": stamp()}, now=5)
        self.assertEqual(list(change.appeared), ["a", "b"])

    def test_two_scans_agree(self) -> None:
        """A new file counts when it has stayed the same for the settling time, not before."""
        seen = {"old": stamp(), "new": stamp()}
        self.assertFalse(self.listing.update(seen, now=0).appeared)
        self.assertFalse(self.listing.update(seen, now=SETTLE - 0.001).appeared)
        self.assertEqual(list(self.listing.update(seen, now=SETTLE).appeared), ["new"])

    def test_still_growing(self) -> None:
        """A file that differs in each scan is never listed, and is when it stops."""
        for now in range(1, 20):
            self.assertFalse(self.listing.update({"old": stamp(), "new": stamp(now)}, now).appeared)
        self.assertTrue(self.listing.update({"old": stamp(), "new": stamp(19)}, 20).appeared)

    def test_closed(self) -> None:
        """A file whose writer was seen to close it counts at once."""
        change = self.listing.update({"old": stamp(), "new": stamp()}, 1, closed={"new"})
        self.assertEqual(list(change.appeared), ["new"])

    def test_a_writer_that_pauses(self) -> None:
        """A file known to be open for writing needs a longer rest, but is not forgotten."""
        seen = {"old": stamp(), "new": stamp()}
        self.listing.update(seen, 0, writing={"new"})
        self.assertFalse(self.listing.update(seen, WRITING - 0.001, writing={"new"}).appeared)
        self.assertTrue(self.listing.update(seen, WRITING, writing={"new"}).appeared)

    def test_F08_changed(self) -> None:
        """A listed file that changes vanishes at once and comes back when it rests."""
        change = self.listing.update({"old": stamp(1)}, 0)
        self.assertEqual((list(change.vanished), dict(change.appeared)), (["old"], {}))
        change = self.listing.update({"old": stamp(1)}, SETTLE)
        self.assertEqual((list(change.vanished), dict(change.appeared)), ([], {"old": stamp(1)}))

    def test_F08_replaced_by_a_whole_file(self) -> None:
        """A film moved over another one vanishes and appears in one turn."""
        change = self.listing.update({"old": stamp(1)}, 1, closed={"old"})
        self.assertEqual((list(change.vanished), dict(change.appeared)), (["old"], {"old": stamp(1)}))

    def test_F07_folder_lost_and_back(self) -> None:
        """When all is gone all vanishes; what comes back has to settle."""
        self.assertEqual(list(self.listing.update({}, 0).vanished), ["old"])
        self.assertFalse(self.listing.update({"old": stamp()}, 0).appeared)
        self.assertTrue(self.listing.update({"old": stamp()}, SETTLE).appeared)

    @given(
        st.lists(
            st.tuples(
                st.dictionaries(st.sampled_from("abc"), st.integers(0, 2).map(stamp)),
                st.floats(0, 2),
                st.sets(st.sampled_from("abc")),
                st.sets(st.sampled_from("abc")),
            ),
            max_size=12,
        )
    )
    def test_changes_add_up(self, scans: list[tuple[dict[str, Stamp], float, set[str], set[str]]]) -> None:
        """What appeared less what vanished is what is ready, and all of that was seen last."""
        listing, now = Listing(), 0.0
        told: dict[str, Stamp] = {}
        for seen, pause, closed, writing in scans:
            now += pause
            change = listing.update(seen, now, closed, writing)
            for path in change.vanished:
                del told[path]
            self.assertFalse(told.keys() & change.appeared.keys())
            told.update(change.appeared)
            self.assertEqual(told, listing.ready)
            self.assertLessEqual(listing.ready.items(), seen.items())
