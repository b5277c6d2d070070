"""Lets others have what is here of a film while it is watched."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, maybeDeferred, succeed
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.content.listed import NATIVE, TLS
from p2pstream.errors import CannotListen
from p2pstream.interfaces import INode, IStreamProtocol
from p2pstream.peer.announcement import AnnounceLine
from p2pstream.peer.announcer import Announcer
from p2pstream.peer.called import Called
from p2pstream.peer.central_line import Lines
from p2pstream.peer.dials import Dials
from p2pstream.peer.doorstep import Listen
from p2pstream.peer.own_streams import OwnStreams
from p2pstream.peer.reachability import Reachability
from p2pstream.peer.untold import Untold
from p2pstream.transport.credentials import made_credentials
from p2pstream.transport.ends import as_address
from p2pstream.transport.listening import listen
from p2pstream.transport.port import SniffedFactory

__all__ = ["Upload"]

_log = Logger()

#: All addresses of this machine; which of them others see is what a central says.
_EVERYWHERE = "0.0.0.0"


class Upload:
    """Listens on a free port, and has a central list what this process has.

    Not at once: what is fetched in a moment is not worth a word.  Nobody at the keyboard
    is told of it; that nobody can reach us does no harm here.

    :param node: gives out ``own``; who it is, is new for each run.
    :param native: what is spoken.
    :param dials: how centrals are dialled, and those whom they name.
    :param pins: see `CentralLine`.
    :param pinned_in: see `CentralLine`.
    :param listening: left out, on real ports of the node's reactor.
    :ivar refused: fires with the reason if it cannot listen.
    """

    def __init__(
        self,
        node: INode,
        own: OwnStreams,
        native: IStreamProtocol,
        dials: Dials,
        pins: MutableMapping[str, bytes],
        pinned_in: str,
        listening: Listen | None = None,
    ) -> None:
        self._node: Any = node
        self._own = own
        self._native = native
        self._dials = dials
        self._pins = pins
        self._pinned_in = pinned_in
        self._listen = listening or self._on_the_reactor
        self._port: IListeningPort | None = None
        self._called: Called | None = None
        self._announcer: Announcer | None = None
        self._starting: Deferred[None] = succeed(None)
        self.refused: Deferred[Exception] = Deferred()

    @property
    def lines(self) -> Sequence[AnnounceLine]:
        """Where this is announced, once it is."""
        return () if self._announcer is None else self._announcer.lines

    def start(self, central: Address) -> None:
        """Begin, in a while."""
        self._starting = Deferred.fromCoroutine(self._start(central)).addErrback(_broke)

    async def stop(self) -> None:
        """Take back what was said, and let nobody in any more."""
        self._starting.cancel()
        self._own.changed = _nothing
        if self._called is not None:
            self._called.stop()
        if self._announcer is not None:
            await self._announcer.stop()
        if self._port is not None:
            await maybeDeferred(self._port.stopListening)

    async def _start(self, central: Address) -> None:
        node, limits = self._node, self._node.limits
        await deferLater(node.reactor, limits.upload_after_s)
        credentials = await node.workers.run(made_credentials, datetime.now(UTC))
        try:
            self._port = self._listen("", 0, SniffedFactory([self._native], node, credentials=credentials))
        except CannotListen as fault:
            _log.debug("nothing is given to others: {fault}", fault=fault)
            self.refused.callback(fault)
            return
        pins = {} if central.scope == "loopback" else self._pins
        self._called = Called(node, self._dials, self._where)
        lines = Lines(
            node, self._dials, pins, self._where, self._called.called, self._pinned_in, spoken=NATIVE | TLS
        )
        reachability = Reachability(Untold(), _EVERYWHERE, None)
        self._announcer = Announcer(
            node.reactor, [central], lines.dial, self._own, Untold(), reachability, limits
        )
        self._own.changed = self._announcer.changed
        self._announcer.start()

    def _where(self) -> Address:
        own = as_address(self._port.getHost()) if self._port is not None else None
        assert own is not None, "it listens on TCP"
        return Address(_EVERYWHERE, own.port)

    def _on_the_reactor(self, host: str, port: int, factory: IProtocolFactory) -> IListeningPort:
        return listen(self._node.reactor, host, port, factory, self._node.limits)


def _nothing() -> None:
    """Nobody is told."""


def _broke(failure: Failure) -> None:
    if not failure.check(CancelledError):
        _log.failure("nothing is given to others", failure)
