"""What both commands do around a stream: put the parts together, report, clean up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.commands.arguments import Errand
from p2pstream.commands.destination import Destination
from p2pstream.commands.ending import Ending
from p2pstream.commands.output import Output
from p2pstream.commands.seeding import seed
from p2pstream.content.links import Link
from p2pstream.content.views import PlayerState, SourceSnapshot, StreamSnapshot
from p2pstream.content.waits import awaited_text
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import BadName, PluginError, UsageError
from p2pstream.limits import LIMITS
from p2pstream.peer.client import Client
from p2pstream.peer.streams import OpenStream, Streams
from p2pstream.peer.ways import Ways
from p2pstream.protocols.registry import Registry
from p2pstream.settings import FetchSettings

if TYPE_CHECKING:
    from p2pstream.peer.resident_stream import ResidentStream

__all__ = ["Fetching"]

_log = Logger()

# Often enough for eyes; a sample costs some 20 µs.
_EVERY_S = 0.25


class Fetching:
    """One stream, fetched inside an ``async with``; whatever happens, nothing stays open.

    :param reactor: the whole of it, monotonic.
    """

    def __init__(self, reactor: Any, errand: Errand[FetchSettings], output: Output) -> None:
        self._reactor = reactor
        self._errand = errand
        self._output = output
        self._began = reactor.seconds()
        #: Bytes that an earlier run left.
        self._had = 0
        self._stream: OpenStream | None = None
        self._client: Client | None = None
        self._kept = self._through = False
        self._sampling = LoopingCall(self._sample)
        self._sampling.clock = reactor
        #: Threads for what may block.
        self.workers = ThreadWorkers(reactor)

    async def __aenter__(self) -> Fetching:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_sampling()
        if isinstance(fault, Exception) and not isinstance(fault, CancelledError | BrokenPipeError):
            code = getattr(fault, "exit_code", 1)
            self._output.happened("failed", error=type(fault).__name__, message=str(fault), exit_code=code)
        # One that cannot be closed in good order keeps no other open; the last is closed first.
        async with AsyncExitStack() as open_still:
            for each in (self.workers, self._client, self._stream):
                if each is not None:
                    open_still.push_async_callback(each.close)
        if fault is None:
            self._output.check()

    async def open(self, into: Destination | None) -> OpenStream:
        """Begin to fetch it, and to report progress.

        :param into: the file to make; None when it is only watched.
        """
        settings = self._errand.settings
        registry = Registry(self._output)
        registry.load()
        spoken = "classic" if settings.protocol == "native" else settings.protocol
        try:
            registry.get(spoken)
        except PluginError as fault:
            raise UsageError(f"--protocol: {fault}") from None
        self._client = client = await Client.open(
            self._reactor, settings, self._output, self.workers, settings.port, settings.accept_publisher
        )

        async def alone(link: Link) -> OpenStream:
            return await self._alone(client, registry, spoken, link, into)

        try:
            self._stream = await self._found(client, into, lambda link: Deferred.fromCoroutine(alone(link)))
        except BadName as fault:
            # It is a name, but too long for the protocol: another word is to be written.
            raise UsageError(str(fault)) from None
        self._began, self._kept = self._reactor.seconds(), into is not None
        self._tell_size(into is not None, settings.cache_size or LIMITS.store_cache_bytes)
        self._sampling.start(_EVERY_S, now=False).addErrback(_untold)
        return self._stream

    async def _found(
        self, client: Client, into: Destination | None, alone: Callable[[Link], Deferred[OpenStream]]
    ) -> OpenStream:
        """The stream, by way of this user's running peer, if there is one that does as we should."""
        endpoint = await client.keeping.resident() if _may_be_anybodys(self._errand.settings) else None
        if endpoint is None:
            return await alone(self._errand.link)
        # Only now: who runs no peer does not wait for this.
        from p2pstream.commands.through import open_through

        self._through = True
        return await open_through(endpoint, client, self._errand, into, alone, self._output)

    async def _alone(
        self, client: Client, registry: Registry, spoken: str, link: Link, into: Destination | None
    ) -> OpenStream:
        """The stream, fetched in this process."""
        settings = self._errand.settings
        ask = None if settings.protocol == "classic" else client.ask
        own = await client.give(settings.keep_seeding) if ask is not None and not settings.no_upload else None
        doorstep = None if settings.no_upload else client.doorstep
        ways = Ways(registry, client.keeping.store, ask, doorstep, settings.peer_port, spoken)
        streams = Streams(client.node, ways, client.memory, own)
        path, replace = (into.path, into.replace) if into else (None, True)
        stream = await streams.open(link, path, replace)
        client.listed_at(link.central, *link.others)
        return stream

    def _tell_size(self, kept: bool, cache: int) -> None:
        assert self._stream is not None
        now = self._stream.view.snapshot()
        self._had = now.have.total
        if kept and now.verified and now.length is not None and now.length > cache:
            self._output.happened("cache_exceeded", name=now.name, length=now.length, cache=cache)

    def finished(
        self, stream: OpenStream, state: PlayerState | None = None, frame_s: float | None = None
    ) -> None:
        """Say how it went; nothing is said of progress after that."""
        self._stop_sampling()
        now = stream.view.snapshot()
        seconds, came = self._seconds(), self._came(now)
        if now.length == 0:
            self._output.happened("film_empty", name=now.name)
        self._output.happened(
            "finished",
            received=came,
            seconds=round(seconds, 3),
            rate=round((came - self._had) / max(seconds, 1e-3)),
            sources={source.address: source.received for source in now.sources if _gave(source)},
            verified=now.verified,
            sent=self.sent,
            first_frame_s=frame_s,
            shown=state and state.shown,
            lost=state and state.lost,
            ended=state and state.ended,
        )

    async def keep_seeding(self, ending: Ending) -> None:
        """If that is wished: go on giving what is here until a signal says otherwise; see `seed`."""
        stream, client = self._stream, self._client
        if not self._errand.settings.keep_seeding or stream is None or client is None:
            return
        there = self._resident
        if not self._kept and there is not None and there.is_elsewhere:
            self._output.happened("handed_over", name=self._errand.link.name)
        else:
            await seed(stream, client, self, self._reactor.seconds, self._output, ending)

    @property
    def sent(self) -> int:
        """Bytes that others were given meanwhile, by us or by the peer that fetched for us."""
        ours = self._client.node.uplink.sent if self._client is not None else 0
        there = self._resident
        return ours if there is None else ours + there.sent

    @property
    def _resident(self) -> ResidentStream | None:
        """The stream, where this user's peer fetches it, or did."""
        if not self._through:
            return None
        from p2pstream.peer.resident_stream import ResidentStream

        return self._stream if isinstance(self._stream, ResidentStream) else None

    def _seconds(self) -> float:
        """What the transfer took, as far as it went."""
        fetched = self._output.latest.get("fetched")
        taken: float = fetched["seconds"] if fetched else self._reactor.seconds() - self._began
        return taken

    def _came(self, now: StreamSnapshot) -> int:
        """How many bytes came so far, also those that had to go again."""
        sent = sum(source.received if source.taken is None else source.taken for source in now.sources)
        return max(now.have.total, min(self._had + sent, now.length or 0))

    def _stop_sampling(self) -> None:
        if self._sampling.running:
            self._sampling.stop()

    def _sample(self) -> None:
        if "fetched" in self._output.latest:
            # A film goes on for long after the last of its bytes came.
            self._stop_sampling()
        elif self._stream is not None:
            now = self._stream.view.snapshot()
            self._output.happened(
                "progress",
                received=self._came(now),
                length=now.length,
                rate=round(now.rate),
                waiting_for=awaited_text(now.awaited),
            )


def _may_be_anybodys(settings: FetchSettings) -> bool:
    """Whether whoever fetches it does as these settings say: none of them is about how that is done."""
    own = (
        settings.no_peer,
        settings.protocol == "classic",
        settings.no_upload,
        settings.upload_limit,
        settings.limit_local,
        settings.download_limit,
        settings.cache_size,
        settings.port,
        settings.no_exchange,
        settings.local,
    )
    return not any(own)


def _gave(source: SourceSnapshot) -> bool:
    """Whether anything that is here came from it."""
    return bool(source.received if source.taken is None else source.taken)


def _untold(failure: Failure) -> None:
    _log.failure("progress is not told any more", failure)
