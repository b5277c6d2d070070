"""Brings libvlc's frames, the viewer's hands and the overlay together on the canvas."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from p2pstream.errors import NoPlayer
from p2pstream.player.control.hands import Hands
from p2pstream.player.deck import Deck
from p2pstream.player.libvlc.frames import Frames, Still
from p2pstream.player.reporter import Reporter
from p2pstream.player.screen.photograph import Photograph

if TYPE_CHECKING:
    # It loads SFML, which may not be there.
    from p2pstream.player.screen.canvas import Canvas

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
        self.canvas: Canvas | None = None
        self.hands: Hands | None = None
        self.reporter = Reporter("", None)
        self.when_drawn: Callable[[], None] = lambda: None
        self._reactor = reactor
        self._deck = deck
        self._pump = LoopingCall(self._look)
        self._pump.clock = reactor
        self._frame_waits = False
        self._dirty = True
        self._drawn_at = 0.0
        self._shaped_for = 0

    def begin(self, canvas: Canvas, hands: Hands, reporter: Reporter) -> Deferred[Any]:
        """Draw on ``canvas`` until `end`; fails with whatever breaks the drawing."""
        self.canvas, self.hands, self.reporter = canvas, hands, reporter
        hands.look(self._reactor.seconds(), canvas.layout)
        hands.remote.fading.wake()
        return self._pump.start(PUMP_S, now=False)

    def touch(self) -> None:
        """Something changed that must be seen."""
        self._dirty = True

    def end(self) -> None:
        """Close the window, at once; harmless when done twice."""
        if self._pump.running:
            self._pump.stop()
        if self.canvas is not None:
            self.canvas.close()

    def clear(self) -> None:
        """Keep no pictures: whoever reads the player's last state may keep the player."""
        self.frames.clear()
        self.canvas = self.hands = None

    def _frame_came(self) -> None:
        # On libvlc's thread.  One call waits at a time, however slow the drawing is.
        if not self._frame_waits:
            self._frame_waits = True
            self._reactor.callFromThread(self._look_if_open)

    def _look_if_open(self) -> None:
        if self._pump.running:
            self._look()

    def _look(self) -> None:
        self._frame_waits = False
        canvas, hands = self.canvas, self.hands
        if canvas is None or hands is None:
            return
        now = self._reactor.seconds()
        hands.look(now, canvas.layout)
        for happened in canvas.window.inputs():
            self._dirty = True
            hands.receive(happened)
            if not canvas.window.open:
                return
        if self._deck.playback is not None:
            self._deck.playback.glance()
            if not canvas.window.open:
                # The film ended just now, and whoever was told closed the player.
                return
        fresh = self._take_frame(canvas)
        if fresh or self._dirty or now - self._drawn_at >= REDRAW_S:
            self._draw(canvas, hands, fresh)

    def _take_frame(self, canvas: Canvas) -> bool:
        still = self.frames.take()
        if still is None:
            return False
        try:
            canvas.take(still)
        finally:
            self.frames.give_back()
        if still.generation != self._shaped_for and self._shape(canvas, still):
            self._shaped_for = still.generation
        return True

    def _shape(self, canvas: Canvas, still: Still) -> bool:
        """Width to height as the film says, which a padded or scaled picture does not.

        A transport stream does not know at its first frame: then the picture is as it
        is, the window stays as it is, and the next frame asks again.
        """
        libvlc = self._deck.idle
        if libvlc is None:
            return False
        track = libvlc.video_track
        if not track.width or not track.height:
            canvas.picture.shape = Fraction(still.width, still.height)
            return False
        canvas.picture.shape = Fraction(track.width, track.height) * track.pixel_aspect
        canvas.window.take_shape(canvas.picture.shape)
        return True

    def _draw(self, canvas: Canvas, hands: Hands, fresh: bool) -> None:
        self._dirty = False
        canvas.draw(self.reporter.showing(self._deck.playback, hands, canvas))
        if fresh:
            self.when_drawn()
        if not canvas.window.open:
            return
        canvas.finish()
        self._drawn_at = self._reactor.seconds()
        if fresh and self._deck.playback is not None:
            self._deck.playback.shown(self._deck.playback.counted + 1, self.frames.overtaken)

    def photograph(self) -> Photograph:
        """What was drawn last, before it is seen."""
        return self._lit()[0].photograph()

    def redraw(self) -> Photograph:
        """Draw the window as it is now, and have a picture of that."""
        canvas, hands = self._lit()
        canvas.draw(self.reporter.showing(self._deck.playback, hands, canvas))
        photograph = canvas.photograph()
        canvas.finish()
        return photograph

    def _lit(self) -> tuple[Canvas, Hands]:
        if self.canvas is None or self.hands is None or not self.canvas.window.open:
            raise NoPlayer("there is no window to take a picture of")
        return self.canvas, self.hands
