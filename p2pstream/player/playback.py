"""One film on one libvlc: starting, halting, seeking, ending, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.views import PlayerState
from p2pstream.interfaces import IData
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.intake.feed import ReadAhead
from p2pstream.player.intake.meter import Meter
from p2pstream.player.intake.rebuffer import NeverHalted, RebufferPolicy
from p2pstream.player.libvlc.machine import Machine
from p2pstream.player.libvlc.memory_input import MemoryInput
from p2pstream.player.libvlc.vlc import Libvlc
from p2pstream.player.played import PlayedOnce
from p2pstream.player.scene.side_texts import TextTrack
from p2pstream.player.unplayable import why_unplayable

__all__ = ["Playback"]

#: A film that ends this many seconds early broke off, and is taken up again.
EARLY = 2.0
#: Seconds between two looks at libvlc.
GLANCE = 0.1
#: How far from its end a seek past it lands, in seconds: there is something to see yet.
LAST_MOMENT = 0.5


class Playback(PlayedOnce):
    """Drives `Machine` over one `IData`, in the reactor thread.

    Whoever owns it calls `glance` often; it looks at libvlc ten times a second.

    :param subtitles: path of a subtitle file; empty for none.
    :param when_playing: called once, when libvlc first plays: what can only be set then.
    :param live: it is part of a broadcast: neither sought in, nor ever halted.
    """

    _log = Logger()

    def __init__(
        self,
        machine: Machine,
        data: IData,
        title: str,
        reactor: Any,
        limits: Limits = LIMITS,
        *,
        subtitles: str = "",
        when_playing: Callable[[], None] = lambda: None,
        live: bool = False,
    ) -> None:
        # Of a broadcast something else may be played.
        super().__init__(machine, PlayerState(), retires=not live)
        self.feed = ReadAhead(data, reactor, limits)
        self.meter = Meter(self.feed, limits)
        self._rebuffer = NeverHalted(limits) if live else RebufferPolicy(limits)
        self._source = MemoryInput(self.feed, data.seekable, at_pace=live)
        self._seekable = data.seekable
        self._title = title
        self._subtitles = subtitles
        self._seconds: Callable[[], float] = reactor.seconds
        self._rate = 1.0
        self._want_paused = self._told_paused = False
        self._seeking = False
        self._sounds = self._overtaken = 0
        self._looked = self._shown_at = 0.0
        self._taken_up_at = -1.0
        self._offered: Sequence[TextTrack] = ()
        self._when_playing: Callable[[], None] | None = when_playing

    # From beginning to end

    def run(self, start: float) -> Deferred[PlayerState]:
        """Play from ``start`` seconds; fires and fails as `IPlayer.play` says."""
        done = self._done
        assert done is not None, "a playback runs once"
        self.feed.start()
        self._load(start)
        return done

    def _load(self, start: float) -> None:
        self.meter.begin(start)
        self._sounds = 0
        loading = self.machine.load(self._source, start, self._rate, self._subtitles)
        loading.addCallbacks(self._loaded, self.fail)

    def _loaded(self, _: None) -> None:
        self._told_paused = False

    def free(self) -> None:
        """Free whoever reads for libvlc, which can be stopped then."""
        self.feed.cancel()

    # What the viewer wants

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
        libvlc, end = self.machine.idle, self.state.duration
        if libvlc is None or not self._seekable:
            return
        seconds = max(0.0, min(seconds, end - LAST_MOMENT) if end > 0 else seconds)
        libvlc.seek(seconds, end)
        self._seeking = True
        self.meter.begin(seconds, libvlc.stats.demuxed)
        self._rebuffer.seek()
        self._tell_pause()
        self.state = replace(self.state, position=seconds)

    def offer_texts(self, tracks: Sequence[TextTrack]) -> None:
        """Let the viewer choose these subtitles, too, from when it plays on; once."""
        self._offered = tracks

    def set_rate(self, rate: float) -> None:
        """How fast to play."""
        self._rate = rate
        libvlc = self.machine.idle
        if libvlc is not None:
            libvlc.set_rate(rate)

    def _tell_pause(self) -> None:
        libvlc, paused = self.machine.idle, self._want_paused or self._rebuffer.holding
        if libvlc is not None and paused != self._told_paused:
            self._told_paused = paused
            libvlc.pause(paused)

    # How it stands

    @property
    def buffering(self) -> int | None:
        """Percent of what is waited for; None when nothing is; 0 while unknown."""
        if self._rebuffer.holding:
            return self._rebuffer.percent
        starving = self.feed.blocked_since is not None and self._seeking
        return 0 if starving or self.state.phase == "opening" else None

    @property
    def counted(self) -> int:
        """The pictures that were on the screen, of what libvlc plays now."""
        return self.state.shown

    def shown(self, count: int, overtaken: int = 0) -> None:
        """So many pictures were on the screen by now; ``overtaken`` of them never were."""
        state = self.state
        if count <= state.shown:
            return
        now = self._seconds()
        first = now if state.first_frame_at is None else state.first_frame_at
        self.state = replace(state, shown=count, first_frame_at=first)
        self._overtaken = overtaken
        self._shown_at = now
        self._seeking = False

    def glance(self) -> None:
        """Look at libvlc if it is time to: position, hunger, the end."""
        libvlc, now = self.machine.idle, self._seconds()
        if libvlc is None or now - self._looked < GLANCE:
            return
        self._looked = now
        phase = libvlc.state
        if phase in ("ended", "error", "stopped"):
            self._ended(libvlc)
            return
        self._read(libvlc, phase)
        self._watch(now)
        self.feed.arrival.announce(self.feed.ahead, self.meter.on_screen)

    def _read(self, libvlc: Libvlc, phase: str) -> None:
        state, stats = self.state, libvlc.stats
        self._sounds = stats.sounds
        self.state = replace(
            state,
            phase=self._phase(phase),
            position=state.position if self._seeking else libvlc.seconds,
            duration=libvlc.duration or state.duration,
            lost=stats.lost + self._overtaken,
            gathered_s=self._rebuffer.gathered_s,
            enough_s=self._rebuffer.enough_s,
        )
        self.meter.read(stats.demuxed, self.state)
        if phase == "playing" and self._when_playing is not None:
            when_playing, self._when_playing = self._when_playing, None
            when_playing()
        if phase == "playing" and self._offered:
            offered, self._offered = self._offered, ()
            libvlc.offer_texts(offered)

    def _phase(self, phase: str) -> str:
        if self._rebuffer.holding:
            return "buffering"
        if phase in ("idle", "opening", "buffering") or not self._has_begun:
            return "opening"
        return "paused" if self._want_paused else "playing"

    @property
    def _has_begun(self) -> bool:
        return self.state.shown > 0 or self._sounds > 0

    def _watch(self, now: float) -> None:
        if self._has_begun:
            self.feed.opening = False
            if self._rebuffer.holding or self._want_paused or not self.state.shown:
                self._shown_at = now
            self._rebuffer.watch(self.meter.provisions(now - self._shown_at))
        self._tell_pause()

    def _ended(self, libvlc: Libvlc) -> None:
        """Find out why it is over: libvlc does not say, only how far it came."""
        duration, start = libvlc.duration or self.state.duration, self.meter.began_at
        # Near the end libvlc may be through before it ever told a time, or of a sound.
        came = max(self.state.position, start)
        self._sounds = libvlc.stats.sounds
        unplayable = why_unplayable(self._title, self.feed.refused, self._has_begun, duration, start)
        if self.feed.failure is not None:
            self.fail(self.feed.failure)
        elif unplayable is not None:
            self.fail(Failure(unplayable))
        elif came < duration - EARLY and came > self._taken_up_at:
            self._taken_up_at = came
            self._log.debug("the film broke off at {seconds} s: taking it up again", seconds=came)
            self._load(came)
        else:
            self.finish("ended", "end")
