"""Answers the other end's requests, over all channels of a connection.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from p2pstream.codes import Code
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.errors import Gone, PeerError
from p2pstream.limits import Limits
from p2pstream.protocols.link.family import Bulk
from p2pstream.protocols.native.channels.bucket import Bucket
from p2pstream.protocols.native.channels.channel import Channel, Channels
from p2pstream.protocols.native.channels.post import Post
from p2pstream.protocols.native.events import ChannelOffer
from p2pstream.protocols.native.giving.credit import Credits
from p2pstream.protocols.native.giving.haste import Haste
from p2pstream.protocols.native.giving.pace import Pace
from p2pstream.protocols.native.giving.queue import Queue, Queued
from p2pstream.protocols.native.messages import DATA, DATA_HEAD, Cancel, Reject, Request, Want

__all__ = ["Giving"]


class Giving:
    """Every unit that is asked for is answered exactly once, by bytes or by a refusal.

    :param gone: ends a channel whose stream is no longer what its key says.
    :param sent: told of the bytes that went.
    :param handed: told a channel, the first unit and how many, of what is asked for where all of it is here.
    """

    def __init__(
        self,
        post: Post,
        channels: Channels,
        gone: Callable[[Channel], None],
        sent: Callable[[int, float], None],
        handed: Callable[[int, int, int], None],
        now: float,
        limits: Limits,
    ) -> None:
        self._post = post
        self._channels = channels
        self._gone = gone
        self._sent = sent
        self._handed = handed
        self._limits = limits
        self._queue = Queue(limits)
        self._pace = Pace(limits)
        self._requests = Bucket("requests", limits.native_requests, now, limits)
        self._wants = Bucket("messages of who watches", limits.native_wants, now, limits)
        self._haste = Haste(now, limits)
        self._news: dict[int, Channel] = {}
        self.credits = Credits(post, channels, limits)

    def request(self, channel: Channel, asked: Request, now: float) -> None:
        """Units are asked for.

        :raises PeerError: they cannot be, or too much is asked for.
        """
        serving = channel.serving
        if asked.rid in serving.entries:
            raise PeerError(f"request {asked.rid} has units outstanding and was made again", Code.BAD_MESSAGE)
        if asked.first + asked.count > channel.key.units:
            raise PeerError(
                f"units were asked for beyond the last, {channel.key.units - 1}", Code.BAD_MESSAGE
            )
        code = self._refusal(channel, asked, now)
        if code is not None:
            self._post.send(channel.number, Reject(asked.rid, asked.first, asked.count, code))
            return
        serving.admit(self._queue.accept(channel.number, asked, now, serving.due(asked.first)), asked.count)
        if serving.units.covers(0, channel.key.units):
            self._handed(channel.number, asked.first, asked.count)
        self.release(channel)

    def _refusal(self, channel: Channel, asked: Request, now: float) -> Code | None:
        if not self._requests.take(now):
            return Code.RATE_LIMITED
        if self._post.busy:
            return Code.BUSY
        return None if self.credits.admits(channel, asked.count, now) else Code.OVER_CREDIT

    def watched(self, channel: Channel, said: Want, now: float) -> None:
        """The other end told of whoever watches there: what waits is looked at again."""
        channel.serving.watched(said, now)
        self._haste.told(channel.number, channel.serving.watched_rate, now)
        if self._wants.take(now):
            self._queue.rank(channel.number, channel.serving.due, now)
            channel.serving.due_at = self._due(channel)
            self._post.line.wake()

    def cancel(self, channel: Channel, said: Cancel) -> None:
        """Some of what was asked for is not wanted any more; what is not being sent is refused."""
        entry = channel.serving.entries.get(said.rid)
        if entry is not None:
            self._reject(channel, entry, said.first, said.count, Code.CANCELLED)

    def release(self, channel: Channel) -> None:
        """Let the requests leave that wait for nothing any more."""
        for entry in channel.serving.released():
            self._queue.put(entry)
            self._post.line.wake()

    def grant(self, channel: Channel, units: int, code: int, wait: int) -> None:
        """Change what may be outstanding; with 0, what waits is refused."""
        self.credits.grant(channel, units, code, wait)
        if not units:
            for entry in list(channel.serving.entries.values()):
                self._reject(channel, entry, 0, 0, code or Code.BUSY)

    def open(self, channel: Channel, now: float) -> None:
        """The shell has said what there is: tell the other end."""
        if channel.serving.offer is not None:
            self._tell(channel, now)
            self.credits.share()
        self.release(channel)

    def have(self, channel: Channel, units: Ranges, now: float) -> None:
        """What is here changed; the other end is told at once, or soon after the last time."""
        serving = channel.serving
        serving.units = units
        foreseen = serving.due_at if channel.number in self._news else inf
        serving.due_at = self._due(channel)
        if serving.due_at <= now:
            self._tell(channel, now)
            return
        self._news[channel.number] = channel
        if serving.due_at < foreseen:
            # The line is to know when that is due.
            self._post.line.wake()

    def tick(self, now: float) -> None:
        """Tell the news that are due."""
        for channel in [each for each in self._news.values() if each.serving.due_at <= now]:
            self._tell(channel, now)

    def next_deadline(self) -> float | None:
        """When news are due."""
        return min([each.serving.due_at for each in self._news.values()], default=None)

    def end(self, channel: Channel) -> None:
        """Nothing of this channel is answered any more."""
        self._news.pop(channel.number, None)
        self._haste.end(channel.number)
        self.credits.share()

    def rank(self, now: float) -> int:
        """How urgent the next run is, as `Queued.rank`; 0: there is none."""
        entry = self._queue.best()
        rank = entry.rank_at(now) if entry is not None else 0
        return 2 if rank == 1 and not self._haste.may(now) else rank

    def pull(self, now: float) -> Bulk | None:
        """The next run of units."""
        while (entry := self._queue.best()) is not None:
            channel = self._channels.get(entry.channel)
            assert channel is not None, "the entries of a channel end with it"
            if entry.deadline <= now:
                self._reject(channel, entry, 0, 0, Code.TIMEOUT)
            elif (bulk := self._run(channel, entry, now)) is not None:
                return bulk
        return None

    def sent(self, bulk: Bulk, now: float) -> None:
        """A run is with the kernel; see whether the file was what it should be until then."""
        self._pace.sent(-(-(bulk.stop - bulk.start) // UNIT), now)
        self._sent(bulk.stop - bulk.start, now)
        channel = self._channels.get(bulk.channel)
        if channel is not None:
            channel.serving.sent += bulk.stop - bulk.start
        offer = channel.serving.offer if channel is not None else None
        if channel is not None and offer is not None and offer.data is bulk.data:
            self._is_unchanged(channel, offer)

    def _run(self, channel: Channel, entry: Queued, now: float) -> Bulk | None:
        """The next units of one request as a frame; None: they were refused."""
        serving, batch = channel.serving, entry.batch
        first, count = batch.next(self._limits.native_request_units)
        here = serving.units.first_missing(first) - first
        if not here or serving.offer is None:
            present = serving.units.first_present(first)
            missing = count if present is None else min(count, present - first)
            if channel.number in self._news:
                self._tell(channel, now)
            self._reject(channel, entry, first, missing, Code.GONE)
            return None
        if not self._is_unchanged(channel, serving.offer):
            return None
        urgent = entry.rank_at(now) == 1
        most = self._pace.run(urgent, now)
        count = min(count, here, 1 if self._post.line.queued else most)
        if urgent:
            self._haste.pay(count * UNIT, now)
        serving.answered(entry, first, count)
        start, stop = channel.key.span(first, first + count)
        head = DATA_HEAD.pack(batch.rid, first)
        return Bulk(DATA, channel.number, head, serving.offer.data, start, stop)

    def _reject(self, channel: Channel, entry: Queued, first: int, count: int, code: int) -> None:
        for run in entry.batch.within(first, count):
            channel.serving.answered(entry, *run)
            self._post.send(channel.number, Reject(entry.batch.rid, *run, code))

    def _is_unchanged(self, channel: Channel, offer: ChannelOffer) -> bool:
        try:
            offer.data.check()
        except Gone:
            self._gone(channel)
            return False
        return True

    def _due(self, channel: Channel) -> float:
        serving, limits = channel.serving, self._limits
        pause: float = limits.native_have_s
        if not serving.watched_rate:
            # What costs more, at both ends, is told more rarely; who watches cannot wait for it.
            pause = max(
                pause, min(len(serving.units) * limits.native_have_range_s, limits.native_have_most_s)
            )
        return serving.told_at + pause

    def _tell(self, channel: Channel, now: float) -> None:
        self._news.pop(channel.number, None)
        channel.serving.told_at = now
        for said in channel.serving.told.news(channel.serving.units):
            self._post.send(channel.number, said)
