"""Lets others have what is here of a film while it is watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, maybeDeferred, succeed
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.content.listed import HTTP, NATIVE, TLS
from p2pstream.errors import CannotListen
from p2pstream.interfaces import IEvents, INode, IStreamProtocol
from p2pstream.peer.centrals.announcement import AnnounceLine
from p2pstream.peer.centrals.announcer import AnnounceListener, Announcer
from p2pstream.peer.centrals.called import Called
from p2pstream.peer.centrals.central_line import Lines
from p2pstream.peer.centrals.doorstep import Listen
from p2pstream.peer.centrals.reachability import Reachability
from p2pstream.peer.dials import Dials
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.untold import Untold
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.transport.ends import as_address
from p2pstream.transport.nobody import nobody
from p2pstream.transport.ports.listening import listen
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.transport.secure.credentials import made_credentials

__all__ = ["Upload"]

_log = Logger()

#: All addresses of this machine; which of them others see is what a central says.
_EVERYWHERE = "0.0.0.0"


class Upload:
    """Listens, and has centrals list what this process has.

    Not at once: what is fetched in a moment is not worth a word.  But a port that was
    chosen is taken at once.  Nobody at the keyboard is told of it; that nobody can reach
    us does no harm here.

    :param node: gives out ``own``, under an id that is new for each run.
    :param spoken: the protocols that are, beside native what others may ask in.
    :param dials: how centrals are dialled, and those whom they name.
    :param port: to listen on; 0 for any free one.
    :param listening: left out, on real ports of the node's reactor.
    :ivar refused: fires with the reason if it cannot listen.
    """

    def __init__(
        self,
        node: INode,
        own: OwnStreams,
        spoken: Sequence[IStreamProtocol],
        dials: Dials,
        known: KnownCentrals,
        port: int = 0,
        listening: Listen | None = None,
    ) -> None:
        self._node: Any = node
        self._own = own
        self._spoken = tuple(spoken)
        self._dials = dials
        self._known = known
        self._listen = listening or self._on_the_reactor
        self._wanted = port
        self._port: IListeningPort | None = None
        self._called: Called | None = None
        self._announcer: Announcer | None = None
        self._starting: Deferred[None] = succeed(None)
        #: Who is told whether it is listed: whoever watches has other things to look at.
        self.told: IEvents = Untold()
        self.refused: Deferred[Exception] = Deferred()
        self._settled: Deferred[None] = Deferred()

    @property
    def lines(self) -> Sequence[AnnounceLine]:
        """Where this is announced, once it is."""
        return () if self._announcer is None else self._announcer.lines

    @property
    def port(self) -> int | None:
        """Where it listens, once it does."""
        return None if self._port is None else self._where().port

    def start(self, centrals: Sequence[Address]) -> None:
        """Begin, in a while; all of these are told."""
        self._starting = Deferred.fromCoroutine(self._start(centrals)).addErrback(_broke)
        self._starting.addCallback(self._settle)

    def settled(self) -> Deferred[None]:
        """Fires when it is known whether it listens."""
        waiting: Deferred[None] = Deferred()
        self._settled.addCallback(waiting.callback)
        return waiting

    async def stop(self) -> None:
        """Take back what was said, and let nobody in any more."""
        self._starting.cancel()
        self._own.changed = nobody
        if self._called is not None:
            self._called.stop()
        if self._announcer is not None:
            await self._announcer.stop()
        if self._port is not None:
            await maybeDeferred(self._port.stopListening)

    async def _start(self, centrals: Sequence[Address]) -> None:
        node, limits = self._node, self._node.limits
        began = node.reactor.seconds()
        if not self._wanted:
            await deferLater(node.reactor, limits.upload_after_s)
        credentials = await node.workers.run(made_credentials, datetime.now(UTC))
        factory = SniffedFactory(self._spoken, node, shown=lambda: credentials)
        try:
            self._port = self._listen("", self._wanted, factory)
            self._settle(None)
        except CannotListen as fault:
            _log.debug("nothing is given to others: {fault}", fault=fault)
            self.refused.callback(fault)
            return
        await deferLater(node.reactor, max(0.0, began + limits.upload_after_s - node.reactor.seconds()))
        self._called = Called(node, self._dials, self._where)
        reachability = Reachability(self.told, _EVERYWHERE, None)
        means = replace(node.means, events=self.told)
        self._announcer = Announcer(means, centrals, self._dialler(), self._own, reachability)
        self._own.changed = self._announcer.changed
        self._announcer.start()

    def _settle(self, _: None) -> None:
        if not self._settled.called:
            self._settled.callback(None)

    def _dialler(self) -> Callable[[Address, AnnounceListener], AnnounceLine]:
        """Dials a central; who listens on this machine changes with every try, and is not remembered."""
        assert self._called is not None, "calls are answered from now on"
        called = self._called.called
        flags = NATIVE | TLS | (HTTP if any(each.name == "http" for each in self._spoken) else 0)
        near, far = (
            Lines(self._node, self._dials, known, self._where, called, spoken=flags)
            for known in (KnownCentrals(), self._known)
        )
        return lambda central, listener: (near if central.scope == "loopback" else far).dial(
            central, listener
        )

    def _where(self) -> Address:
        own = as_address(self._port.getHost()) if self._port is not None else None
        assert own is not None, "it listens on TCP"
        return Address(_EVERYWHERE, own.port)

    def _on_the_reactor(self, host: str, port: int, factory: IProtocolFactory) -> IListeningPort:
        return listen(self._node.reactor, host, port, factory, self._node.limits)


def _broke(failure: Failure) -> None:
    if not failure.check(CancelledError):
        _log.failure("nothing is given to others", failure)
