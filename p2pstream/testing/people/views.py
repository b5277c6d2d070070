"""What every view of a stream must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.content.ranges import Ranges
from p2pstream.content.views import StreamSnapshot
from p2pstream.interfaces import IStreamView

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["StreamViewContract"]


class StreamViewContract(_Case):
    """The contract of `IStreamView`; for trial's ``SynchronousTestCase``."""

    def make_view(self) -> Any:
        """One of a stream of which nothing came yet; the clock stands still."""
        raise NotImplementedError

    def let_come(self, view: Any) -> None:
        """Some of it comes, but not all."""
        raise NotImplementedError

    def end(self, view: Any) -> None:
        """Nothing is fetched any more."""
        raise NotImplementedError

    def seen(self, view: Any) -> StreamSnapshot:
        """How it says that things stand, which must be possible."""
        now: StreamSnapshot = view.snapshot()
        self.assertIsInstance(now, StreamSnapshot)
        self.assertGreaterEqual(now.rate, 0.0)
        for first, past in now.have:
            self.assertTrue(0 <= first < past, now.have)
            self.assertTrue(now.length is None or past <= now.length, now.have)
        for source in now.sources:
            self.assertIn(source.state, ("asked", "sending", "finished", "lost"))
            self.assertTrue(source.taken is None or 0 <= source.taken <= source.received, source)
        return now

    def test_provides_view(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(IStreamView, self.make_view()))

    def test_looking_changes_nothing(self) -> None:
        """Who looks twice sees the same, at the beginning, midway and at the end."""
        view = self.make_view()
        for step in (lambda: None, lambda: self.let_come(view), lambda: self.end(view)):
            step()
            self.assertEqual(self.seen(view), self.seen(view))

    def test_what_was_seen_stays(self) -> None:
        """A snapshot tells how it was; more that comes is in the next one."""
        view = self.make_view()
        before = self.seen(view)
        self.assertEqual(before.have, Ranges())
        self.let_come(view)
        midway = self.seen(view)
        self.assertEqual(before.have, Ranges())
        self.assertGreater(midway.have.total, 0)
        self.assertGreater(sum(source.received for source in midway.sources), 0)
        had = midway.have.total
        self.end(view)
        self.assertEqual((midway.have.total, self.seen(view).have.total), (had, had))
        self.assertEqual(self.seen(view).name, before.name)
