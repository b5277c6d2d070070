"""Which of the addresses that somebody tells may be dialled, so that nobody is made a weapon.

Who tells may lie: it may name a service of this machine, of our network, or of somebody
whom it wants to be flooded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS, Limits

__all__ = ["dialable"]

Told = TypeVar("Told")


def dialable(
    told: Iterable[Told], address: Callable[[Told], Address], by: Address, limits: Limits = LIMITS
) -> Iterator[Told]:
    """Those that may be dialled, in their order.

    :param address: where one of them is.
    :param by: who told, as it was reached: addresses of this machine are believed only
        to a central on this machine, and private ones to none that is further away.
    """
    hosts = Counter[str]()
    for each in told:
        at = address(each)
        if at.port < limits.back_least_port or not at.is_dialable or at.reach < by.reach:
            continue
        hosts[at.cap_key()] += 1
        if at.reach == 0 or hosts[at.cap_key()] <= limits.told_ports:
            yield each
