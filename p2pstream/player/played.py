"""Something that is played once: how it stands, and whoever waits for its end."""

from __future__ import annotations

from dataclasses import replace

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from p2pstream.content.views import PlayerState
from p2pstream.player.libvlc.machine import Machine

__all__ = ["PlayedOnce"]


class PlayedOnce:
    """A film, a broadcast, or a part of one, on one libvlc.

    :param retires: whether nothing more is to be played there once it has failed.
    :ivar state: how it stands.
    """

    def __init__(self, machine: Machine, state: PlayerState, retires: bool = True) -> None:
        self.machine = machine
        self.state = state
        self._retires = retires
        self._done: Deferred[PlayerState] | None = Deferred()

    def finish(self, phase: str, ended: str = "") -> None:
        """Let ``run``'s Deferred fire; harmless when it has."""
        done, self._done = self._done, None
        if done is not None:
            self.state = replace(self.state, phase=phase, ended=ended)
            done.callback(self.state)

    def fail(self, failure: Failure) -> None:
        """Let ``run``'s Deferred fail; harmless when it has fired."""
        if self._retires:
            self.machine.retire()
        done, self._done = self._done, None
        if done is not None:
            self.state = replace(self.state, phase="stopped")
            done.errback(failure)
