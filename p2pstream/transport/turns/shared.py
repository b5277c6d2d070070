"""What uplinks have in common over which connections take turns."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.content.addresses import Address, on_one_network
from p2pstream.transport.turns.free import FreeUplink
from p2pstream.transport.turns.waitlist import SharedOutlet, Sharing
from p2pstream.transport.vigil import Timers

__all__ = ["SharedUplink"]


class SharedUplink(Sharing):
    """Counts what is sent, and lets go what takes no turn.

    :param local: whether what is sent on this machine and its network takes turns, too.
    """

    rate: int | None

    def __init__(self, clock: Timers, local: bool) -> None:
        self._clock = clock
        self._local = local
        self._free = FreeUplink()
        self._counted = 0

    @property
    def sent(self) -> int:
        """See `IUplink`."""
        return self._counted + self._free.sent

    def outlet(
        self, here: Address | None, there: Address | None, nudge: Callable[[], None]
    ) -> SharedOutlet | FreeUplink:
        """See `IUplink`."""
        return self.part(on_one_network(here, there), nudge)

    def part(self, near: bool, nudge: Callable[[], None]) -> SharedOutlet | FreeUplink:
        """That of a connection which is known to stay on this network, or to go farther.

        What is near takes nothing from what goes far.
        """
        return self._free if near and not self._local else SharedOutlet(self, nudge)

    def turn(self, outlet: SharedOutlet, rank: int) -> bool:
        """Whether it may send now; else it is called."""
        return self.waitlist.turn(outlet, rank, self._clock.seconds())
