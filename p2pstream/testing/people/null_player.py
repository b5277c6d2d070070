"""`NullPlayer`: shows nothing, reads everything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IPushProducer, IReactorTime
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.views import PlayerState
from p2pstream.errors import ReadStopped
from p2pstream.interfaces import IData, IPlayer, IStreamView

__all__ = ["NullPlayer"]


@implementer(IPlayer, IConsumer)
class NullPlayer:
    """Reads a stream through as fast as it comes; knows nothing of time, only of bytes."""

    def __init__(self, reactor: IReactorTime) -> None:
        self._reactor = reactor
        self.state = PlayerState()
        #: Bytes read so far.
        self.count = 0
        self._producer: IPushProducer | None = None
        self._reading: Deferred[int] | None = None
        self._done: Deferred[PlayerState] | None = None
        self._paused = self._stopped = False

    def open(self, title: str) -> Deferred[None]:
        """There is nothing to open."""
        done: Deferred[None] = Deferred()
        done.callback(None)
        return done

    def play(self, data: IData, view: IStreamView | None = None, start: float = 0.0) -> Deferred[PlayerState]:
        """Read ``data`` through."""
        done = self._done = Deferred()
        if self._stopped:
            self._finish("stopped", "")
            return done
        self.state = replace(self.state, phase="paused" if self._paused else "playing")
        self._reading = data.read_to(self)
        self._reading.addCallbacks(lambda _: self._finish("ended", "end"), self._failed)
        return done

    def pause(self, paused: bool) -> None:
        """Take no more bytes, or go on."""
        if paused == self._paused:
            return
        self._paused = paused
        if self._done is not None:
            self.state = replace(self.state, phase="paused" if paused else "playing")
        if self._producer is not None:
            (self._producer.pauseProducing if paused else self._producer.resumeProducing)()

    def seek(self, seconds: float) -> None:
        """Nothing: bytes have no time."""

    def beside(self, content: bytes) -> None:
        """Nothing: there is nobody to show it to."""

    def when_closed(self) -> Deferred[None]:
        """Never: there is no window."""
        return Deferred()

    def stop(self) -> Deferred[None]:
        """Read no more."""
        self._stopped = True
        self._finish("stopped", "")
        if self._reading is not None:
            self._reading.cancel()
        stopped: Deferred[None] = Deferred()
        stopped.callback(None)
        return stopped

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """The data is ready."""
        self._producer = producer
        if self._paused:
            producer.pauseProducing()

    def unregisterProducer(self) -> None:
        """The data has no more to give."""
        self._producer = None

    def write(self, data: bytes) -> None:
        """The first byte counts as the first frame."""
        if not self.count:
            self.state = replace(self.state, first_frame_at=self._reactor.seconds())
        self.count += len(data)

    def _finish(self, phase: str, ended: str) -> None:
        done, self._done = self._done, None
        if done is not None:
            self.state = replace(self.state, phase=phase, ended=ended)
            done.callback(self.state)

    def _failed(self, failure: Failure) -> None:
        done, self._done = self._done, None
        if done is not None:
            self.state = replace(self.state, phase="stopped")
            done.errback(failure)
        else:
            failure.trap(ReadStopped)
