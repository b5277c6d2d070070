"""How much of what one connection sends may wait in the kernel.  Pure; times are monotonic seconds."""

from __future__ import annotations

from p2pstream.limits import Limits

__all__ = ["Unsent"]


class Unsent:
    """As much as leaves in a moment: what waits there can be overtaken no more.

    Where twenty are sent something over a narrow link, what waits for each of them is what
    one who seeks waits for.  It is halved, as often as need be, and doubled between two bounds.
    Over a long way that is quick, a little more than leaves while we are busy elsewhere keeps the
    kernel from taking us for slow, which it would be for a long time where packets are lost.
    """

    __slots__ = ("_count", "_limits", "_since", "most")

    def __init__(self, now: float, limits: Limits) -> None:
        self._limits = limits
        self._count, self._since = 0, now
        #: In bytes.
        self.most: int = limits.unsent_bytes

    def sent(self, count: int, now: float) -> bool:
        """So many bytes went to the kernel; whether `most` is another from now on."""
        limits, spent = self._limits, now - self._since
        self._count += count
        if spent < limits.held_look_s:
            return False
        enough = self._count / spent * limits.held_s
        before = self.most
        self._count, self._since = 0, now
        if enough > self.most:
            self.most = min(limits.unsent_most_bytes, 2 * self.most)
        # What went a while ago says little: for that it is halved once.
        least = (
            limits.held_least_bytes
            if spent < limits.held_lately_s
            else max(limits.held_least_bytes, before // 2)
        )
        while enough < self.most / 2 and self.most > least:
            self.most = max(least, self.most // 2)
        return self.most != before
