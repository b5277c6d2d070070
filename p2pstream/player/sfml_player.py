"""`SfmlPlayer`: libvlc decodes, a window of ours shows it, everything drawn by us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.views import PlayerState
from p2pstream.errors import NoPlayer
from p2pstream.interfaces import IData, IPlayer, IStreamView
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.control.hands import Hands
from p2pstream.player.control.remote import Remote
from p2pstream.player.deck import Deck
from p2pstream.player.libvlc.memory_output import MemoryOutput
from p2pstream.player.libvlc.vlc_options import hardware_option
from p2pstream.player.libvlc.workshop import Workshop
from p2pstream.player.options import PlayerOptions
from p2pstream.player.preflight import display_problem, sfml_problem
from p2pstream.player.reporter import Reporter
from p2pstream.player.scene.seek_pictures import SeekPictures
from p2pstream.player.scene.side_texts import text_tracks
from p2pstream.player.screen.photograph import Photograph
from p2pstream.player.screen.projector import Projector

if TYPE_CHECKING:
    # Imported when a window is opened: it loads SFML, which may not be there.
    from p2pstream.player.screen.canvas import Canvas

__all__ = ["SfmlPlayer"]

#: No Xlib: the window is ours, and libvlc's own threads have no business at the display.
#: No scripts: libvlc would offer every stream to two dozen of them.
QUIET = ("--no-xlib", "--quiet", "--no-video-title-show", "--no-lua")


@implementer(IPlayer)
class SfmlPlayer:
    """Plays in a window of SFML's, pumped by the reactor in the main thread."""

    _log = Logger()

    def __init__(self, reactor: Any, options: PlayerOptions | None = None, limits: Limits = LIMITS) -> None:
        self._options = options or PlayerOptions()
        self._limits = limits
        self._deck = Deck(reactor, limits)
        self._workshop = Workshop(reactor, self._deck, limits)
        self._projector = Projector(reactor, self._deck)
        self._title = ""
        self._closed: Deferred[None] = Deferred()
        self._left = False

    @property
    def state(self) -> PlayerState:
        return self._deck.state

    def open(self, title: str) -> Deferred[None]:
        self._title = title
        return Deferred.fromCoroutine(self._open(title))

    async def _open(self, title: str) -> None:
        problem = display_problem()
        if problem:
            raise NoPlayer(problem)
        # libvlc starts in a worker while SFML is loaded and the window opens here.
        self._workshop.begin((*QUIET, hardware_option(self._options.hardware), *self._options.libvlc))
        try:
            problem = sfml_problem()
            if problem:
                raise NoPlayer(problem)
            self._open_window(title)
        finally:
            await self._workshop.made()
        self._workshop.check()
        self._attach()

    def _open_window(self, title: str) -> None:
        from p2pstream.player.screen.canvas import Canvas

        canvas = Canvas(title, self._options)
        remote = Remote(self._deck, canvas, self._leave, self._options.volume)
        hands = Hands(remote, self._deck)
        self._projector.begin(canvas, hands, Reporter(title, None)).addErrback(self._broke)
        if canvas.wants_font:
            self._find_font(canvas)

    def _attach(self) -> None:
        libvlc, canvas = self._deck.idle, self._projector.canvas
        if libvlc is not None and canvas is not None:
            frames, chroma = self._projector.frames, canvas.picture.chroma
            libvlc.show_in(MemoryOutput(frames, lambda: libvlc.video_size, chroma, self._limits))

    def _find_font(self, canvas: Canvas) -> None:
        from p2pstream.player.screen.titles import system_font

        def found(path: str) -> None:
            if path and canvas.window.open:
                canvas.fonts.use(path, canvas.title)

        finding = self._workshop.run(system_font, canvas.title)
        finding.addCallback(found)
        finding.addErrback(lambda failure: self._log.failure("no font for the title", failure))

    def play(self, data: IData, view: IStreamView | None = None, start: float = 0.0) -> Deferred[PlayerState]:
        if self._workshop.over:
            return succeed(replace(self.state, phase="stopped", ended="closed" if self._left else ""))
        self._projector.reporter = Reporter(self._title, view, data)
        return self._deck.play(data, self._title, start, self._options.subtitles, self._began)

    def _began(self) -> None:
        hands = self._projector.hands
        if hands is not None:
            self._deck.set_volume(hands.remote.volume, hands.remote.muted)

    def pause(self, paused: bool) -> None:
        self._deck.pause(paused)
        self._projector.touch()

    def seek(self, seconds: float) -> None:
        self._deck.seek(seconds)
        self._projector.touch()

    def beside(self, content: bytes) -> None:
        pictures, canvas = SeekPictures.read(content), self._projector.canvas
        if pictures is not None and canvas is not None:
            self._projector.reporter.pictures = pictures
            canvas.show_by(pictures)
        hands = self._projector.hands
        if self._deck.offer_texts(text_tracks(content)) and hands is not None:
            hands.remote.tell_of_subtitles()

    def when_closed(self) -> Deferred[None]:
        waiting: Deferred[None] = Deferred()
        self._closed.chainDeferred(waiting) if not self._left else waiting.callback(None)
        return waiting

    def stop(self) -> Deferred[None]:
        return self._workshop.end(self._stop)

    async def _stop(self) -> None:
        self._projector.end()
        await self._workshop.clear()
        if self._deck.playback is not None:
            self._deck.playback.finish("stopped", "closed" if self._left else "")
        self._projector.clear()

    def _leave(self) -> None:
        """The viewer has had enough: the window goes now, the rest as fast as it can."""
        if self._left:
            return
        self._left = True
        self.stop().addErrback(lambda failure: self._log.failure("stopping the player", failure))
        self._closed.callback(None)

    def _broke(self, failure: Failure) -> None:
        self._log.failure("drawing the film failed", failure)
        self._leave()

    @property
    def when_drawn(self) -> Callable[[], None]:
        """Called after each new frame was drawn, just before it is seen."""
        return self._projector.when_drawn

    @when_drawn.setter
    def when_drawn(self, call: Callable[[], None]) -> None:
        self._projector.when_drawn = call

    def photograph(self) -> Photograph:
        """What is in the window."""
        return self._projector.photograph()

    def screenshot(self, path: str | Path) -> Deferred[None]:
        """Write a picture of the window as it is now, as PNG.

        :returns: fires when it is there; fails with `errors.NoPlayer` where there is no
            window, and with `OSError` if the picture cannot be written.
        """
        return Deferred.fromCoroutine(self._screenshot(path))

    async def _screenshot(self, path: str | Path) -> None:
        # Only reading the pixels back needs the thread that draws: the rest takes longer
        # than a frame lasts.
        photograph = self._projector.redraw()
        await self._workshop.run(photograph.save, path)
