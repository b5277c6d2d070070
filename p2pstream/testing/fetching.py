"""What whoever has streams come must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from zope.interface.verify import verifyObject

from p2pstream.content.links import Link
from p2pstream.content.views import StreamSnapshot
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import IArriving, IFetched, IFetches, IStreamView

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["FetchesContract"]


class FetchesContract(_Case):
    """The contract of `IFetches`; for trial's ``SynchronousTestCase``."""

    #: What is to be had, and what is not.
    there = Link.parse("p2pstream://10.0.0.9/film.mp4")
    not_there = Link.parse("p2pstream://10.0.0.9/nobody%20has%20this")

    def make_fetches(self) -> Any:
        """An `IFetches` that has ``there`` come, and no ``not_there``."""
        raise NotImplementedError

    def settle(self, waiting: Deferred[Any]) -> None:
        """Let what is waited for happen."""
        raise NotImplementedError

    def fetched(self, fetches: Any) -> Any:
        """What is there, on its way."""
        waiting = fetches.fetch(self.there)
        self.settle(waiting)
        return self.successResultOf(waiting)

    def test_provides(self) -> None:
        """Both have all that the interfaces promise."""
        fetches = self.make_fetches()
        self.assertTrue(verifyObject(IFetches, fetches))
        stream = self.fetched(fetches)
        self.assertTrue(verifyObject(IFetched, stream))
        self.assertTrue(IArriving.providedBy(stream.data))
        self.assertTrue(IStreamView.providedBy(stream.view))
        self.assertIsInstance(stream.view.snapshot(), StreamSnapshot)
        self.settle(stream.close())

    def test_each_closes_its_own(self) -> None:
        """As often as it likes; the other goes on."""
        fetches = self.make_fetches()
        one, two = self.fetched(fetches), self.fetched(fetches)
        for _ in range(2):
            self.settle(one.stop())
            self.settle(one.close())
        self.assertFalse(two.done.called and two.done.result is not None)
        self.assertIsNotNone(two.view.snapshot())
        self.settle(two.close())

    def test_not_there(self) -> None:
        """It is said, in words."""
        waiting = self.make_fetches().fetch(self.not_there)
        self.settle(waiting)
        self.assertTrue(str(self.failureResultOf(waiting, P2PStreamError).value))

    def test_cancelled(self) -> None:
        """Whoever does not want it any more does not get it."""
        waiting = self.make_fetches().fetch(self.there)
        if not waiting.called:
            waiting.cancel()
            self.failureResultOf(waiting)
