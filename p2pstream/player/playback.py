"""One film on one libvlc: starting, halting, seeking, ending, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.views import PlayerState
from p2pstream.interfaces import IData
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.feed import ReadAhead
from p2pstream.player.native import MemoryInput
from p2pstream.player.rebuffer import STARVED, Gauge, RebufferPolicy, Supply
from p2pstream.player.unplayable import is_links, no_film, over_by_then
from p2pstream.player.vlc import DECODED_AHEAD, PREFETCH, Libvlc

__all__ = ["Playback"]

T = TypeVar("T")

#: A film that ends this many seconds early broke off, and is taken up again.
EARLY = 2.0
#: Seconds between two looks at libvlc.
GLANCE = 0.1
#: Seconds of film that say enough of how many bytes there are in all.
JUDGED_FROM = 2.0


class Playback:
    """Drives `Libvlc` over one `IData`, in the reactor thread.

    Whoever owns it calls `glance` often; it looks at libvlc ten times a second.
    """

    _log = Logger()

    def __init__(
        self,
        libvlc: Libvlc,
        data: IData,
        title: str,
        reactor: Any,
        limits: Limits = LIMITS,
    ) -> None:
        self.state = PlayerState()
        self.rate = 1.0
        #: Path of a subtitle file; empty for none.  Takes effect with `run`.
        self.subtitles = ""
        self.rebuffer = RebufferPolicy()
        self._gauge = Gauge(PREFETCH)
        self.feed = ReadAhead(data, reactor, limits)
        self._libvlc = libvlc
        self._data = data
        self._title = title
        self._reactor = reactor
        self._source = MemoryInput(self.feed, data.seekable)
        self._done: Deferred[PlayerState] | None = Deferred()
        self._loading: Deferred[None] | None = None
        self._want_paused = self._told_paused = False
        # libvlc is not asked anything while a worker thread is inside it.
        self._busy = True
        self._stopping = False
        self._looked = self._shown_at = 0.0
        self._taken_up_at = -1.0
        self._seeking = False
        self._demuxed_before = 0
        self._began_at = 0.0
        self._overtaken = 0
        #: Called once, when libvlc first plays: what can only be set then.
        self.when_playing: Callable[[], None] = lambda: None
        self._played = False

    def run(self, start: float) -> Deferred[PlayerState]:
        """Play from ``start`` seconds; fires and fails as `IPlayer.play` says."""
        done = self._done
        assert done is not None, "a playback runs once"
        self.feed.start()
        self._load(start)
        return done

    def _load(self, start: float) -> None:
        self._busy = True
        self._demuxed_before, self._began_at = 0, start
        self._gauge.empty(0, 0)
        self._loading = self.in_worker(self._libvlc.load, self._source, start, self.rate, self.subtitles)
        self._loading.addCallbacks(self._loaded, self.fail)

    def _loaded(self, _: None) -> None:
        self._loading = None
        self._busy = self._stopping
        self._told_paused = False

    def in_worker(self, work: Callable[..., T], *args: Any) -> Deferred[T]:
        """Run what may block in one of the reactor's threads."""
        return deferToThreadPool(self._reactor, self._reactor.getThreadPool(), work, *args)

    @property
    def paused(self) -> bool:
        """What the viewer wants, which is not what libvlc says: it follows late."""
        return self._want_paused

    def pause(self, paused: bool) -> None:
        """Halt or go on."""
        self._want_paused = paused
        self._tell_pause()

    def seek(self, seconds: float) -> None:
        """Go to this time, within the film."""
        end = self.state.duration
        seconds = max(0.0, min(seconds, end - 0.5) if end > 0 else seconds)
        if self._busy or not self._data.seekable:
            return
        self._libvlc.seek(seconds, end)
        self._seeking, self._began_at = True, seconds
        self._demuxed_before = self._libvlc.stats.demuxed
        self.rebuffer.seek()
        self._gauge.empty(0, 0)
        self._tell_pause()
        self.state = replace(self.state, position=seconds)

    def set_rate(self, rate: float) -> None:
        """How fast to play."""
        self.rate = rate
        if not self._busy:
            self._libvlc.set_rate(rate)

    def stop(self) -> Deferred[None]:
        """Free libvlc, then stop it in a worker; fires when nothing of it is left."""
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        self._busy = self._stopping = True
        # In this order: libvlc's stop never returns while a read blocks.
        self.feed.cancel()
        if self._loading is not None:
            await self._loading
        await self.in_worker(self._libvlc.stop)

    def finish(self, phase: str, ended: str = "") -> None:
        """Let `run`'s Deferred fire; harmless when it has."""
        done, self._done = self._done, None
        if done is not None:
            self.state = replace(self.state, phase=phase, ended=ended)
            done.callback(self.state)

    def fail(self, failure: Failure) -> None:
        """Let `run`'s Deferred fail; harmless when it has fired."""
        self._busy = True
        done, self._done = self._done, None
        if done is not None:
            self.state = replace(self.state, phase="stopped")
            done.errback(failure)

    @property
    def busy(self) -> bool:
        """Whether libvlc must not be asked anything now."""
        return self._busy

    @property
    def buffering(self) -> int | None:
        """Percent of what is waited for; None when nothing is; 0 while unknown."""
        if self.rebuffer.holding:
            return self.rebuffer.percent
        starving = self.feed.blocked_since is not None and self._seeking
        return 0 if starving or self.state.phase == "opening" else None

    def shown(self, count: int, overtaken: int = 0) -> None:
        """So many pictures were on the screen by now; ``overtaken`` of them never were."""
        state = self.state
        if count <= state.shown:
            return
        first = self._reactor.seconds() if state.first_frame_at is None else state.first_frame_at
        self.state = replace(state, shown=count, first_frame_at=first)
        self._overtaken = overtaken
        self._shown_at = self._reactor.seconds()
        self._seeking = False

    def glance(self) -> None:
        """Look at libvlc if it is time to: position, hunger, the end."""
        now = self._reactor.seconds()
        if self._busy or now - self._looked < GLANCE:
            return
        self._looked = now
        phase = self._libvlc.state
        if phase in ("ended", "error", "stopped"):
            self._ended()
            return
        self._read_clock(phase)
        self._watch_supply(now)
        self.feed.announce(self._played_bytes())

    def _read_clock(self, phase: str) -> None:
        state = self.state
        stats = self._libvlc.stats
        self.state = replace(
            state,
            phase=self._phase(phase),
            position=state.position if self._seeking else self._libvlc.seconds,
            duration=self._libvlc.duration or state.duration,
            lost=stats.lost + self._overtaken,
        )
        if phase == "playing" and not self._played:
            self._played = True
            self.when_playing()

    def _phase(self, phase: str) -> str:
        if self.rebuffer.holding:
            return "buffering"
        if phase in ("idle", "opening", "buffering") or not self._has_begun():
            return "opening"
        return "paused" if self._want_paused else "playing"

    def _has_begun(self) -> bool:
        return self.state.shown > 0 or self._libvlc.stats.sounds > 0

    def _watch_supply(self, now: float) -> None:
        if self._has_begun():
            self.feed.opening = False
            self.rebuffer.watch(self._supply(now))
        self._tell_pause()

    def _supply(self, now: float) -> Supply:
        feed = self.feed
        since = feed.blocked_since
        if self.rebuffer.holding or self._want_paused or not self.state.shown:
            self._shown_at = now
        still_for = now - self._shown_at
        if still_for > STARVED and since is not None:
            self._gauge.empty(feed.taken, self._demuxed)
        return Supply(
            blocked_for=None if since is None else feed.seconds() - since,
            held=self._gauge.read(feed.taken, self._demuxed, since is not None),
            room=PREFETCH,
            position=feed.position,
            edge=feed.edge,
            length=feed.length,
            byte_rate=self._byte_rate(),
            still_for=still_for,
            over=feed.over,
        )

    @property
    def likely_length(self) -> int | None:
        """Bytes in all: known, or judged by what was played; None while too little was."""
        played = self.state.position - self._began_at
        if self._data.length is not None or not self.state.duration or played < JUDGED_FROM:
            return self._data.length
        return int(self._byte_rate() * self.state.duration)

    def _byte_rate(self) -> float:
        length, duration = self._data.length, self.state.duration
        if length and duration:
            return length / duration
        # A length nobody knows yet: by what was decoded, which is that much ahead.
        return self._demuxed / max(DECODED_AHEAD, self.state.position - self._began_at + DECODED_AHEAD)

    @property
    def _demuxed(self) -> int:
        return (self._libvlc.stats.demuxed - self._demuxed_before) % 2**32

    def _played_bytes(self) -> int:
        return min(self.feed.position, int(self._byte_rate() * self.state.position))

    def _tell_pause(self) -> None:
        paused = self._want_paused or self.rebuffer.holding
        if paused != self._told_paused and not self._busy:
            self._told_paused = paused
            self._libvlc.pause(paused)

    def _ended(self) -> None:
        """Find out why it is over: libvlc does not say, only how far it came."""
        failure = self.feed.failure
        duration = self._libvlc.duration or self.state.duration
        # Near the end libvlc may be through before it ever told a time.
        came = max(self.state.position, self._began_at)
        if failure is not None:
            self.fail(failure)
        elif self.feed.refused:
            self.fail(Failure(is_links(self._title)))
        elif 0 < duration <= self._began_at:
            self.fail(Failure(over_by_then(self._title, duration, self._began_at)))
        elif not self._has_begun():
            self.fail(Failure(no_film(self._title)))
        elif came < duration - EARLY and came > self._taken_up_at:
            self._taken_up_at = came
            self._log.debug("the film broke off at {seconds} s: taking it up again", seconds=came)
            self._load(came)
        else:
            self.finish("ended", "end")
