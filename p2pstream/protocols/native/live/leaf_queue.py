"""The leaves that wait to be sent to one peer.  Pure.

What is pushed goes first, for it was promised, and no more is promised than there is room for;
then what was asked for, by deadline, and first if that is close.  Of what is pushed the oldest
goes first, unless too many wait: then the newest, of which whoever it is for has the best use
(*latest useful*, Bonald et al. 2008); the others it asks for, of somebody else perhaps.
"""

from __future__ import annotations

from heapq import heappop, heappush

from p2pstream.limits import LIMITS, Limits

__all__ = ["LeafQueue"]


class LeafQueue:
    """Leaves by their numbers; each waits once."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._asked: dict[int, float] = {}
        self._by_deadline: list[tuple[float, int]] = []
        self._pushed: dict[int, None] = {}

    def __bool__(self) -> bool:
        return bool(self._asked or self._pushed)

    @property
    def asked(self) -> int:
        """How many of those that were asked for wait."""
        return len(self._asked)

    def ask(self, number: int, deadline: float) -> None:
        """A leaf was asked for; what was to be pushed is so no more."""
        self._pushed.pop(number, None)
        self._asked[number] = deadline
        heappush(self._by_deadline, (deadline, number))

    def push(self, number: int) -> None:
        """A leaf is to be pushed, as far as there is room."""
        if number in self._asked:
            return
        self._pushed[number] = None
        if len(self._pushed) > self._limits.live_push_leaves:
            del self._pushed[min(self._pushed)]

    def withdraw(self, number: int) -> None:
        """A leaf is not to be sent any more: it is there, or comes from somebody else."""
        self._pushed.pop(number, None)
        self._asked.pop(number, None)

    def clear(self) -> list[int]:
        """Nothing is to be sent any more; what was asked for."""
        left = list(self._asked)
        self.__init__(self._limits)  # type: ignore[misc]
        return left

    def next(self, now: float) -> tuple[int, bool] | None:
        """The next leaf, and whether it is still of use: one that was asked for may come too late."""
        soonest = self._soonest()
        hurry = soonest is not None and soonest - now < self._limits.live_hurry_s
        if soonest is not None and (hurry or not self._pushed):
            _, number = heappop(self._by_deadline)
            return number, self._asked.pop(number) > now
        if not self._pushed:
            return None
        behind = len(self._pushed) > self._limits.live_behind_leaves
        number = max(self._pushed) if behind else next(iter(self._pushed))
        del self._pushed[number]
        return number, True

    def _soonest(self) -> float | None:
        """The first deadline of what was asked for and not withdrawn."""
        while self._by_deadline:
            deadline, number = self._by_deadline[0]
            if self._asked.get(number) == deadline:
                return deadline
            heappop(self._by_deadline)
        return None
