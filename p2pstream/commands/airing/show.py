"""What ``p2p-live`` does: what comes in is broadcast, and people are told how it goes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from twisted.internet.defer import CancelledError
from twisted.internet.task import LoopingCall, deferLater

from p2pstream.commands.airing.incoming import Inputs
from p2pstream.commands.ending import Ending
from p2pstream.commands.output.output import Output
from p2pstream.content.links import Link
from p2pstream.data.live import LiveData
from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import StorageError
from p2pstream.peer.client import Client
from p2pstream.peer.live.airing import Airing, Recording
from p2pstream.peer.live.centrals import AiringCentrals
from p2pstream.peer.live.opening import channel_path, open_airing
from p2pstream.settings import LiveSettings
from p2pstream.web.live.resources import broadcasts_of

__all__ = ["LiveShow"]

_EVERY_S = 2.0


class LiveShow:
    """One broadcast.

    :param source: what comes in; None: whatever is sent to us.
    """

    def __init__(
        self, reactor: Any, link: Link, source: str | None, settings: LiveSettings, output: Output
    ) -> None:
        self._reactor = reactor
        self._link = link
        self._settings = settings
        self._output = output
        self._inputs = Inputs(link.name, source, settings, output)
        self._airing: Airing | None = None
        #: How much of it is kept, as was told last; seconds, None: as was wished.
        self._kept_s: float | None = None
        #: Bytes that had gone out when it was told last, and when that was.
        self._sent = 0, reactor.seconds()

    async def run(self, ending: Ending) -> None:
        """Until what comes in ends, or somebody ends it.

        :raises P2PStreamError: it cannot begin, or not go on.
        """
        self._inputs.check()
        async with AsyncExitStack() as open_still:
            client, airing = await self._open(open_still)
            try:
                async with AsyncExitStack() as taken_in:
                    self._inputs.begin(taken_in)
                    ending.done()
                    await self._over()
            finally:
                # Once more: whoever interrupts it hurries it as well.
                ending.done()
                await self._end(airing, client)

    async def _over(self) -> None:
        """What comes in is over, or somebody ended it, before anything came in perhaps."""
        try:
            await self._inputs.over
        except CancelledError:
            if not self._inputs.received:
                self._output.happened("live_unsent", name=self._link.name)

    async def _open(self, open_still: AsyncExitStack) -> tuple[Client, Airing]:
        """Have a channel, and be listed."""
        settings, link, reactor = self._settings, self._link, self._reactor
        workers = ThreadWorkers(reactor)
        open_still.push_async_callback(workers.close)
        identity = f"{channel_path(link.name)}-node"
        client = await Client.open(reactor, settings, self._output, workers, settings.port, identity=identity)
        open_still.push_async_callback(client.close)
        own = await client.give(beside_peer=True)
        assert own is not None, "it is wanted beside a peer"
        centrals = AiringCentrals(client, link.central, *link.others)
        keeping = client.keeping
        kept = Recording(keeping.disk, keeping.store, settings.window, not settings.no_record)
        airing = self._airing = await open_airing(link.name, client.node, own, centrals, kept, self._shown)
        open_still.push_async_callback(airing.close)
        client.node.resources[b"live"] = broadcasts_of(own.live, reactor, client.node.limits)
        also = await self._inputs.prepare(reactor, client.node, keeping.disk, airing.broadcast)
        client.listed_at(link.central, *link.others, told=self._output, also=also)
        telling = LoopingCall(self._tell)
        telling.clock = reactor
        telling.start(_EVERY_S, now=False).addErrback(lambda _: None)
        open_still.callback(telling.stop)
        return client, airing

    def _shown(self) -> None:
        assert self._airing is not None
        self._output.happened("live_started", link=str(self._link), key=str(self._airing.key))

    def _tell(self) -> None:
        assert self._airing is not None
        broadcast = self._airing.broadcast
        if broadcast.trouble is not None:
            self._inputs.fail(broadcast.trouble)
        self._tell_shortened(broadcast.data)
        self._output.happened(
            "live_progress",
            bitrate=round(broadcast.bitrate),
            viewers=self._airing.viewers,
            rate=round(self._rate(broadcast.sent)),
            length=broadcast.data.edge,
        )

    def _tell_shortened(self, data: LiveData) -> None:
        """Where the disk has no room for all that was to be kept."""
        wished = self._settings.window if self._settings.no_record else None
        kept = None if data.keeps_all else data.window_s
        if kept not in (wished, self._kept_s):
            self._kept_s = kept
            self._output.happened("live_shortened", name=self._link.name, seconds=kept)

    def _rate(self, sent: int) -> float:
        """Bits a second that went out since this was asked last."""
        now = self._reactor.seconds()
        before, self._sent = self._sent, (sent, now)
        return float((sent - before[0]) * 8 / max(now - before[1], 0.1))

    async def _end(self, airing: Airing, client: Client) -> None:
        """Let viewers have the last of it, and keep it as a film, unless the disk is in the way."""
        if airing.broadcast.trouble is not None or not self._inputs.received:
            return
        name = self._link.name
        try:
            key = await airing.end()
            if airing.viewers:
                await deferLater(self._reactor, client.node.limits.live_linger_s)
            kept = await airing.keep(client.node.workers)
        except StorageError as fault:
            self._output.happened("live_ended", name=name, reason=fault)
            return
        if kept:
            self._output.happened("live_film", name=name, length=key.length, key=str(key))
        else:
            self._output.happened("live_over", name=name, length=key.length, key=str(key))
