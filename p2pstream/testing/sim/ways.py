"""How hosts are joined to the network: values."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FIBRE", "HOME", "WIFI", "Access", "Way"]


@dataclass(frozen=True)
class Way:
    """One direction between a host and the middle of the network."""

    #: Bytes a second, for all connections together; None: no bound.
    rate: float | None = None
    #: Seconds.
    delay: float = 0.0
    #: Seconds by which the delay differs, evenly, from one piece to the next.
    jitter: float = 0.0
    #: Of segments that are lost; TCP sends them again, and all behind them waits.
    loss: float = 0.0
    #: Of segments that come with a wrong byte, and a checksum that fits it.
    noise: float = 0.0


@dataclass(frozen=True)
class Access:
    """Both directions of one host."""

    up: Way = Way()
    down: Way = Way()

    @classmethod
    def of(cls, up: float | None, down: float | None, delay: float = 0.005, **both: float) -> Access:
        """Rates in bytes a second; whatever else is said counts for both directions."""
        return cls(Way(up, delay, **both), Way(down, delay, **both))


#: Those of people: 5 and 50 Mb/s at home, 100 both ways over fibre, and a radio that others use too.
HOME = Access.of(625_000, 6_250_000, 0.010, jitter=0.002)
FIBRE = Access.of(12_500_000, 12_500_000, 0.003)
WIFI = Access.of(1_250_000, 1_250_000, 0.005, jitter=0.030, loss=0.002)
