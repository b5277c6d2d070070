"""Where libvlc is made and taken apart: in the reactor's threads, because both may block."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure

from p2pstream.errors import NoPlayer
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.deck import Deck
from p2pstream.player.libvlc.machine import Machine
from p2pstream.player.libvlc.vlc import Libvlc
from p2pstream.player.preflight import libvlc_problem

__all__ = ["Workshop"]

Result = TypeVar("Result")


class Workshop:
    """Makes one libvlc for one player, and ends it once, with the film that it plays.

    :param deck: gets the libvlc, and has the film.
    """

    def __init__(self, reactor: Any, deck: Deck, limits: Limits = LIMITS) -> None:
        self._reactor = reactor
        self._deck = deck
        self._limits = limits
        self._making: Deferred[None] | None = None
        self._trouble: Failure | None = None
        self._ending: Deferred[None] | None = None

    @property
    def over(self) -> bool:
        """Whether libvlc is gone, or about to be: touching it would be the end of the process."""
        return self._ending is not None

    def begin(self, options: Sequence[str]) -> None:
        """Start to make libvlc; whether that went well is told by `check`."""
        self._making = self.run(self._make, options).addErrback(self._cannot)

    def made(self) -> Deferred[None]:
        """Fires when libvlc has started, or failed to; whoever waits may be cancelled alone."""
        waiting: Deferred[None] = Deferred()
        if self._making is None:
            waiting.callback(None)
        else:
            self._making.addBoth(waiting.callback)
        return waiting

    def check(self) -> None:
        """Raise what kept libvlc from starting, if anything did."""
        if self._trouble is not None:
            self._trouble.raiseException()

    def end(self, end: Callable[[], Coroutine[Deferred[Any], Any, None]]) -> Deferred[None]:
        """Have the player end as it does, at the first call; fires when it has, at each."""
        if self._ending is None:
            self._ending = Deferred.fromCoroutine(end())
        waiting: Deferred[None] = Deferred()
        self._ending.chainDeferred(waiting)
        return waiting

    async def clear(self) -> None:
        """Take libvlc apart; what it plays is stopped first."""
        await self.made()
        if self._deck.playback is not None:
            # First of all: libvlc's stop never returns while a read blocks.
            self._deck.playback.free()
        if self._deck.machine is not None:
            await self._deck.machine.stop()

    def run(self, work: Callable[..., Result], *args: Any) -> Deferred[Result]:
        """Do in a thread what may block."""
        return deferToThreadPool(self._reactor, self._reactor.getThreadPool(), work, *args)

    def _make(self, options: Sequence[str]) -> None:
        problem = libvlc_problem()
        if problem:
            raise NoPlayer(problem)
        self._deck.machine = Machine(Libvlc(options, self._limits), self.run)

    def _cannot(self, failure: Failure) -> None:
        self._trouble = failure
