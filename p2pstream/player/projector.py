"""Brings libvlc's frames, the viewer's hands and the overlay together on the stage."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from p2pstream.errors import NoPlayer
from p2pstream.player.deck import Deck
from p2pstream.player.frames import Frame, Frames
from p2pstream.player.native import VideoTrack
from p2pstream.player.png import png
from p2pstream.player.remote import Remote
from p2pstream.player.reporter import Reporter

if TYPE_CHECKING:
    # It loads SFML, which may not be there.
    from p2pstream.player.stage import Stage

__all__ = ["Projector"]

#: How often keys and mouse are looked at.  Frames do not wait for that: each wakes
#: the reactor when its time has come.
PUMP_S = 1 / 60
#: The window is drawn at least this often: nobody says when another one bared it.
REDRAW_S = 0.25


class Projector:
    """Draws when there is something new, in the reactor thread, and never waits."""

    def __init__(self, reactor: Any, deck: Deck) -> None:
        self.frames = Frames(self._frame_came)
        self.stage: Stage | None = None
        self.remote: Remote | None = None
        self.reporter = Reporter("", None)
        self.when_drawn: Callable[[], None] = lambda: None
        self._reactor = reactor
        self._deck = deck
        self._pump = LoopingCall(self._turn)
        self._pump.clock = reactor
        self._frame_waits = False
        self._dirty = True
        self._drawn_at = 0.0
        self._shaped_for = 0

    def begin(self, stage: Stage, remote: Remote, reporter: Reporter) -> Deferred[Any]:
        """Draw on ``stage`` until `end`; fails with whatever breaks the drawing."""
        self.stage, self.remote, self.reporter = stage, remote, reporter
        remote.watch(self._reactor.seconds(), stage.layout)
        remote.wake()
        return self._pump.start(PUMP_S, now=False)

    def touch(self) -> None:
        """Something changed that must be seen."""
        self._dirty = True

    def end(self) -> None:
        """Close the window, at once; harmless when done twice."""
        if self._pump.running:
            self._pump.stop()
        if self.stage is not None:
            self.stage.close()

    def clear(self) -> None:
        """Keep no pictures: whoever reads the player's last state may keep the player."""
        self.frames.clear()
        self.stage = self.remote = None

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
        stage, remote = self.stage, self.remote
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
            if not stage.window.open:
                # The film ended just now, and whoever was told closed the player.
                return
        fresh = self._take_frame(stage)
        if fresh or self._dirty or now - self._drawn_at >= REDRAW_S:
            self._draw(stage, remote, fresh)

    def _take_frame(self, stage: Stage) -> bool:
        frame = self.frames.take()
        if frame is None:
            return False
        try:
            stage.take(frame)
        finally:
            self.frames.give_back()
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
        stage.draw(self.reporter.showing(self._deck.playback, remote, stage))
        if fresh:
            self.when_drawn()
        if not stage.window.open:
            return
        stage.finish()
        self._drawn_at = self._reactor.seconds()
        if fresh and self._deck.playback is not None:
            self._deck.playback.shown(self._deck.playback.state.shown + 1, self.frames.overtaken)

    def photograph(self) -> tuple[bytes, int, int, tuple[int, int, int, int]]:
        """What was drawn last, before it is seen: pixels, width, height, and where the film is."""
        stage = self._lit()
        image = stage.photograph()
        return bytes(image.pixels), int(image.width), int(image.height), stage.film_box

    def png(self) -> bytes:
        """The window as it is now."""
        stage, remote = self._lit(), self.remote
        assert remote is not None
        stage.draw(self.reporter.showing(self._deck.playback, remote, stage))
        image = stage.photograph()
        stage.finish()
        return png(bytes(image.pixels), int(image.width), int(image.height))

    def _lit(self) -> Stage:
        if self.stage is None or not self.stage.window.open:
            raise NoPlayer("there is no window to take a picture of")
        return self.stage
