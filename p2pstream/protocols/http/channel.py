"""One connection that speaks HTTP: Twisted's channel, with deadlines and bounds of ours.

Twisted's own deadline begins anew with every byte, its reading ahead is not bounded while
a response waits for a slow client, and nothing ends a connection whose client never reads.

::

    HEADING --a request's head--> ANSWERING --the response is out--> RESTING --a byte--> HEADING
       '---------- any of them ----> LEAVING --all sent--> LINGERING --FIN, or 2 s--> GONE
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from http import HTTPStatus
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel
from zope.interface import implementer

from p2pstream.content.admission import Admission
from p2pstream.interfaces import INode
from p2pstream.protocols.http.fence import split_target
from p2pstream.protocols.http.road import FilmRoad
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.ends import half_closes
from p2pstream.transport.tuning import tune

__all__ = ["BoundedChannel"]


class Stage(Enum):
    """Where a connection stands."""

    HEADING = "the head of a request is arriving, or awaited for the first time"
    ANSWERING = "a request is being answered"
    RESTING = "all is answered; another request may come"
    LEAVING = "no more is read; what was written is on its way"
    LINGERING = "all is sent and our end closed; waiting for the other"
    GONE = "lost"


FOLLOWING: dict[Stage, frozenset[Stage]] = {
    Stage.HEADING: frozenset({Stage.ANSWERING, Stage.LEAVING, Stage.GONE}),
    Stage.ANSWERING: frozenset({Stage.RESTING, Stage.LEAVING, Stage.GONE}),
    Stage.RESTING: frozenset({Stage.HEADING, Stage.LEAVING, Stage.GONE}),
    Stage.LEAVING: frozenset({Stage.LINGERING, Stage.GONE}),
    Stage.LINGERING: frozenset({Stage.GONE}),
    Stage.GONE: frozenset(),
}
DEAF = frozenset({Stage.LEAVING, Stage.LINGERING, Stage.GONE})
#: Of the length of a body; more than any has.
_DIGITS = 19
_CHANGING = (b"DELETE", b"PATCH", b"POST", b"PUT")


@implementer(IHalfCloseableProtocol)
class BoundedChannel(HTTPChannel):
    """Reads requests, one after the other, and gives each to ``requestFactory``.

    :ivar why: why it was given up here; empty when it was not.
    :ivar road: the way of films.
    :ivar unread: the status to refuse a request with whose body is not read; 0 for others.
    """

    transport: Any
    site: Any

    def __init__(self, node: INode) -> None:
        super().__init__()
        self.node = node
        self._limits = node.limits
        self._clock = node.reactor
        self._alarm = Alarm(node.reactor, self._ring)
        self._stage = Stage.HEADING
        self._waiting: list[Deferred[None]] = []
        self._full = self._ended = False
        self._patience = node.limits.stall_s
        self.unread = 0
        self._requests = self._ahead = 0
        self.why = ""
        #: Called when a request is complete: until then a crowded port may drop the oldest.
        self.decided: Callable[[], None] = lambda: None
        # Twisted's names.
        self.maxHeaders = node.limits.http_headers
        self.MAX_LENGTH = self.totalHeadersSize = node.limits.http_header_bytes

    def flowing(self) -> Deferred[None]:
        """Fires as soon as the transport would take more; never, once it is lost."""
        if not self._full:
            return succeed(None)
        waiting: Deferred[None] = Deferred(self._waiting.remove)
        self._waiting.append(waiting)
        return waiting

    def progress(self) -> None:
        """Part of a response is on its way: the client is not stalled."""
        if self._stage is Stage.ANSWERING:
            self._expect(self._patience)

    def is_for_own_player(self) -> None:
        """This response may rest for hours, and counts in no limit."""
        self._patience, self.road.is_metered = self._limits.http_pause_s, False
        self.progress()

    def abort(self, why: str) -> None:
        """Reset: the client must not take a part for the whole."""
        self.why = self.why or why
        self.transport.abortConnection()

    def connectionMade(self) -> None:
        """Twisted: it has a transport."""
        tune(self.transport, self._limits)
        self.road = FilmRoad(self.transport, self.node, self.progress, self._waited)
        self._expect(self._limits.http_head_s)
        super().connectionMade()

    def dataReceived(self, data: bytes) -> None:
        """Twisted: bytes arrived."""
        if self._stage in DEAF:
            self._count(len(data), self._limits.inbox_bytes, "it sends on after the end")
            return
        self._begin()
        super().dataReceived(data)

    def lineReceived(self, line: bytes) -> None:
        """Twisted: a line of a request's head; the empty one ends it."""
        if self._stage not in DEAF:
            self._begin()
            super().lineReceived(line)

    def headerReceived(self, line: bytes) -> bool:
        """Twisted: a header is complete.  Python reads no number that is as long as a line may be."""
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and len(value.strip()) > _DIGITS:
            self.lineLengthExceeded(line)
            return False
        return bool(super().headerReceived(line))

    def lineLengthExceeded(self, line: bytes) -> None:
        """Twisted: no line is that long."""
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        self.loseConnection()

    def rawDataReceived(self, data: bytes) -> None:
        """Twisted: bytes that arrive before a request is answered."""
        if self._stage is Stage.ANSWERING:
            self._count(len(data), self._limits.http_ahead_bytes, "it asks more than it waits for")
        if self._stage not in DEAF and not self.why:
            super().rawDataReceived(data)

    def allHeadersReceived(self) -> None:
        """Twisted: the head is complete.  A body that is not read ends the connection."""
        self.unread = self._unreadable() if self.length != 0 else 0
        if self.unread:
            self.length = 0
            self.requests[-1].requestHeaders.removeHeader(b"Expect")
        super().allHeadersReceived()

    def checkPersistence(self, request: Any, version: bytes) -> bool:
        """Twisted: whether another request may follow."""
        self._requests += 1
        if self.unread or self._requests >= self._limits.http_requests:
            request.responseHeaders.setRawHeaders(b"Connection", [b"close"])
            return False
        return bool(super().checkPersistence(request, version))

    def allContentReceived(self) -> None:
        """Twisted: the request is complete."""
        self.decided()
        self._patience, self.road.is_metered = self._limits.stall_s, True
        self._enter(Stage.ANSWERING, self._patience)
        self._ahead = 0
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:
        """Twisted: it is answered."""
        self._enter(Stage.RESTING, self._limits.http_rest_s)
        self._ahead = 0
        super().requestDone(request)
        if self._ended and self._stage is Stage.RESTING:
            self.loseConnection()

    def pauseProducing(self) -> None:
        """Twisted: the transport has enough."""
        self._full = True
        super().pauseProducing()

    def resumeProducing(self) -> None:
        """Twisted: the transport got rid of what it had."""
        self._full = False
        super().resumeProducing()
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.callback(None)

    def loseConnection(self) -> None:
        """Close in good order, once all is sent.

        Our end goes first: a socket that is closed with bytes unread ends in a reset,
        which can cost the client the response.
        """
        if self._stage in DEAF:
            return
        self._enter(Stage.LEAVING, self._limits.stall_s)
        self._ahead = 0
        self.transport.unregisterProducer()
        if half_closes(self.transport) and not self._ended:
            self.transport.loseWriteConnection()
        else:
            self.transport.loseConnection()

    def readConnectionLost(self) -> None:
        """Twisted: the client will send no more; what it asked for is still answered."""
        self._ended = True
        if self._stage in DEAF:
            self.transport.loseConnection()
        elif self._stage is not Stage.ANSWERING:
            self.loseConnection()

    def writeConnectionLost(self) -> None:
        """Twisted: our end is shut, with all that was written before."""
        self._enter(Stage.LINGERING, self._limits.close_s)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: it is gone."""
        self._enter(Stage.GONE, None)
        self._alarm.end()
        self.road.close()
        super().connectionLost(reason)

    def _unreadable(self) -> int:
        """Why a body is not read, as a status; 0: it is.

        A page of another site can send what forms send without asking whether it may, and
        cannot so send JSON or XML.
        """
        request = self.requests[-1]
        header = request.requestHeaders.getRawHeaders(b"Content-Type", [b""])[-1]
        kind = header.partition(b";")[0].strip().lower()
        if self._command not in _CHANGING or not (
            self._is_own(request, kind) or self._is_near(request, kind)
        ):
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        fits = self.length is not None and self.length <= self._limits.http_body_bytes
        return 0 if fits else HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def _is_own(self, request: Any, kind: bytes) -> bool:
        """Whether it is how programs of this machine change something."""
        return bool(request.is_local) and kind == b"application/json"

    def _is_near(self, request: Any, kind: bytes) -> bool:
        """Whether it is how programs of our networks ask at length."""
        if kind != b"text/xml" or not request.is_near:
            return False
        found = self.site.resource.place(split_target(self._path)[1].partition(b"?")[0])
        return getattr(found, "admission", None) is Admission.NEARBY

    def _waited(self) -> None:
        if self._stage is Stage.ANSWERING:
            self._expect(None if self.road.waits else self._patience)

    def _begin(self) -> None:
        if self._stage is Stage.RESTING:
            self._enter(Stage.HEADING, self._limits.http_head_s)

    def _count(self, more: int, most: int, why: str) -> None:
        self._ahead += more
        if self._ahead > most:
            self.abort(why)

    def _ring(self, now: float) -> None:
        if self._stage is Stage.RESTING:
            self.loseConnection()
        elif self._stage is Stage.LINGERING:
            self.transport.loseConnection()
        elif self._stage is Stage.HEADING:
            self.abort(f"its request was not complete within {self._limits.http_head_s:g} s")
        elif self._stage is Stage.ANSWERING and not (self._full or self.road.is_stuck):
            # The client took all that there was: it is we who wait, for others.
            self.progress()
        else:
            self.abort(f"not a byte moved for {self._patience:g} s")

    def _enter(self, stage: Stage, patience: float | None) -> None:
        assert stage in FOLLOWING[self._stage], (self._stage, stage)
        self._stage = stage
        self._expect(patience)

    def _expect(self, seconds: float | None) -> None:
        self._alarm.set(None if seconds is None else self._clock.seconds() + seconds)
