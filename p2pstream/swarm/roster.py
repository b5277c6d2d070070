"""Who sends to one download, and how much each has sent."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from statistics import median
from typing import Any

from p2pstream.content.addresses import Address
from p2pstream.content.views import SourceSnapshot
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.rates import Rate

__all__ = ["Roster"]


@dataclass
class MetSource:
    """One address, however often it was met."""

    received: int = 0
    #: What of that is not kept, whosever fault that is.
    dropped: int = 0
    #: What it had sent when it was met last.
    before: int = 0
    #: When it was met, or sent something, last.
    heard: float = 0.0
    #: When it was met last; what it had sent at the last review.
    since: float = 0.0
    reviewed: int = 0
    state: str = "asked"


class Roster:
    """Sources that are connected, and the account of all that ever were."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._entries: dict[Address, MetSource] = {}
        self._addresses: dict[Hashable, Address] = {}
        #: Of all of them together.
        self.rate = Rate()
        #: When what each sent was looked at last.
        self._reviewed: float | None = None

    @property
    def sources(self) -> list[Any]:
        """Those that are connected, in the order in which they came."""
        return list(self._addresses)

    def met(self, address: Address, source: Hashable, now: float) -> None:
        """A source is connected."""
        self._addresses[source] = address
        entry = self._entries.setdefault(address, MetSource())
        entry.before, entry.heard, entry.state = entry.received, now, "asked"
        entry.since = now

    def address(self, source: Hashable) -> Address | None:
        """Where a source was met; None when it is not connected."""
        return self._addresses.get(source)

    def is_useful(self, source: Hashable) -> bool:
        """Whether it has sent anything since it was met."""
        entry = self._entries[self._addresses[source]]
        return entry.received > entry.before

    def sent(self, source: Hashable, count: int, now: float) -> bool:
        """It sent ``count`` bytes; whether they are the first of all."""
        first = not any(entry.received for entry in self._entries.values())
        self.rate.add(count, now)
        address = self._addresses.get(source)
        if address is not None:
            entry = self._entries[address]
            entry.received += count
            entry.heard, entry.state = now, "sending"
        return first

    def dropped(self, address: Address | None, count: int) -> None:
        """So many bytes of what was sent from there are not kept."""
        if address is not None:
            self._entries[address].dropped += count

    def spent(self, owes: Callable[[Hashable, float], float], crowded: bool, now: float) -> dict[Any, str]:
        """Whom to leave, and why; nobody while there is only one.

        :param owes: for how many seconds a source has owed something, by ``now``.
        :param crowded: whether others wait for a place: then the quietest may lose its own.
        """
        limits, sources = self._limits, self.sources
        if len(sources) < 2:
            return {}
        late = [source for source in sources if owes(source, now) >= limits.owed_s]
        spent = dict.fromkeys(late, f"owed units for {limits.owed_s:g} s")
        quietest = min(sources, key=self._heard)
        if crowded and not spent and now - self._heard(quietest) >= limits.unheard_s:
            spent[quietest] = f"sent nothing for {limits.unheard_s:g} s, and others wait"
        return spent

    def worst(self, now: float, needed: Callable[[Any], bool]) -> Any | None:
        """Who sent far less than the others since the last review; once in a while, else nobody.

        :param needed: whether a source has what nobody else has: it stays whatever it sent.
        """
        limits = self._limits
        if self._reviewed is not None and now < self._reviewed + limits.review_s:
            return None
        before, self._reviewed = self._reviewed, now
        sent = dict[Any, int]()
        for source, address in self._addresses.items():
            entry = self._entries[address]
            if before is not None and entry.since <= before:
                sent[source] = entry.received - entry.reviewed
            entry.reviewed = entry.received
        few = limits.worst_part * median(sent.values()) if len(sent) >= limits.worst_of else 0
        slow = [source for source, count in sent.items() if count < few and not needed(source)]
        return min(slow, key=sent.__getitem__, default=None)

    def _heard(self, source: Hashable) -> float:
        return self._entries[self._addresses[source]].heard

    def left(self, source: Hashable, state: str = "lost") -> int:
        """It is gone; how many bytes it sent."""
        entry = self._entries[self._addresses.pop(source)]
        entry.state = state
        return entry.received

    def snapshots(self) -> tuple[SourceSnapshot, ...]:
        """Each address once."""
        return tuple(
            SourceSnapshot(str(address), entry.received, entry.state, max(0, entry.received - entry.dropped))
            for address, entry in self._entries.items()
        )
