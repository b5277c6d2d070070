"""`SfmlPlayer`: libvlc decodes, a window of ours shows it, everything drawn by us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import LoopingCall
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.views import PlayerState
from p2pstream.errors import NoPlayer
from p2pstream.interfaces import IData, IPlayer, IStreamView
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.frames import Frame, Frames
from p2pstream.player.native import MemoryOutput, VideoTrack
from p2pstream.player.options import PlayerOptions
from p2pstream.player.playback import Playback
from p2pstream.player.png import png
from p2pstream.player.preflight import display_problem, libvlc_problem, sfml_problem
from p2pstream.player.remote import Remote
from p2pstream.player.showing import Reporter
from p2pstream.player.tape import Deck
from p2pstream.player.vlc import Libvlc, hardware_option

if TYPE_CHECKING:
    # Imported when a window is opened: it loads SFML, which may not be there.
    from p2pstream.player.stage import Stage

__all__ = ["SfmlPlayer"]

#: How often keys and mouse are looked at.  Frames do not wait for that: each wakes
#: the reactor when its time has come.
PUMP_S = 1 / 60
#: The window is drawn at least this often: nobody says when another one bared it.
REDRAW_S = 0.25

QUIET = ("--no-xlib", "--quiet", "--no-video-title-show")


@implementer(IPlayer)
class SfmlPlayer:
    """Plays in a window of SFML's, pumped by the reactor in the main thread."""

    _log = Logger()

    def __init__(self, reactor: Any, options: PlayerOptions | None = None, limits: Limits = LIMITS) -> None:
        self._reactor = reactor
        self._options = options or PlayerOptions()
        self._limits = limits
        self._frames = Frames(self._frame_came)
        self._frame_waits = False
        self._deck = Deck()
        self._stage: Stage | None = None
        self._remote: Remote | None = None
        self._reporter = Reporter("", None)
        self._pump = LoopingCall(self._turn)
        self._pump.clock = reactor
        self._drawn_at = 0.0
        self._dirty = True
        self._shaped_for = 0
        self._preparing: Deferred[None] | None = None
        self._trouble: Failure | None = None
        self._stopping: Deferred[None] | None = None
        self._closed: Deferred[None] = Deferred()
        self._left = False
        #: Called after each new frame was drawn, just before it is seen.
        self.when_drawn: Callable[[], None] = lambda: None

    @property
    def state(self) -> PlayerState:
        playback = self._deck.playback
        return PlayerState() if playback is None else playback.state

    # Opening

    def open(self, title: str) -> Deferred[None]:
        self._reporter = Reporter(title, None)
        return Deferred.fromCoroutine(self._open(title))

    async def _open(self, title: str) -> None:
        problem = display_problem() or sfml_problem()
        if problem:
            raise NoPlayer(problem)
        # libvlc starts in a worker while the window opens here.
        self._preparing = self._in_worker(self._make_libvlc).addErrback(self._cannot)
        try:
            self._open_window(title)
        finally:
            await self._prepared()
        if self._trouble is not None:
            self._trouble.raiseException()
        self._attach()

    def _cannot(self, failure: Failure) -> None:
        self._trouble = failure

    def _make_libvlc(self) -> None:
        problem = libvlc_problem()
        if problem:
            raise NoPlayer(problem)
        options = (*QUIET, hardware_option(self._options.hardware), *self._options.libvlc)
        self._deck.libvlc = Libvlc(options)

    def _open_window(self, title: str) -> None:
        from p2pstream.player.stage import Stage

        stage = self._stage = Stage(title, self._options)
        self._remote = Remote(self._deck, stage, self._leave, self._options.volume)
        self._remote.watch(self._reactor.seconds(), stage.layout)
        self._remote.wake()
        self._pump.start(PUMP_S, now=False).addErrback(self._broke)
        if stage.wants_font:
            self._find_font(stage)

    def _attach(self) -> None:
        libvlc, stage = self._deck.libvlc, self._stage
        if libvlc is not None and stage is not None:
            libvlc.show_in(MemoryOutput(self._frames, lambda: libvlc.video_size, stage.picture.chroma))

    def _find_font(self, stage: Stage) -> None:
        from p2pstream.player.titles import system_font

        def found(path: str) -> None:
            if path and stage.window.open:
                stage.fonts.use(path, stage.title)

        finding = self._in_worker(system_font, stage.title)
        finding.addCallback(found)
        finding.addErrback(lambda failure: self._log.failure("no font for the title", failure))

    # Playing

    def play(self, data: IData, view: IStreamView | None = None, start: float = 0.0) -> Deferred[PlayerState]:
        if self._stopping is not None:
            # libvlc is gone, or about to be: touching it would be the end of the process.
            return succeed(replace(self.state, phase="stopped", ended="closed" if self._left else ""))
        libvlc, title = self._deck.libvlc, self._reporter.title
        assert libvlc is not None, "play comes after open"
        playback = Playback(libvlc, data, title, self._reactor, self._limits)
        playback.when_playing = self._began
        self._reporter = Reporter(title, view, data)
        self._deck.playback = playback
        return playback.run(start)

    def _began(self) -> None:
        remote, playback = self._remote, self._deck.playback
        if remote is None or playback is None:
            return
        self._deck.set_volume(remote.volume, remote.muted)
        if self._options.subtitles:
            playback.add_subtitles(self._options.subtitles)

    def pause(self, paused: bool) -> None:
        self._deck.pause(paused)
        self._dirty = True

    def seek(self, seconds: float) -> None:
        self._deck.seek(seconds)
        self._dirty = True

    def when_closed(self) -> Deferred[None]:
        waiting: Deferred[None] = Deferred()
        self._closed.chainDeferred(waiting) if not self._left else waiting.callback(None)
        return waiting

    # Ending

    def stop(self) -> Deferred[None]:
        if self._stopping is None:
            self._stopping = Deferred.fromCoroutine(self._stop())
        waiting: Deferred[None] = Deferred()
        self._stopping.chainDeferred(waiting)
        return waiting

    async def _stop(self) -> None:
        if self._pump.running:
            self._pump.stop()
        if self._stage is not None:
            self._stage.close()
        await self._prepared()
        playback, libvlc = self._deck.playback, self._deck.libvlc
        if playback is not None:
            await playback.stop()
            playback.finish("stopped", "closed" if self._left else "")
        elif libvlc is not None:
            await self._in_worker(libvlc.stop)
        # Whoever keeps the player to read its last state keeps no pictures.
        self._frames.clear()
        self._stage = self._remote = None

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

    # Drawing

    def _frame_came(self) -> None:
        # On libvlc's thread.  One call waits at a time, however slow the drawing is.
        if not self._frame_waits:
            self._frame_waits = True
            self._reactor.callFromThread(self._turn_if_open)

    def _turn_if_open(self) -> None:
        if self._pump.running:
            self._turn()

    def _turn(self) -> None:
        self._frame_waits = False
        stage, remote = self._stage, self._remote
        if stage is None or remote is None:
            return
        now = self._reactor.seconds()
        remote.watch(now, stage.layout)
        for happened in stage.window.inputs():
            self._dirty = True
            remote.receive(happened)
            if not stage.window.open:
                return
        if self._deck.playback is not None:
            self._deck.playback.glance()
        fresh = self._take_frame(stage)
        if fresh or self._dirty or now - self._drawn_at >= REDRAW_S:
            self._draw(stage, remote, fresh)

    def _take_frame(self, stage: Stage) -> bool:
        frame = self._frames.take()
        if frame is None:
            return False
        try:
            stage.take(frame)
        finally:
            self._frames.give_back()
        if frame.generation != self._shaped_for and self._shape(stage, frame):
            self._shaped_for = frame.generation
        return True

    def _shape(self, stage: Stage, frame: Frame) -> bool:
        """Width to height as the film says, which a padded or scaled picture does not.

        A transport stream does not know at its first frame: then the picture is as it
        is, the window stays as it is, and the next frame asks again.
        """
        track = self._deck.libvlc.video_track if self._deck.libvlc is not None else VideoTrack()
        if not track.width or not track.height:
            stage.picture.shape = Fraction(frame.width, frame.height)
            return False
        stage.picture.shape = Fraction(track.width, track.height) * track.pixel_aspect
        stage.window.take_shape(stage.picture.shape)
        return True

    def _draw(self, stage: Stage, remote: Remote, fresh: bool) -> None:
        self._dirty = False
        stage.draw(self._reporter.showing(self._deck.playback, remote, stage))
        if fresh:
            self.when_drawn()
        stage.finish()
        self._drawn_at = self._reactor.seconds()
        if fresh and self._deck.playback is not None:
            self._deck.playback.shown(self._deck.playback.state.shown + 1, self._frames.overtaken)

    # Pictures of the window

    def photograph(self) -> tuple[bytes, int, int, tuple[int, int, int, int]]:
        """What is in the window: pixels (four bytes each), width, height, and where the film is."""
        if self._stage is None or not self._stage.window.open:
            raise NoPlayer("there is no window to take a picture of")
        image = self._stage.photograph()
        return bytes(image.pixels), int(image.width), int(image.height), self._stage.film_box

    def screenshot(self, path: str | Path) -> None:
        """Write a picture of the window as it is now, as PNG; `OSError` if that cannot be."""
        if self._stage is None or self._remote is None or not self._stage.window.open:
            raise NoPlayer("there is no window to take a picture of")
        self._stage.draw(self._reporter.showing(self._deck.playback, self._remote, self._stage))
        image = self._stage.photograph()
        self._stage.finish()
        Path(path).write_bytes(png(bytes(image.pixels), int(image.width), int(image.height)))

    # Threads

    def _in_worker(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        return deferToThreadPool(self._reactor, self._reactor.getThreadPool(), work, *args)

    def _prepared(self) -> Deferred[None]:
        """Fires when libvlc has started, or failed to; whoever waits may be cancelled alone."""
        waiting: Deferred[None] = Deferred()
        if self._preparing is None:
            waiting.callback(None)
        else:
            self._preparing.addBoth(waiting.callback)
        return waiting
