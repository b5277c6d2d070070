"""The program that captures (`p2pstream.media.capture`), run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ProcessDone
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.text import printable
from p2pstream.errors import CannotPlay
from p2pstream.interfaces import ISink
from p2pstream.media.capture import program
from p2pstream.media.isolated import IsolatedProcess

__all__ = ["Capture", "Wrapped"]

_WORDS_BYTES = 4000
#: What it may need of the environment: where displays, cameras and sound are, and how to get out.
_ENVIRON = ("DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XDG_RUNTIME_DIR", "HOME", "PATH")


@implementer(IPushProducer)
class Capture(IsolatedProcess):
    """Fills a sink with MPEG-TS, from its start to its end.

    Started at once.  When the input is over the sink is finished; when it cannot be read it is
    aborted with `CannotPlay`, which says why.

    :param folder: the one that PyAV is in.
    :param arguments: as the program takes them: the input, then switches.
    :ivar more_comes: whoever fills its input has not said that this is all, and so its end is none.
    """

    def __init__(self, reactor: Any, folder: str, arguments: Sequence[str], sink: ISink) -> None:
        super().__init__(_WORDS_BYTES)
        self._sink: ISink | None = sink
        self._broke: Failure | None = None
        self.more_comes = False
        environ = {name: os.environ[name] for name in _ENVIRON if name in os.environ}
        self.start(reactor, program.__file__, folder, arguments, environ)

    def connectionMade(self) -> None:
        """Twisted: it runs."""
        if self._sink is not None:
            self._sink.registerProducer(self, True)

    def broke_off(self, reason: Failure) -> None:
        """Its input did, so that its end will be none."""
        self._broke = reason

    def pauseProducing(self) -> None:
        """Twisted: the sink is full."""
        self.transport.pauseProducing()

    def stopProducing(self) -> None:
        """Twisted: nothing more is wanted; harmless when it is over."""
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.unregisterProducer()
        self.kill()

    def outReceived(self, data: bytes) -> None:
        """Twisted: more of the stream."""
        if self._sink is not None:
            self._sink.write(data)

    def processEnded(self, reason: Failure) -> None:
        """Twisted: it is over."""
        sink, self._sink = self._sink, None
        if sink is None:
            return
        sink.unregisterProducer()
        if self._broke is not None:
            sink.abort(self._broke)
        elif reason.check(ProcessDone) and not self.more_comes:
            sink.finish()
        elif reason.check(ProcessDone):
            sink.abort(Failure(CannotPlay("what comes is damaged, and cannot be read any further")))
        else:
            lines = self.said.decode("utf-8", "replace").strip().splitlines()
            why = printable(lines[-1], 500) if lines else "what captures it ended unexpectedly"
            sink.abort(Failure(CannotPlay(why)))


@implementer(ISink)
class Wrapped:
    """What comes in another container, wrapped in MPEG-TS by a program that captures its input ``-``.

    :param capture: which fills the sink that the film is for.
    """

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        capture.more_comes = True

    @property
    def _into(self) -> Any:
        return self._capture.transport.pipes.get(0)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Twisted: it is paused while the program has enough."""
        if self._into is None:
            producer.stopProducing()
        else:
            self._into.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """Twisted: nothing more comes from it."""
        if self._into is not None:
            self._into.unregisterProducer()

    def write(self, data: bytes) -> None:
        """More of it; what comes when the program has ended is for nobody."""
        if self._into is not None:
            self._into.write(data)

    def finish(self) -> Deferred[None]:
        """This is all: the program ends when it has wrapped the rest."""
        self._capture.more_comes = False
        self._capture.transport.closeStdin()
        return succeed(None)

    def abort(self, reason: Failure) -> Deferred[None]:
        """It broke off; what came of it is wrapped, and then the sink is told why."""
        self._capture.broke_off(reason)
        self._capture.transport.closeStdin()
        return succeed(None)
