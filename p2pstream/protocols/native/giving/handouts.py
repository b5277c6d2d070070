"""Tells those who fetch the same from us what is given to others, before they ask for it, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IReactorTime

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.native.taking.elsewhere import Elsewhere

__all__ = ["Handouts"]

#: Told units that others are given.
Tell = Callable[[Ranges], None]


class Handouts:
    """What one who has all of a stream was asked for lately, told to all who ask.

    Who learns what others are given asks for something else, and gets that from them: so all of
    a film leaves here about once, also when those who fetch it do not know each other yet.

    Who comes later is told what was given lately: not all begin at the same moment.

    The more there are, the more rarely they are told: it costs the same however many they are,
    and beyond some nobody is told, for they know enough of each other.
    """

    def __init__(self, clock: IReactorTime, limits: Limits = LIMITS) -> None:
        self._clock = clock
        self._limits = limits
        self._circles: dict[FileKey, _Circle] = {}

    def join(self, key: FileKey, tell: Tell) -> Callable[[], None]:
        """Somebody fetches it; what is returned ends that."""
        circle = self._circles.get(key)
        if circle is None:
            circle = self._circles[key] = _Circle(self._limits)
        circle.members[tell] = None
        circle.newcomers[tell] = None
        if circle.lately.units:
            self._set(circle)
        return lambda: self._leave(key, tell)

    def gave(self, key: FileKey, first: int, count: int) -> None:
        """One of them is being given these."""
        circle, limits = self._circles.get(key), self._limits
        if circle is None or len(circle.members) > limits.handout_members:
            return
        circle.given = circle.given.add(first, first + count)
        self._set(circle)

    def _set(self, circle: _Circle) -> None:
        """Have them told in a moment."""
        if circle.alarm is None:
            limits = self._limits
            pause = max(limits.native_have_s, limits.handout_each_s * len(circle.members))
            circle.alarm = self._clock.callLater(pause, self._tell, circle)

    def _tell(self, circle: _Circle) -> None:
        given, circle.given, circle.alarm = circle.given, Ranges(), None
        newcomers, circle.newcomers = circle.newcomers, {}
        circle.lately.add(given, self._clock.seconds())
        if not 1 < len(circle.members) <= self._limits.handout_members:
            return
        for tell in list(circle.members):
            units = circle.lately.units if tell in newcomers else given
            if units:
                tell(units)

    def _leave(self, key: FileKey, tell: Tell) -> None:
        circle = self._circles.get(key)
        if circle is None or circle.members.pop(tell, self) is self:
            return
        circle.newcomers.pop(tell, None)
        if circle.members:
            return
        del self._circles[key]
        if circle.alarm is not None:
            circle.alarm.cancel()


class _Circle:
    """Those who fetch one stream."""

    __slots__ = ("alarm", "given", "lately", "members", "newcomers")

    def __init__(self, limits: Limits) -> None:
        self.members: dict[Tell, None] = {}
        #: Those of them who were told nothing yet.
        self.newcomers: dict[Tell, None] = {}
        #: What was given and is to be told; and what was told, as far as it is to be believed.
        self.given, self.lately = Ranges(), Elsewhere(limits)
        self.alarm: Any = None
