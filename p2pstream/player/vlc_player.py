"""`VlcPlayer`: libvlc decodes and shows the film in a window of its own.

For where SFML has no wheel.  It has no controls, and its window cannot be closed by
mouse: libvlc 3 hears of that and tells nobody.  Ctrl-C ends it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.text import printable
from p2pstream.content.views import PlayerState
from p2pstream.errors import NoPlayer
from p2pstream.interfaces import IData, IPlayer, IStreamView
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.deck import Deck
from p2pstream.player.libvlc.own_window import OwnWindow
from p2pstream.player.libvlc.vlc_options import hardware_option
from p2pstream.player.libvlc.workshop import Workshop
from p2pstream.player.options import PlayerOptions
from p2pstream.player.preflight import display_problem

__all__ = ["VlcPlayer"]

#: The window is called after us and not after the film: a stranger's name is in no option.
OPTIONS = ("--quiet", "--no-lua", "--video-title=p2pstream")

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
        self._options = options or PlayerOptions()
        self._title = ""
        self._written = ""
        self._deck = Deck(reactor, limits)
        self._workshop = Workshop(reactor, self._deck, limits)
        self._looking = LoopingCall(self._look)
        self._looking.clock = reactor

    @property
    def state(self) -> PlayerState:
        return self._deck.state

    def open(self, title: str) -> Deferred[None]:
        self._title = printable(title)
        return Deferred.fromCoroutine(self._open())

    async def _open(self) -> None:
        problem = display_problem()
        if problem:
            raise NoPlayer(problem)
        # Not --no-xlib here: libvlc is to talk to X by itself, from its own threads.
        options = (*OPTIONS, hardware_option(self._options.hardware), *self._options.libvlc)
        self._workshop.begin(options)
        await self._workshop.made()
        self._workshop.check()

    def play(self, data: IData, view: IStreamView | None = None, start: float = 0.0) -> Deferred[PlayerState]:
        """See `IPlayer`; of what is already closed there is nothing to play."""
        if self._workshop.over:
            return succeed(replace(self.state, phase="stopped"))
        libvlc = self._deck.idle
        assert libvlc is not None, "play comes after open"
        libvlc.own_window.draw_title(self._title)
        playing = self._deck.play(data, self._title, start, self._options.subtitles, self._began)
        self._looking.start(LOOK_S, now=False).addErrback(self._broke)
        return playing

    def _began(self) -> None:
        libvlc = self._deck.idle
        if libvlc is not None:
            libvlc.set_volume(self._options.volume, False)
            libvlc.own_window.set_fullscreen(self._options.fullscreen)

    def _broke(self, failure: Failure) -> None:
        if self._deck.playback is not None:
            self._deck.playback.fail(failure)

    def _look(self) -> None:
        playback = self._deck.playback
        if playback is None:
            return
        playback.glance()
        libvlc = self._deck.idle
        if libvlc is None:
            return
        stats = libvlc.stats
        playback.shown(stats.displayed)
        if stats.decoded > DECODED_UNSEEN and not stats.displayed and not libvlc.own_window.there:
            playback.fail(Failure(NoPlayer(NO_WINDOW)))
        self._write(libvlc.own_window, playback.buffering)

    def _write(self, window: OwnWindow, percent: int | None) -> None:
        text = "" if percent is None else f"Buffering {percent} %"
        if text != self._written:
            self._written = text
            window.write_over(text)

    def pause(self, paused: bool) -> None:
        self._deck.pause(paused)

    def seek(self, seconds: float) -> None:
        self._deck.seek(seconds)

    def beside(self, content: bytes) -> None:
        # There is no bar to point at.
        pass

    def when_closed(self) -> Deferred[None]:
        # Never: see the top of this file.
        return Deferred()

    def stop(self) -> Deferred[None]:
        return self._workshop.end(self._stop)

    async def _stop(self) -> None:
        if self._looking.running:
            self._looking.stop()
        await self._workshop.clear()
        if self._deck.playback is not None:
            self._deck.playback.finish("stopped")
