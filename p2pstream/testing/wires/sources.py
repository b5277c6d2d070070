"""Sources that do what a test tells them, for everything that drives sources."""

from __future__ import annotations

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IConsumer, IPushProducer
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.errors import ReadStopped, SourceLost
from p2pstream.interfaces import ISource

__all__ = ["FakeSource", "FakeSources"]


@implementer(ISource, IPushProducer)
class FakeSource:
    """One sequential peer; the test sends, ends or breaks it."""

    ranged = False
    proofs = False

    def __init__(self, address: Address) -> None:
        self.address = str(address)
        self.paused = False
        self.closed = False
        #: Whether it fails its request when closed, as it should.
        self.obedient = True
        self._consumer: IConsumer | None = None
        self._done: Deferred[int] = Deferred(lambda _: self.stopProducing())
        self._sent = 0

    @property
    def asked(self) -> bool:
        """Whether somebody waits for its bytes."""
        return self._consumer is not None

    def request(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `ISource.request`."""
        assert (start, stop) == (0, None) and not self.asked, "asked twice, or not from 0"
        self._consumer = consumer
        consumer.registerProducer(self, True)
        return self._done

    def send(self, content: bytes) -> None:
        """These bytes arrive."""
        if self._consumer is not None:
            self._sent += len(content)
            self._consumer.write(content)

    def end(self) -> None:
        """It closes in good order."""
        if self._leave():
            self._done.callback(self._sent)

    def lose(self, why: str = "the connection was reset") -> None:
        """It breaks off."""
        if self._leave():
            self._done.errback(SourceLost(why))

    def close(self) -> None:
        """See `ISource.close`."""
        self.closed = True
        if self.obedient:
            self.lose("the connection was closed here")

    def pauseProducing(self) -> None:
        """Noted."""
        self.paused = True

    def resumeProducing(self) -> None:
        """Noted."""
        self.paused = False

    def stopProducing(self) -> None:
        """Its consumer wants no more."""
        if self._leave():
            self._done.errback(ReadStopped())

    def _leave(self) -> bool:
        consumer, self._consumer = self._consumer, None
        if consumer is None or self._done.called:
            return False
        consumer.unregisterProducer()
        return True


class FakeSources:
    """Peers by address; what is dialled is a `FakeSource`, an error, or never answered."""

    def __init__(self, *refusing: Address, silent: tuple[Address, ...] = ()) -> None:
        refusal: Exception = SourceLost("cannot be reached: connection refused")
        self.refusing = dict.fromkeys(refusing, refusal)
        self.silent = silent
        self.dialled: list[Address] = []
        self.met: list[FakeSource] = []

    def connect(self, address: Address) -> Deferred[ISource]:
        """Dial a peer."""
        self.dialled.append(address)
        if address in self.silent:
            return Deferred()
        if address in self.refusing:
            return fail(self.refusing[address])
        self.met.append(FakeSource(address))
        return succeed(self.met[-1])

    @property
    def current(self) -> FakeSource:
        """The one that was dialled last."""
        return self.met[-1]
