"""What one process measures with."""

from __future__ import annotations

from twisted.internet.interfaces import IReactorTime

from p2pstream.limits import LIMITS, Limits
from p2pstream.measuring.lag import LagMeter
from p2pstream.measuring.metrics import Metrics
from p2pstream.measuring.traffic import Traffic

__all__ = ["Instruments"]


class Instruments:
    """Counters and times, transfers, and how late the reactor is."""

    def __init__(self, clock: IReactorTime, limits: Limits = LIMITS) -> None:
        self.metrics = Metrics()
        self.traffic = Traffic(clock.seconds)
        self.lag = LagMeter(clock, self.metrics, limits)
