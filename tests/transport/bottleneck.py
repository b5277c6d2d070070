"""A link that several connections share, and their kernels."""

from __future__ import annotations

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.interfaces import IUplink
from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock

__all__ = ["Bottleneck", "Talker"]

HERE, FAR = Address("192.168.1.7", 2050), Address("203.0.113.9", 4000)
_STEP_S = 0.005


class Talker:
    """A connection that sends whole units to a kernel, which holds little that is not on its way.

    :param rate: of what is to be sent, in bytes a second; None: there is always more.
    :param since: seconds from now on, when there is something to send.
    :param kernel: how many bytes that holds.
    :param most: how fast the other end takes it; None: as fast as it comes.
    """

    def __init__(
        self,
        clock: HeapClock,
        uplink: IUplink,
        rank: int = 2,
        rate: float | None = None,
        most: float | None = None,
        peer: bytes = b"",
        since: float = 0.0,
        kernel: int = LIMITS.unsent_bytes // 2,
    ) -> None:
        self.clock = clock
        self.rank = rank
        self.rate = rate
        self.most = most
        self._begins = clock.seconds() + since
        self._kernel = kernel
        #: Bytes that wait, that are on their way into the kernel, that it has, and that went.
        self.waiting = 0.0
        self.entering = 0.0
        self.unsent = 0.0
        self.went = 0.0
        self.outlet = uplink.outlet(HERE, FAR, self.nudge)
        if peer:
            self.outlet.belong(peer)

    def nudge(self) -> None:
        """Go on in a moment, as a wire does."""
        self.clock.callLater(0, self.go)

    @property
    def has(self) -> bool:
        """Whether anything is to be sent."""
        return self.clock.seconds() >= self._begins and (self.rate is None or self.waiting >= UNIT)

    def go(self) -> None:
        """Send what there is, for as long as it may, and there is room."""
        while not self._enters():
            self.outlet.went()
            if not self.has or not self.outlet.turn(self.rank):
                break
            self.entering = UNIT
            self.waiting -= UNIT if self.rate is not None else 0
            self.outlet.pay(UNIT)
        self.outlet.waits(self.rank if self.entering and self.has else 0)

    def _enters(self) -> bool:
        """Whether there is more of a unit than the kernel takes."""
        count = max(0.0, min(self.entering, self._kernel - self.unsent))
        self.unsent, self.entering = self.unsent + count, self.entering - count
        return self.entering > 0


class Bottleneck:
    """Takes from all kernels alike.

    :param rate: bytes a second.
    """

    def __init__(self, clock: HeapClock, rate: float, talkers: list[Talker]) -> None:
        self.clock = clock
        self.rate = rate
        self.talkers = talkers
        self._step()

    def _step(self) -> None:
        for each in self.talkers:
            each.waiting += (each.rate or 0.0) * _STEP_S
        left = self.rate * _STEP_S
        ready = {each: min(each.unsent, (each.most or self.rate) * _STEP_S) for each in self.talkers}
        while left > 1e-6 and (some := [each for each in self.talkers if ready[each] > 1e-6]):
            part = min(left / len(some), min(ready[each] for each in some))
            for each in some:
                each.unsent, each.went, ready[each] = each.unsent - part, each.went + part, ready[each] - part
            left -= part * len(some)
        for each in self.talkers:
            each.go()
        self.clock.callLater(_STEP_S, self._step)
