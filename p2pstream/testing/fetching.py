"""What whoever has streams come must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from zope.interface.verify import verifyObject

from p2pstream.content.links import Link
from p2pstream.content.views import StreamSnapshot
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import IArriving, IData, IFetched, IFetches, ILiveData, IStreamView

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["FetchedContract", "FetchesContract", "WholeContract"]


class FetchedContract(_Case):
    """The contract of `IFetched`; for trial's ``SynchronousTestCase``."""

    def make_fetched(self) -> Any:
        """An `IFetched` that has only begun, or of which all was here."""
        raise NotImplementedError

    def settle(self, waiting: Deferred[Any]) -> None:
        """Let what is waited for happen."""
        raise NotImplementedError

    def test_provides_fetched(self) -> None:
        """It, what it is read by and how it is looked at have all that the interfaces promise."""
        stream = self.make_fetched()
        self.assertTrue(verifyObject(IFetched, stream))
        self.assertTrue(verifyObject(IStreamView, stream.view))
        self.assertTrue(IData.providedBy(stream.data))
        self.assertTrue(stream.broadcast is None or verifyObject(ILiveData, stream.broadcast))
        self.assertIsInstance(stream.view.snapshot(), StreamSnapshot)
        self.settle(stream.close())

    def test_ends_as_often_as_one_likes(self) -> None:
        """Stopped and closed twice, in either order; who looks sees how it was."""
        for ways in (("stop", "stop", "close", "close"), ("close", "stop", "close")):
            stream = self.make_fetched()
            for way in ways:
                ended = getattr(stream, way)()
                self.settle(ended)
                self.assertIsNone(self.successResultOf(ended))
            self.assertIsInstance(stream.view.snapshot(), StreamSnapshot)


class WholeContract(_Case):
    """What an `IFetched` tells whose bytes all come; for trial's ``SynchronousTestCase``."""

    def make_whole(self) -> Any:
        """An `IFetched` all of which is here now, or ended well."""
        raise NotImplementedError

    def test_done(self) -> None:
        """It fires for this user, who may wait for it before the end or after."""
        stream = self.make_whole()
        self.assertIsNone(self.successResultOf(stream.done))
        self.successResultOf(stream.close())


class FetchesContract(FetchedContract):
    """The contract of `IFetches`; for trial's ``SynchronousTestCase``."""

    #: What is to be had, and what is not.
    there = Link.parse("p2pstream://10.0.0.9/film.mp4")
    not_there = Link.parse("p2pstream://10.0.0.9/nobody%20has%20this")

    def make_fetches(self) -> Any:
        """An `IFetches` that has ``there`` come, and no ``not_there``."""
        raise NotImplementedError

    def make_fetched(self) -> Any:
        """See `FetchedContract`."""
        return self.fetched(self.make_fetches())

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
        self.assertTrue(IArriving.providedBy(stream.data))
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
