"""What comes in for a broadcast: from a program that captures, the standard input, or whoever publishes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from ipaddress import ip_address
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.stdio import StandardIO
from twisted.python.failure import Failure

from p2pstream.commands.airing.admittance import Admittance, kept_key
from p2pstream.commands.airing.port import IngestPort
from p2pstream.content.text import printable
from p2pstream.errors import CannotPlay, Refused, UsageError
from p2pstream.interfaces import IBroadcast, IDisk, IEvents, INode, ISink, IStreamProtocol
from p2pstream.live.ingest import Ingest
from p2pstream.media.captured import Capture, Wrapped
from p2pstream.media.process import av_folder
from p2pstream.media.workers import MISSING
from p2pstream.peer.live.opening import channel_path
from p2pstream.settings import LiveSettings

__all__ = ["Inputs"]


class Inputs:
    """All that comes in, one input after another.

    :param name: of the broadcast.
    :param source: what comes in; None: whatever is sent to us.
    :ivar over: fires when that is over, with None or with why.
    """

    def __init__(self, name: str, source: str | None, settings: LiveSettings, events: IEvents) -> None:
        self.over: Deferred[None] = Deferred()
        self._name = name
        self._source = source
        self._settings = settings
        self._events = events
        self._folder = av_folder() or ""
        self._ingest: Ingest | None = None
        #: Bytes that came in before that.
        self._before = 0
        self._capturing: Capture | None = None
        self._port: IngestPort | None = None

    @property
    def received(self) -> int:
        """Bytes that came in."""
        return self._before + (self._ingest.received if self._ingest is not None else 0)

    def check(self) -> None:
        """See that what is needed is there.

        :raises UsageError: it is not.
        """
        if not self._folder and self._source not in ("-", None):
            raise UsageError(MISSING)

    async def prepare(
        self, reactor: Any, node: INode, disk: IDisk, broadcast: IBroadcast
    ) -> list[IStreamProtocol]:
        """What can be published on the port of peers as well, from now on.

        :raises StorageError: the stream key cannot be kept.
        """
        self._reactor, self._broadcast = reactor, broadcast
        if self._source is not None:
            return []
        admittance = await node.workers.run(self._admittance, disk)
        self._port = IngestPort(node, self._settings, admittance, self._name, self._filmed, self._sent)
        return [self._port.beside_peers()]

    def begin(self, open_still: AsyncExitStack) -> None:
        """Take in what comes, until it is over or the stack is left.

        :raises P2PStreamError: nothing can come.
        """
        open_still.callback(self._stop_capturing)
        if self._port is not None:
            self._port.open(open_still, self._events)
        elif self._source == "-":
            stdin = StandardIO(_Piped(self._made()), reactor=self._reactor)
            open_still.callback(stdin.pauseProducing)
        elif self._source is not None:
            wished = (("--encode", self._settings.encode), ("--loop", self._settings.loop))
            self._capture(self._source, *(switch for switch, on in wished if on))

    def fail(self, fault: Exception) -> None:
        """Nothing more can be taken in."""
        if not self.over.called:
            self.over.errback(fault)

    def _admittance(self, disk: IDisk) -> Admittance:
        settings = self._settings
        if ip_address(settings.bind).is_loopback:
            return Admittance("", settings.senders or None)
        key = kept_key(disk, f"{channel_path(self._name)}-key", settings.new_key)
        return Admittance(key, settings.senders)

    def _filmed(self, address: str) -> ISink:
        """Where a film goes that comes as FLV."""
        if not self._folder:
            raise Refused(MISSING)
        self._see(address)
        return Wrapped(self._capture("-", "--format", "flv"))

    def _sent(self, address: str) -> ISink:
        """Where packets go."""
        self._see(address)
        return self._made()

    def _see(self, address: str) -> None:
        if self._ingest is not None:
            raise Refused("somebody else is publishing here already")
        self._events.happened("live_publisher", address=address)

    def _capture(self, *arguments: str) -> Capture:
        self._capturing = Capture(self._reactor, self._folder, arguments, self._made())
        return self._capturing

    def _stop_capturing(self) -> None:
        if self._capturing is not None:
            self._capturing.stopProducing()

    def _made(self) -> Ingest:
        """What takes the next input."""
        self._ingest = Ingest(self._broadcast, self._name, self._reactor, self._events, self._ended)
        return self._ingest

    def _ended(self, reason: Failure | None) -> None:
        self._before, self._ingest = self.received, None
        if reason is None and not self.received:
            reason = Failure(
                CannotPlay(f"nothing came in for “{printable(self._name)}”: it is not broadcast")
            )
        if self.over.called:
            # What is cut off because the broadcast ends is not waited for.
            return
        if self._source is None and reason is not None:
            # Whoever publishes may come back.
            self._events.happened("live_paused", name=self._name, reason=reason.value)
        else:
            self.over.callback(reason)


class _Piped(Protocol):
    """The standard input, poured into a sink."""

    transport: Any

    def __init__(self, sink: ISink) -> None:
        self._sink = sink

    def connectionMade(self) -> None:
        """Twisted: it is open."""
        self._sink.registerProducer(self.transport, True)

    def dataReceived(self, data: bytes) -> None:
        """Twisted: more of it."""
        self._sink.write(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: this is all."""
        self._sink.unregisterProducer()
        self._sink.finish()
