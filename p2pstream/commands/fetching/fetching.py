"""What both commands do around a stream: put the parts together, report, clean up."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger

from p2pstream.commands.arguments import Errand
from p2pstream.commands.ending import Ending
from p2pstream.commands.fetching.centrals_gone import CentralsGone
from p2pstream.commands.fetching.destination import Destination
from p2pstream.commands.fetching.hook import Hook
from p2pstream.commands.fetching.seeding import seed
from p2pstream.commands.output.output import Output
from p2pstream.commands.output.telling import FetchTelling
from p2pstream.content.keys import FileKey
from p2pstream.content.links import Link
from p2pstream.content.views import PlayerState
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import BadName, P2PStreamError, PluginError, ReadStopped, UsageError
from p2pstream.limits import LIMITS
from p2pstream.peer.client import Client
from p2pstream.peer.live.viewing import Watching
from p2pstream.peer.side.asking import fetch_side
from p2pstream.peer.streams import OpenStream, Streams
from p2pstream.peer.untold import Untold
from p2pstream.peer.ways import Ways
from p2pstream.protocols.node import Means
from p2pstream.protocols.registry import Registry
from p2pstream.settings import FetchSettings, PlaySettings
from p2pstream.settings.kinds import server_of

if TYPE_CHECKING:
    from p2pstream.peer.residency.resident_stream import ResidentStream

__all__ = ["Fetching"]

_log = Logger()


class Fetching:
    """One stream, fetched inside an ``async with``; whatever happens, nothing stays open.

    :param reactor: the whole of it, monotonic.
    """

    def __init__(self, reactor: Any, errand: Errand[FetchSettings], output: Output) -> None:
        self._reactor = reactor
        self._errand = errand
        self._output = output
        self._stream: OpenStream | None = None
        self._client: Client | None = None
        self._hook: Hook | None = None
        self._kept = self._through = False
        self._telling = FetchTelling(reactor, output)
        #: Threads for what may block.
        self.workers = ThreadWorkers(reactor)

    async def __aenter__(self) -> Fetching:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._telling.stop()
        # Who reads is cancelled, and then gives up himself.
        broken_off = isinstance(fault, CancelledError | ReadStopped)
        if isinstance(fault, Exception) and not broken_off and not isinstance(fault, BrokenPipeError):
            code = getattr(fault, "exit_code", 1)
            self._output.happened("failed", error=type(fault).__name__, message=str(fault), exit_code=code)
        elif broken_off:
            self._telling.broken_off()
        # One that cannot be closed in good order keeps no other open; the last is closed first.
        async with AsyncExitStack() as open_still:
            for each in (self.workers, self._client, self._stream):
                if each is not None:
                    open_still.push_async_callback(each.close)
            if fault is None and self._hook is not None:
                await self._hook.settled()
        if fault is None:
            self._output.check()

    async def open(self, into: Destination | None) -> OpenStream:
        """Begin to fetch it, and to report progress.

        :param into: the file to make; None when it is only watched.
        """
        settings = self._errand.settings
        if settings.on_done is not None:
            self._hook = Hook(settings.on_done, self._reactor, self._output)
        registry = Registry(self._output)
        registry.load()
        spoken = "classic" if settings.protocol == "native" else settings.protocol
        try:
            registry.get(spoken)
        except PluginError as fault:
            raise UsageError(f"--protocol: {fault}") from None
        client = await self._opened()

        async def alone(link: Link) -> OpenStream:
            return await self._alone(client, registry, spoken, link, into)

        try:
            self._stream = await self._found(client, into, lambda link: Deferred.fromCoroutine(alone(link)))
        except BadName as fault:
            # It is a name, but too long for the protocol: another word is to be written.
            raise UsageError(str(fault)) from None
        self._kept = into is not None
        self._telling.begin(self._stream.view, self._kept, settings.cache_size or LIMITS.store_cache_bytes)
        if self._hook is not None:
            self._stream.done.addCallback(self._done, self._stream, self._hook, into)
        return self._stream

    async def means(self) -> Means:
        """What others that take part in this process stand on; what happens to them is no news."""
        client = await self._opened()
        return replace(client.node.means, events=Untold())

    async def _opened(self) -> Client:
        if self._client is None:
            settings = self._errand.settings
            port, accept = settings.port, settings.accept_publisher
            self._client = await Client.open(
                self._reactor, settings, self._output, self.workers, port, accept
            )
        return self._client

    def _done(self, outcome: None, stream: OpenStream, hook: Hook, into: Destination | None) -> None:
        """All is here, and in its place."""
        path = os.path.abspath(into.path) if into is not None else None
        self._output.happened("done", name=self._errand.link.name, length=stream.data.length, path=path)
        hook.run("done", self._output.latest["done"])

    async def _found(
        self, client: Client, into: Destination | None, alone: Callable[[Link], Deferred[OpenStream]]
    ) -> OpenStream:
        """The stream, by way of this user's running peer, if there is one that does as we should."""
        endpoint = await client.keeping.resident() if _may_be_anybodys(self._errand.settings) else None
        if endpoint is None:
            return await alone(self._errand.link)
        # Only now: who runs no peer does not wait for this.
        from p2pstream.commands.fetching.through import open_through

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
        seeds = {server_of(url): url for url in settings.web_seed}
        store, near = client.keeping.store, client.neighbours
        ways = Ways(registry, store, ask, doorstep, near, seeds, settings.peer_port, spoken)
        watching = None
        if isinstance(settings, PlaySettings):
            watching = Watching(client.keeping.disk, settings.latency, settings.window)
        streams = Streams(client.node, ways, client.memory, own, watching)
        path, replace = (into.path, into.replace) if into else (None, True)
        stream = await streams.open(link, path, replace)
        client.listed_at(link.central, *link.others, told=CentralsGone(self._output))
        return stream

    async def beside(self, stream: OpenStream) -> bytes | None:
        """What belongs to it, if whoever made its record says so; None: nothing, or it cannot be had."""
        film, client, link = getattr(stream.data, "key", None), self._client, self._errand.link
        if client is None or not isinstance(film, FileKey) or link.key is not None:
            return None
        try:
            return await fetch_side(client.ask(*link.centrals), link, film, client.fetch_by_the_way)
        except P2PStreamError as fault:
            _log.debug("no pictures to seek by: {fault}", fault=fault)
            return None

    def finished(
        self, stream: OpenStream, state: PlayerState | None = None, frame_s: float | None = None
    ) -> None:
        """Say how it went; nothing is said of progress after that."""
        self._telling.finished(stream.view.snapshot(), self.sent, state, frame_s)

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
        from p2pstream.peer.residency.resident_stream import ResidentStream

        return self._stream if isinstance(self._stream, ResidentStream) else None


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
        settings.no_mdns,
        settings.local,
        settings.web_seed,
    )
    return not any(own)
