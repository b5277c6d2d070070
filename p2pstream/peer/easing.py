"""Looks that find nothing new become rarer."""

from __future__ import annotations

from p2pstream.limits import LIMITS, Limits

__all__ = ["Easing"]


class Easing:
    """How long to rest between looks: a part of the time since anything was found to be new.

    So whoever changes something now and then is followed closely, and what nobody touches
    for minutes costs nearly nothing.

    :param least_s: the shortest rest.
    :param most_s: the longest.
    """

    def __init__(self, least_s: float, most_s: float, limits: Limits = LIMITS) -> None:
        self._least_s = least_s
        self._most_s = most_s
        self._part = limits.look_part
        self._since: float | None = None

    def found(self) -> None:
        """Something is new: time counts from the next rest on."""
        self._since = None

    def rest(self, now: float) -> float:
        """Seconds until the next look."""
        if self._since is None:
            self._since = now
        return min(self._most_s, max(self._least_s, self._part * (now - self._since)))
