"""How often each address and each identity may ask a central.  Pure."""

from __future__ import annotations

from collections import OrderedDict

from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.central.frequency import Frequency, frequencies
from p2pstream.protocols.central.messages import Request
from p2pstream.transport.turns.tokens import Tokens

__all__ = ["Allowances"]

_Who = tuple[str, str | bytes]


class Allowances:
    """Counts what is asked over all connections of one address, and of one identity."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._frequencies = frequencies(limits)
        times, kinds = limits.central_per_address, self._frequencies.items()
        #: Of all of one address together.
        self._shared = {kind: frequency.times(times) for kind, frequency in kinds}
        self._left: OrderedDict[_Who, Tokens] = OrderedDict()

    def take(self, request: Request, cap: str, id: bytes, now: float) -> bool:
        """Whether it may be asked.

        :param cap: what counts as one address; empty for one that is exempt.
        :param id: empty for one who is not bound.
        """
        frequency = self._frequencies[type(request)]
        if id and not self._take((frequency.what, id), frequency, now):
            return False
        return not cap or self._take((frequency.what, cap), self._shared[type(request)], now)

    def __len__(self) -> int:
        return len(self._left)

    def _take(self, who: _Who, frequency: Frequency, now: float) -> bool:
        allowance = self._left.get(who)
        if allowance is None:
            allowance = self._left[who] = Tokens(frequency, now)
            if len(self._left) > self._limits.central_allowances:
                # Of who asked first; to make us forget it takes as many addresses.
                self._left.popitem(last=False)
        return allowance.take(now)
