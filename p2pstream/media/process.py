"""One worker, from its start to its end."""

from __future__ import annotations

import importlib.util
import signal
from pathlib import Path
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ProcessTerminated
from twisted.internet.interfaces import IConsumer, IDelayedCall, IPushProducer
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.text import printable
from p2pstream.data.gathered import Gathered
from p2pstream.errors import CannotPlay, PeerError, ReadStopped
from p2pstream.interfaces import IData
from p2pstream.limits import LIMITS, Limits
from p2pstream.media.isolated import IsolatedProcess
from p2pstream.media.messages import WorkerJob
from p2pstream.media.session import WorkerAsks, WorkerEnds, WorkerGives, WorkSession
from p2pstream.media.worker import program

__all__ = ["Worker", "av_folder"]

_log = Logger()

#: The descriptor under which it finds a film that lies on this machine.
_FILM = 3
#: What it says on its standard error is looked at by nobody but who mends it.
_SAID_BYTES = 2000


def av_folder() -> str | None:
    """The folder that PyAV is in; None where it is not installed.  Nothing is imported."""
    found = importlib.util.find_spec("av")
    return str(Path(found.origin).parents[1]) if found is not None and found.origin else None


@implementer(IPushProducer)
class Worker(IsolatedProcess):
    """Starts at once, does one job, and is killed when that is over, whatever the reason.

    :param folder: see `av_folder`.
    :param descriptor: of the film, where it lies on this machine; may be closed once this returns.
    :ivar over: fires when the process has ended.
    """

    def __init__(
        self, reactor: Any, folder: str, descriptor: int | None = None, limits: Limits = LIMITS
    ) -> None:
        super().__init__(_SAID_BYTES)
        self.over: Deferred[None] = Deferred()
        self._reactor = reactor
        self._limits = limits
        self._session = WorkSession(limits)
        self._data: IData | None = None
        self._into: Any = None
        self._done: Deferred[bytes] | None = None
        self._alarm: IDelayedCall | None = None
        self._reading: Deferred[Any] | None = None
        self._stopped = False
        descriptors: dict[int, Any] = {0: "w", 1: "r", 2: "r"}
        if descriptor is not None:
            descriptors[_FILM] = descriptor
        self.start(reactor, program.__file__, folder, descriptors=descriptors)

    def work(
        self, job: WorkerJob, data: IData, into: IConsumer, most: int | None, seconds: float | None
    ) -> Deferred[bytes]:
        """Do that, once; fires with the last of the answer, when the rest is in ``into``.

        :param into: is given the parts, each as one write; told to pause, the worker waits.
        :param most: as of `WorkSession.begin`.
        :param seconds: for all of it; None where somebody else has a watch on it.
        """
        self._data, self._into = data, into
        done: Deferred[bytes] = Deferred(lambda _: self._end(Failure(CancelledError())))
        self._done = done
        if seconds is not None:
            why = f"opening it took longer than {seconds:g} s"
            self._alarm = self._reactor.callLater(seconds, self._fail, CannotPlay(why))
        self.transport.write(self._session.begin(job, most))
        into.registerProducer(self, True)
        return done

    def pauseProducing(self) -> None:
        """Twisted: nobody takes more now."""
        if self._done is not None and not self._stopped:
            self.transport.pauseProducing()

    def stopProducing(self) -> None:
        """Twisted: nobody wants it any more."""
        self._stopped = True
        self.kill()
        # Not now: we may be inside a write.
        self._reactor.callLater(0, self._fail, ReadStopped())

    def outReceived(self, data: bytes) -> None:
        """Twisted: it says something."""
        try:
            for event in self._session.receive(data):
                if isinstance(event, WorkerAsks):
                    self._read(event)
                elif isinstance(event, WorkerGives):
                    self._write(event.body)
                elif isinstance(event, WorkerEnds):
                    self._end(event.result)
        except CannotPlay as fault:
            self._fail(fault)
        except PeerError as fault:
            self._fail(CannotPlay(f"what opened it is not itself any more: {fault}"))

    def processEnded(self, reason: Failure) -> None:
        """Twisted: it is over, one way or another."""
        if self._done is not None:
            if self.said:
                _log.debug("a worker said {said}", said=printable(self.said, _SAID_BYTES))
            self._fail(CannotPlay(_cause(reason, self._limits)))
        self.over.callback(None)

    def _read(self, asked: WorkerAsks) -> None:
        assert self._data is not None
        gathered = Gathered()
        self._reading = reading = self._data.read_to(gathered, asked.start, asked.stop)
        # It may be over by now.
        reading.addCallbacks(lambda _: self._give(gathered.content), self._unread)

    def _give(self, content: bytes) -> None:
        self._reading = None
        if self._done is not None:
            self.transport.write(self._session.give(content))

    def _unread(self, failure: Failure) -> None:
        self._reading = None
        self._end(failure)

    def _write(self, body: bytes) -> None:
        if self._into is not None and not self._stopped:
            self._into.write(body)

    def _fail(self, fault: Exception) -> None:
        self._end(Failure(fault))

    def _end(self, outcome: bytes | Failure) -> None:
        """Tell who waits, once; there is nothing that the process has to bring to an end."""
        done, self._done = self._done, None
        if done is None:
            return
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        if self._reading is not None:
            self._reading.cancel()
        self.kill()
        into, self._into = self._into, None
        into.unregisterProducer()
        if not done.called:
            done.callback(outcome)


def _cause(reason: Failure, limits: Limits) -> str:
    """Why it ended before it was done, in words."""
    ended = reason.value
    if isinstance(ended, ProcessTerminated) and ended.signal == signal.SIGXCPU:
        return f"opening it takes more than {limits.worker_cpu_s:g} s of a processor"
    if isinstance(ended, ProcessTerminated) and ended.signal is not None:
        return f"it crashed what opens films ({signal.Signals(ended.signal).name})"
    return "what opens films ended before it was done"
