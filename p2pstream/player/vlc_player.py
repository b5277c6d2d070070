"""`VlcPlayer`: libvlc decodes and shows the film in a window of its own.

For where SFML has no wheel.  It has no controls, and its window cannot be closed by
mouse: libvlc 3 hears of that and tells nobody.  Ctrl-C ends it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import LoopingCall
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.text import printable
from p2pstream.content.views import PlayerState
from p2pstream.errors import NoPlayer
from p2pstream.interfaces import IData, IPlayer, IStreamView
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.options import PlayerOptions
from p2pstream.player.playback import Playback
from p2pstream.player.preflight import display_problem, libvlc_problem
from p2pstream.player.vlc import Libvlc, hardware_option

__all__ = ["VlcPlayer"]

LOOK_S = 0.05
#: So many pictures decoded and still no window: it will not come.
DECODED_UNSEEN = 60

NO_WINDOW = (
    "libvlc has no way to show pictures here: Debian, Ubuntu: apt install vlc-plugin-video-output; "
    "or use --player none"
)


@implementer(IPlayer)
class VlcPlayer:
    """Plays in libvlc's own window."""

    def __init__(self, reactor: Any, options: PlayerOptions | None = None, limits: Limits = LIMITS) -> None:
        self._reactor = reactor
        self._options = options or PlayerOptions()
        self._limits = limits
        self._title = ""
        self._written = ""
        self._libvlc: Libvlc | None = None
        self._playback: Playback | None = None
        self._preparing: Deferred[None] | None = None
        self._trouble: Failure | None = None
        self._stopping: Deferred[None] | None = None
        self._looking = LoopingCall(self._look)
        self._looking.clock = reactor

    @property
    def state(self) -> PlayerState:
        return PlayerState() if self._playback is None else self._playback.state

    def open(self, title: str) -> Deferred[None]:
        self._title = printable(title)
        return Deferred.fromCoroutine(self._open())

    async def _open(self) -> None:
        problem = display_problem()
        if problem:
            raise NoPlayer(problem)
        self._preparing = self._in_worker(self._make_libvlc).addErrback(self._cannot)
        await self._prepared()
        if self._trouble is not None:
            self._trouble.raiseException()

    def _cannot(self, failure: Failure) -> None:
        self._trouble = failure

    def _prepared(self) -> Deferred[None]:
        """Fires when libvlc has started, or failed to; whoever waits may be cancelled alone."""
        waiting: Deferred[None] = Deferred()
        if self._preparing is None:
            waiting.callback(None)
        else:
            self._preparing.addBoth(waiting.callback)
        return waiting

    def _make_libvlc(self) -> None:
        problem = libvlc_problem()
        if problem:
            raise NoPlayer(problem)
        # Not --no-xlib here: libvlc is to talk to X by itself, from its own threads.
        options = ("--quiet", "--no-video-title-show", "--no-lua", hardware_option(self._options.hardware))
        # A stranger's name, but printable, and the value of an option: it cannot be one.
        title = f"--video-title={self._title}"
        self._libvlc = Libvlc((*options, title, *self._options.libvlc))

    def play(self, data: IData, view: IStreamView | None = None, start: float = 0.0) -> Deferred[PlayerState]:
        if self._stopping is not None:
            # libvlc is gone, or about to be: touching it would be the end of the process.
            return succeed(replace(self.state, phase="stopped"))
        assert self._libvlc is not None, "play comes after open"
        playback = Playback(self._libvlc, data, self._title, self._reactor, self._limits)
        playback.when_playing = self._began
        playback.subtitles = self._options.subtitles
        self._playback = playback
        self._looking.start(LOOK_S, now=False).addErrback(playback.fail)
        return playback.run(start)

    def _began(self) -> None:
        if self._libvlc is None or self._playback is None:
            return
        self._libvlc.set_volume(self._options.volume, False)
        self._libvlc.set_fullscreen(self._options.fullscreen)

    def _look(self) -> None:
        playback, libvlc = self._playback, self._libvlc
        if playback is None or libvlc is None:
            return
        playback.glance()
        if playback.busy:
            return
        stats = libvlc.stats
        playback.shown(stats.displayed)
        if stats.decoded > DECODED_UNSEEN and not stats.displayed and not libvlc.has_window:
            playback.fail(Failure(NoPlayer(NO_WINDOW)))
        self._write(libvlc, playback.buffering)

    def _write(self, libvlc: Libvlc, percent: int | None) -> None:
        text = "" if percent is None else f"Buffering {percent} %"
        if text != self._written:
            self._written = text
            libvlc.write_over(text)

    def pause(self, paused: bool) -> None:
        if self._playback is not None:
            self._playback.pause(paused)

    def seek(self, seconds: float) -> None:
        if self._playback is not None:
            self._playback.seek(seconds)

    def when_closed(self) -> Deferred[None]:
        # Never: see the top of this file.
        return Deferred()

    def stop(self) -> Deferred[None]:
        if self._stopping is None:
            self._stopping = Deferred.fromCoroutine(self._stop())
        waiting: Deferred[None] = Deferred()
        self._stopping.chainDeferred(waiting)
        return waiting

    async def _stop(self) -> None:
        if self._looking.running:
            self._looking.stop()
        await self._prepared()
        if self._playback is not None:
            await self._playback.stop()
            self._playback.finish("stopped")
        elif self._libvlc is not None:
            await self._in_worker(self._libvlc.stop)

    def _in_worker(self, work: Any) -> Deferred[None]:
        return deferToThreadPool(self._reactor, self._reactor.getThreadPool(), work)
