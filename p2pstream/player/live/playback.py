"""Watching one broadcast: at its edge, as far behind it as one wishes, or anywhere before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from p2pstream.content.views import LiveState, PlayerState
from p2pstream.interfaces import IWatched
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.intake.rebuffer import STARVED
from p2pstream.player.libvlc.machine import Machine
from p2pstream.player.live.moments import Beginning
from p2pstream.player.live.stopwatch import Stopwatch
from p2pstream.player.live.takes import Takes
from p2pstream.player.live.tempo import Tempo
from p2pstream.player.playback import GLANCE
from p2pstream.player.played import PlayedOnce

__all__ = ["LivePlayback"]

#: Seconds further back than is wished, and it is not the edge that somebody watches.
SHIFTED_S = 1.5
#: Seconds for which nothing is done about how late a take is: it finds its tempo first.
SETTLING_S = 1.0
#: Seconds from the oldest that can be had, nearer to which nobody begins while it moves on.
MARGIN_S = 2.0
#: Seconds that going elsewhere may take, and nothing is said of it.
GOING_S = 0.8
#: Parts of it that are here, at most, as the bar shows them.
PARTS = 50


class LivePlayback(PlayedOnce):
    """The same to its owners as a `player.playback.Playback`.

    :param when_playing: called once, when libvlc first plays.
    """

    def __init__(
        self,
        machine: Machine,
        data: IWatched,
        title: str,
        reactor: Any,
        limits: Limits = LIMITS,
        *,
        when_playing: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(machine, PlayerState(live=LiveState()))
        self._data = data
        self._reactor = reactor
        self._limits = limits
        self._tuning: Deferred[Any] | None = None
        self._takes = Takes(
            machine,
            data,
            title,
            reactor,
            limits,
            when_playing=when_playing,
            began=self._begins,
            ended=self._ended,
            failed=self.fail,
        )
        self._tempo = Tempo(data.delay_s)
        self._watch = Stopwatch()
        self._at_edge = True
        self._want_paused = False
        self._speed = self._rate = 1.0
        self._looked = self._shown_at = 0.0
        self._over_at: float | None = None

    # From beginning to end

    def run(self, start: float) -> Deferred[PlayerState]:
        """Play from where one joins, wherever a film would begin; fires and fails as `IPlayer.play` says."""
        done = self._done
        assert done is not None, "a playback runs once"
        self._tuning = self._data.when_tuned()
        self._tuning.addCallbacks(self._tuned, self._untuned)
        return done

    def _tuned(self, position: int) -> None:
        self._tuning = None
        self._takes.begin = Beginning(position, self._data.newest_ms or 0)
        self._takes.go(Beginning(position, self._takes.begin_ms))

    def _untuned(self, failure: Failure) -> None:
        self._tuning = None
        if not failure.check(CancelledError):
            self.fail(failure)

    def _begins(self) -> None:
        self._watch = Stopwatch()
        self._tempo.begin()
        self._over_at, self._rate = None, self._takes.rate
        self._shown_at = self._reactor.seconds()

    def _ended(self) -> None:
        if self._over_at is None:
            self._over_at = self._reactor.seconds()

    def free(self) -> None:
        """Free whoever reads for libvlc, which can be stopped then."""
        if self._tuning is not None:
            self._tuning.cancel()
        self._takes.free()

    # What the viewer wants

    @property
    def paused(self) -> bool:
        """What the viewer wants."""
        return self._want_paused

    def pause(self, paused: bool) -> None:
        """Halt or go on; whoever halted for long goes on where that was, and so behind the edge."""
        self._want_paused = paused
        take, live = self._takes.playback, self.state.live
        if take is not None:
            take.pause(paused)
        if not paused and live is not None and (live.behind_s or 0.0) > self._data.delay_s + SHIFTED_S:
            self._leave_edge()

    def seek(self, seconds: float) -> None:
        """Go to this time, counted from the oldest that can be had; near the edge, to the edge."""
        if self._tuning is not None:
            return
        moments = self._takes.moments
        wanted = moments.oldest_ms + max(0.0, seconds) * 1000
        if self._data.length is None and wanted > moments.newest_ms - (self._data.delay_s + SHIFTED_S) * 1000:
            if not self._at_edge:
                self.to_edge()
            return
        self._leave_edge()
        if self._data.start and self._data.length is None:
            # The oldest is about to go.
            wanted = max(wanted, moments.oldest_ms + MARGIN_S * 1000)
        self._takes.go(moments.beginning(wanted))

    def to_edge(self) -> None:
        """Be live again."""
        if self._tuning is not None or self._data.length is not None:
            return
        self._at_edge, self._want_paused = True, False
        self._takes.rate = 1.0
        self._takes.go(self._takes.moments.to_join(self._data.delay_s))

    def set_rate(self, rate: float) -> None:
        """How fast to play what is not live; at the edge there is one speed."""
        self._speed = rate
        if self._at_edge and self._data.length is None and rate >= 1.0:
            return
        self._leave_edge()

    def _leave_edge(self) -> None:
        self._at_edge, self._takes.rate = False, self._speed
        self._set_rate(self._speed)

    def _set_rate(self, rate: float) -> None:
        take = self._takes.playback
        if take is not None and rate != self._rate:
            self._rate = rate
            take.set_rate(rate)

    # How it stands

    @property
    def buffering(self) -> int | None:
        """0 while pictures are waited for, and for longer than going elsewhere takes; else None."""
        soon = self.state.shown and self._reactor.seconds() - self._takes.begun_at < GOING_S
        return 0 if self.state.phase in ("opening", "buffering") and not soon else None

    @property
    def counted(self) -> int:
        """The pictures that were on the screen, of what libvlc plays now."""
        return 0 if self._takes.playback is None else self._takes.playback.state.shown

    def shown(self, count: int, overtaken: int = 0) -> None:
        """So many pictures of what libvlc plays now were on the screen; ``overtaken`` of all never were."""
        take = self._takes.playback
        if take is None or count <= take.state.shown:
            return
        take.shown(count, overtaken)
        self._takes.saw()
        self._shown_at = now = self._reactor.seconds()
        first = now if self.state.first_frame_at is None else self.state.first_frame_at
        self.state = replace(self.state, shown=self._takes.shown + count, first_frame_at=first)
        if self._want_paused and not take.paused:
            # Whoever goes elsewhere while it is halted sees what is there.
            take.pause(True)

    def buffered(self) -> tuple[tuple[float, float], ...]:
        """The parts that are here, as fractions of what can be gone back in."""
        if self._tuning is not None:
            return ()
        moments = self._takes.moments
        oldest, lasts = moments.oldest_ms, moments.newest_ms - moments.oldest_ms
        here = list(self._data.have)[-PARTS:]
        parts = ((moments.captured(start) - oldest, moments.captured(stop) - oldest) for start, stop in here)
        return tuple((max(0.0, a / lasts), min(1.0, b / lasts)) for a, b in parts if lasts > 0)

    def glance(self) -> None:
        """Look at libvlc, and at how far behind it is."""
        self._takes.look()
        now = self._reactor.seconds()
        if self._done is None or self._tuning is not None:
            return
        on_screen = self._on_screen(now)
        if now - self._looked < GLANCE:
            return
        self._looked = now
        self._stand(now, on_screen)
        if self._over_at is not None and now - self._over_at >= self._limits.live_stay_s:
            self.finish("ended", "end")
        elif self._at_edge and self.state.phase == "playing":
            self._keep_tempo(now)
        elif not self._at_edge and self._is_caught_up:
            self._at_edge, self._takes.rate = True, 1.0

    def _on_screen(self, now: float) -> float:
        """When what is on the screen was captured."""
        libvlc, still = self.machine.idle, self._want_paused or self.state.phase != "playing"
        if libvlc is None or self._takes.next is not None:
            return (self._takes.next or self._takes.begin).captured_ms
        return (
            self._takes.begin_ms + self._watch.look(libvlc.seconds, now, 0.0 if still else self._rate) * 1000
        )

    def _stand(self, now: float, on_screen: float) -> None:
        take, moments = self._takes.playback, self._takes.moments
        lost = self._takes.lost + (take.state.lost if take is not None else 0)
        behind = self._data.ago(on_screen)
        ended = self._data.length is not None
        self.state = replace(
            self.state,
            phase=self._phase(now),
            position=max(0.0, min(on_screen, moments.newest_ms) - moments.oldest_ms) / 1000,
            duration=max(0.0, moments.newest_ms - moments.oldest_ms) / 1000,
            lost=lost,
            live=LiveState(behind, self._at_edge and not ended, self._data.quiet_s(), ended),
        )

    def _phase(self, now: float) -> str:
        take = self._takes.playback
        if self._over_at is not None:
            return "ended"
        if take is None or self._takes.next is not None or take.state.phase == "opening":
            return "opening"
        if self._want_paused:
            return "paused"
        waits = take.feed.blocked_since is not None and now - self._shown_at > STARVED
        return "buffering" if waits and self.state.shown else "playing"

    def _keep_tempo(self, now: float) -> None:
        behind = self.state.live.behind_s if self.state.live is not None else None
        if self._data.length is not None:
            self._set_rate(self._speed)
        elif behind is None or now - self._takes.begun_at < SETTLING_S:
            return
        elif self._tempo.lost(behind):
            self.to_edge()
        else:
            self._set_rate(self._tempo.look(behind))

    @property
    def _is_caught_up(self) -> bool:
        """Whether whoever plays faster from somewhere before has come to the edge."""
        behind = self.state.live.behind_s if self.state.live is not None else None
        return self.state.phase == "playing" and behind is not None and behind <= self._data.delay_s
