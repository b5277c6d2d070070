"""What is told of a film while it plays, and the picture that is taken of its window."""

from __future__ import annotations

from typing import Any, Protocol, cast

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from p2pstream.commands.ending import BEGAN
from p2pstream.content.text import printable
from p2pstream.content.views import Awaited, Need, PlayerState
from p2pstream.content.waits import awaited_text, while_playing
from p2pstream.data.disk import telling
from p2pstream.interfaces import IEvents, IPlayer, IStreamView

__all__ = ["Commentary"]

# The first frame is looked for closely: how soon it comes is what people feel.
_CLOSELY_S = 0.01
_NOW_AND_THEN_S = 0.1

# When the picture of the window is taken: this long after the first frame, if the film lasts.
_PICTURE_S = 2.0


class Photographed(Protocol):
    """A player whose window can be photographed."""

    def screenshot(self, path: str) -> Deferred[None]:
        """Write a picture of the window; fails with `OSError` if that cannot be."""


class Commentary:
    """Tells of the first frame, of buffering and playing, and takes a picture of the window.

    :param picture: where the picture goes; None for none.  Only a `Photographed` player has one.
    """

    def __init__(
        self, reactor: Any, player: IPlayer, view: IStreamView, events: IEvents, picture: str | None
    ) -> None:
        self._player = player
        self._view = view
        self._events = events
        self._picture = picture
        #: What the player did, and what for, when it was last looked at.
        self._scene: tuple[str, Need | None] = ("", None)
        #: Whether it was told of a broadcast that it is over.
        self._over = False
        self._looking = LoopingCall(self._look)
        self._looking.clock = reactor

    @property
    def first_frame_s(self) -> float | None:
        """When the first frame was in the window, in seconds since the command began."""
        shown_at = self._player.state.first_frame_at
        return None if shown_at is None else round(shown_at - BEGAN, 3)

    def start(self) -> Deferred[Any]:
        """Begin to look.

        :returns: fires after `stop`, once the picture that is being taken is there; fails
            with `errors.StorageError` as soon as it cannot be written.
        """
        return self._looking.start(_CLOSELY_S, now=False)

    def stop(self) -> None:
        """Look no more; harmless when done twice."""
        if self._looking.running:
            self._looking.stop()

    def _look(self) -> Deferred[None] | None:
        state = self._player.state
        if self._looking.interval == _CLOSELY_S and state.first_frame_at is not None:
            self._looking.interval = _NOW_AND_THEN_S
            self._events.happened("first_frame", seconds=self.first_frame_s)
        if state.live is not None:
            self._tell_end(state)
        awaited = None
        if state.phase == "buffering":
            awaited = while_playing(self._view.snapshot().awaited, state)
        scene = state.phase, None if awaited is None else awaited.need
        if scene != self._scene:
            self._scene = scene
            self._tell(state, awaited)
        if self._picture is not None and state.first_frame_at is not None:
            seen = self._looking.clock.seconds() - state.first_frame_at
            if seen >= min(_PICTURE_S, state.duration / 2 or _PICTURE_S):
                # The next look waits for it, and so does the end.
                return Deferred.fromCoroutine(self._take_picture(self._picture))
        return None

    def _tell(self, state: PlayerState, awaited: Awaited | None) -> None:
        if state.phase == "buffering":
            self._events.happened("buffering", waiting_for=awaited_text(awaited))
        elif state.phase == "playing":
            self._events.happened("playing", position=state.position, duration=state.duration)

    def _tell_end(self, state: PlayerState) -> None:
        """That a broadcast was seen to its end, each time that it was."""
        before, self._over = self._over, state.phase == "ended"
        if self._over and not before:
            self._events.happened("watched_to_end", name=self._view.snapshot().name)

    async def _take_picture(self, path: str) -> None:
        self._picture, position = None, self._player.state.position
        with telling("write", printable(path)):
            await cast(Photographed, self._player).screenshot(path)
        self._events.happened("screenshot", path=path, position=position)
