"""A stream that one peer wants of us: opened, watched, asked for its hashes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.codes import Code
from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.shown import Bearing
from p2pstream.errors import Gone, NotShared, P2PStreamError, Unproven
from p2pstream.interfaces import INode, IRevocable
from p2pstream.protocols.native.events import ChannelOffer, Event, HashesWanted
from p2pstream.protocols.native.giving.handouts import Handouts
from p2pstream.protocols.native.session import NativeSession

__all__ = ["Served"]

_log = Logger()


class Served:
    """One channel of a session, from the other end's wish to its end.

    :param address: of the other end, for people.
    :param id: its public key, once it is proven.

    :param handouts: tells those who fetch the same what others are given; None: nobody is told.
    :param told: is given the channel and what serving brings at once.
    """

    def __init__(
        self,
        session: NativeSession,
        node: INode,
        channel: int,
        told: Callable[[int, Iterable[Event]], None],
        address: str = "",
        id: Callable[[], bytes] = bytes,
        handouts: Handouts | None = None,
    ) -> None:
        self._session = session
        self._node = node
        self._channel = channel
        self._told = told
        self._address = address
        self._id = id
        self._handouts = handouts
        #: Of what it is, once that was said.
        self.key: FileKey | None = None
        #: Whether it was said that the channel goes on, and the stream is not here.
        self._missing = False
        self._stream: Any = None
        self._ends: list[Any] = []
        self._work: set[Deferred[None]] = set()
        #: Whether the channel goes on even if the stream is not here: we ask there ourselves.
        self.asked_here = False
        #: When the other end was last thought of as a source of it; monotonic seconds.
        self.looked_at = -inf
        #: Whether the other end wants units of it.
        self.wanted = False

    def open(self, key: FileKey) -> None:
        """Answer the wish."""
        self.key = key
        self._start(Deferred.fromCoroutine(self._open(key)))

    def look_again(self) -> None:
        """What was not here when the channel was opened may be by now: we ask for it ourselves."""
        if self._missing and self.key is not None and not self._work:
            self._start(Deferred.fromCoroutine(self._open(self.key)))

    @property
    def needed(self) -> bool:
        """Whether the other end wants what is here."""
        return self.wanted and self._stream is not None

    def hashes_wanted(self, event: HashesWanted) -> None:
        """The other end asks for a page."""
        self._start(Deferred.fromCoroutine(self._look(event)))

    def doubt(self) -> None:
        """The other end found something of it wrong."""
        if self.key is not None and self._stream is not None:
            self._node.doubt(self.key)

    def close(self) -> None:
        """The channel is over."""
        for end in self._ends:
            end()
        self._ends.clear()
        self._missing = False
        for work in list(self._work):
            work.cancel()
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    async def _open(self, key: FileKey) -> None:
        try:
            self._stream = stream = await self._node.open_key(key)
        except NotShared:
            self._without(Code.UNKNOWN_KEY)
            return
        except P2PStreamError:
            self._without(Code.GONE)
            return
        self._missing = False
        self._ends.append(stream.watch(self._changed))
        self._ends.append(self._begin(key))
        if self._handouts is not None:
            self._ends.append(self._handouts.join(key, self._hint))
        if IRevocable.providedBy(stream):
            revoked = stream.when_revoked()
            revoked.addCallbacks(self._revoked, _given_up)
            self._ends.append(revoked.cancel)
        self._serve(ChannelOffer(stream, stream.units))

    def handed(self, first: int, count: int) -> None:
        """The other end is being given these, of a stream that is here whole."""
        if self._handouts is not None and self.key is not None:
            self._handouts.gave(self.key, first, count)

    def _hint(self, units: Ranges) -> None:
        if self.wanted:
            self._session.hint(self._channel, units)

    def _begin(self, key: FileKey) -> Callable[[], None]:
        """Whoever looks is shown that it is given away."""
        moved, traffic = self._session.given(self._channel), self._node.traffic
        return traffic.begin(Bearing.OUT, "native", self._address, moved, key, id=self._id)

    def _without(self, code: Code) -> None:
        if self._missing:
            return
        if self.asked_here:
            self._missing = True
            self._serve(None)
        else:
            self._session.refuse(self._channel, code)

    def _serve(self, offer: ChannelOffer | None) -> None:
        self._told(self._channel, self._session.serve(self._channel, offer, self._now))

    async def _look(self, event: HashesWanted) -> None:
        try:
            nodes, uncles = await self._stream.hashes(*event.page)
        except Unproven:
            self._session.refuse_hashes(self._channel, event.ticket, Code.NO_DATA_YET)
        except Gone:
            self._revoked(None)
        except P2PStreamError:
            self._session.refuse_hashes(self._channel, event.ticket, Code.BUSY)
        else:
            self._session.send_hashes(self._channel, event.ticket, nodes + uncles)

    def _changed(self) -> None:
        self._session.have(self._channel, self._stream.units, self._now)

    def _revoked(self, _: Any) -> None:
        """The file is not what it was: the other end is told, and gets nothing more of it."""
        self._session.close(self._channel, Code.GONE)
        self.close()

    @property
    def _now(self) -> float:
        return self._node.reactor.seconds()

    def _start(self, work: Deferred[None]) -> None:
        self._work.add(work)
        work.addErrback(self._report).addCallback(lambda _: self._work.discard(work))

    def _report(self, failure: Failure) -> None:
        if failure.check(CancelledError):
            return
        _log.failure("serving a stream failed in a way nobody thought of", failure)
        self._session.close(self._channel, Code.INTERNAL)


def _given_up(failure: Failure) -> None:
    failure.trap(CancelledError)
