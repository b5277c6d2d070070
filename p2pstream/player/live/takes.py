"""Plays parts of a broadcast on one libvlc, one after another.

A take begins where one may begin to watch, and goes on to where timestamps jump, or until
the viewer goes elsewhere: then another begins, in half a second, and the last picture stands
until then.  Nothing is ever sought within one: a transport stream has no index.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from twisted.python.failure import Failure

from p2pstream.content.views import PlayerState
from p2pstream.errors import CannotPlay, Gone
from p2pstream.interfaces import IWatched
from p2pstream.limits import Limits
from p2pstream.player.libvlc.machine import Machine
from p2pstream.player.live.moments import Beginning, Moments
from p2pstream.player.live.take_data import TakeData
from p2pstream.player.playback import Playback

__all__ = ["Takes"]


class Takes:
    """The one that is played now, and the next one.

    :param began: called when a take begins.
    :param ended: called when the broadcast has ended, and was played to its end.
    :param failed: called with what keeps anything of it from being played.
    :ivar rate: how fast the next take is played at first.
    """

    def __init__(
        self,
        machine: Machine,
        data: IWatched,
        title: str,
        reactor: Any,
        limits: Limits,
        *,
        when_playing: Callable[[], None],
        began: Callable[[], None],
        ended: Callable[[], None],
        failed: Callable[[Failure], None],
    ) -> None:
        self.playback: Playback | None = None
        self.rate = 1.0
        #: Where the take of now began, and when; where the next one does, once libvlc may be asked.
        self.begin = Beginning(0, 0.0)
        self.begun_at = 0.0
        self.next: Beginning | None = None
        #: Pictures that takes before it showed, and that they lost.
        self.shown = self.lost = 0
        self._machine = machine
        self._data = data
        self._title = title
        self._reactor = reactor
        self._limits = limits
        self._when_playing = when_playing
        self._began, self._ended, self._failed = began, ended, failed
        self._taken: TakeData | None = None
        self._in_vain = 0

    @property
    def moments(self) -> Moments:
        """When what lies where was captured."""
        data, begin = self._data, self.next or self.begin
        raps = data.raps or [(begin.position, round(begin.captured_ms))]
        newest = data.newest_ms if data.newest_ms is not None else begin.captured_ms
        return Moments(raps, data.start, Beginning(data.edge, newest))

    @property
    def begin_ms(self) -> float:
        """When the beginning of the take was captured, as far as is known by now."""
        return self.moments.captured(self.begin.position)

    def go(self, beginning: Beginning) -> None:
        """The next take begins there; what is read for the one of now is given up, so that libvlc ends it."""
        self.next = beginning
        if self.playback is not None:
            self.playback.free()
        self.look()

    def free(self) -> None:
        """Nothing more is played: free whoever reads for libvlc."""
        self.next = None
        if self.playback is not None:
            self.playback.free()

    def look(self) -> None:
        """Begin the next take, if libvlc can be asked; look at the one of now."""
        if self.next is not None and self._machine.idle is not None:
            self._begin(self.next)
        elif self.playback is not None:
            self.playback.glance()

    def saw(self) -> None:
        """A picture of it was shown: it can be played."""
        self._in_vain = 0

    def _begin(self, beginning: Beginning) -> None:
        if self.playback is not None:
            self.shown += self.playback.state.shown
            self.lost += self.playback.state.lost
        self.begin, self.begun_at, self.next = beginning, self._reactor.seconds(), None
        self._taken = taken = TakeData(self._data, beginning.position)
        self.playback = take = Playback(
            self._machine,
            taken,
            self._title,
            self._reactor,
            self._limits,
            when_playing=self._plays,
            live=True,
        )
        take.set_rate(self.rate)
        self._began()
        take.run(0.0).addCallbacks(partial(self._over, take), partial(self._broke, take))

    def _plays(self) -> None:
        when_playing, self._when_playing = self._when_playing, lambda: None
        when_playing()

    def _over(self, take: Playback, _: PlayerState) -> None:
        """Time jumps there, or that was all, or libvlc gave up."""
        if take is not self.playback or self._taken is None or self.next is not None:
            return
        stop = self._taken.stop
        if stop is not None:
            self.go(Beginning(stop, self.moments.captured(stop)))
        elif self._data.length is not None:
            self._ended()
        else:
            self._again(Failure(CannotPlay(f"{self._title} cannot be played any further")))

    def _broke(self, take: Playback, failure: Failure) -> None:
        if take is not self.playback or self.next is not None:
            return
        if failure.check(Gone):
            moments = self.moments
            self.go(moments.beginning(moments.oldest_ms))
        elif failure.check(CannotPlay):
            self._again(failure)
        else:
            self._failed(failure)

    def _again(self, failure: Failure) -> None:
        self._in_vain += 1
        if self._in_vain > self._limits.live_again_most:
            self._failed(failure)
        else:
            self.go(self.moments.to_join(self._data.delay_s))
