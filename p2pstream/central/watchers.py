"""Who is told when a name or a key changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from p2pstream.content.folding import fold
from p2pstream.interfaces import IGuest
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.central.messages import Changed, Subject

__all__ = ["Watchers"]

_What = str | bytes


class Watchers:
    """Tells each at most once in a while of one thing, however often it changes."""

    def __init__(self, clock: IReactorTime, limits: Limits = LIMITS) -> None:
        self._clock = clock
        self._limits = limits
        self._watching: dict[_What, dict[IGuest, Subject]] = {}
        self._watched: dict[IGuest, set[_What]] = {}
        self._changed: dict[_What, None] = {}
        self._pending: IDelayedCall | None = None
        #: Called whenever anything changes; set by whoever shows how much there is.
        self.turned: Callable[[], None] = lambda: None

    def watch(self, guest: IGuest, subject: Subject) -> None:
        """Tell this guest from now on."""
        what = _what(subject)
        self._watching.setdefault(what, {})[guest] = subject
        self._watched.setdefault(guest, set()).add(what)

    def unwatch(self, guest: IGuest, subject: Subject) -> None:
        """Tell it no more; harmless when it was not told."""
        self._forget(guest, _what(subject))

    def leave(self, guest: IGuest) -> None:
        """It is gone."""
        for what in list(self._watched.get(guest, ())):
            self._forget(guest, what)

    def changed(self, things: Iterable[_What]) -> None:
        """These folded names and keys are not what they were."""
        things = list(things)
        if things:
            self.turned()
        self._changed.update((what, None) for what in things if what in self._watching)
        if self._changed and self._pending is None:
            self._pending = self._clock.callLater(self._limits.central_tell_s, self._tell)

    def stop(self) -> None:
        """Tell nobody anything any more."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None

    def _tell(self) -> None:
        self._pending = None
        changed, self._changed = self._changed, {}
        for what in changed:
            for guest, subject in list(self._watching.get(what, {}).items()):
                guest.tell(Changed(subject))

    def _forget(self, guest: IGuest, what: _What) -> None:
        watching, watched = self._watching.get(what, {}), self._watched.get(guest, set())
        watching.pop(guest, None)
        watched.discard(what)
        if not watching:
            self._watching.pop(what, None)
        if not watched:
            self._watched.pop(guest, None)


def _what(subject: Subject) -> _What:
    return subject.key or fold(subject.name)
