"""One source, as the picker knows it.  Pure."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.picker.asks import Ask, Asks
from p2pstream.swarm.picker.conduct import Conduct
from p2pstream.swarm.rates import BusyRate

__all__ = ["Shelf", "Supplier"]


_NOTHING = Ranges()


class Shelf(NamedTuple):
    """What a source says it has, and how many units more it may be asked for."""

    has: Ranges
    room: int
    #: Whether it says that it has the whole stream, of which it may be asked for less.
    whole: bool = False
    #: What it says that it gives to others, who will have it soon.
    elsewhere: Ranges = _NOTHING


class Supplier:
    """What a source owes, how fast it sends, and when more would be here.

    :ivar local: it is on our network: what it sends costs nobody else anything.
    :param watched: who watches asks for less at first: all else that comes delays what is next.
    :ivar share: of what it could be asked for it is asked for so much, where all
        together could send more than there is memory for.
    """

    def __init__(self, limits: Limits = LIMITS, local: bool = False, watched: bool = False) -> None:
        self._limits = limits
        self.local = local
        self._rate = BusyRate()
        #: How many units it may owe, until its rate is known: as many again for each that came.
        self._opening: int = limits.ask_watched_units if watched else limits.ask_first_units
        #: Whether anything ever came from it.
        self.has_sent = False
        #: When it last sent something, or began to owe something.
        self._heard = -inf
        #: For how long it may be silent since then, and is not quiet; None: to be found out.
        self._patience: float | None = None
        #: Whether the next answer tells how long an answer takes at least.
        self._timed = False
        self.asks = Asks()
        self.conduct = Conduct(limits)
        #: Seconds from a question to the beginning of the answer, at least.
        self.delay = 0.0
        self.share = 1.0
        #: Where in the stream it is asked for what others do not have.
        self.region: int | None = None
        #: What it had, and `Tally.freed`, when it had nothing that was free.
        self.barren = _NOTHING, -1
        #: Units that it keeps, and that others may be asked for as if it did not.
        self.given_up = Ranges()

    def ask(self, first: int, stop: int, urgency: int, now: float, usual: float, copy: bool = False) -> Ask:
        """It is asked for these."""
        if not len(self.asks):
            self._rate.begin(now)
            self._heard, self._timed, self._patience = now, True, None
        expected = now + self.eta(stop - first, now, usual, urgency == 0)
        ask = Ask(now, urgency, expected, copy)
        self.asks.add(first, stop, ask)
        return ask

    def arrived(self, first: int, stop: int, now: float) -> list[Ask]:
        """It sent these."""
        asks = self.asks.answered(first, stop)
        self._rate.add((stop - first) * UNIT, now)
        if self._timed and asks:
            waited = now - asks[0].since
            self.delay = waited if not self.delay else min(waited, 1.1 * self.delay)
        self._timed = False
        self.has_sent = True
        self._opening += stop - first
        self._heard, self._patience = now, None
        self._settle(first, stop, now)
        return asks

    def refused(self, first: int, stop: int, now: float) -> list[Ask]:
        """It will not send these."""
        asks = self.asks.answered(first, stop)
        self._timed = False
        self._settle(first, stop, now)
        return asks

    def _settle(self, first: int, stop: int, now: float) -> None:
        if self.given_up:
            self.given_up = self.given_up.remove(first, stop)
        if not len(self.asks):
            self._rate.rest(now)

    def rate(self, now: float, usual: float) -> float:
        """Bytes a second that may be relied on.

        :param usual: what is expected of one that has sent nothing yet.
        """
        known = self._rate.at(now)
        if known is not None:
            return max(known[0], 1.0)
        usual = max(usual, self._limits.local_rate) if self.local else usual
        waited = self.quiet(now)
        return min(usual, UNIT / waited) if waited > 0 else usual

    def reach(self, now: float, shared: bool = False) -> float:
        """Bytes that it sends in the while for which it is asked ahead."""
        known = self._rate.at(now)
        ahead = self._limits.ask_shared_s if shared else self._limits.ask_ahead_s
        return known[1] * min(self.delay + ahead, 2.0) if known else 0.0

    def depth(self, now: float, shared: bool = False) -> int:
        """How many units it may owe us.

        One at a time at least: where many wait for a slow one, what each of them is owed makes
        all wait for longer, and what is asked for late is less often asked for twice.

        :param shared: others ask it for the same.
        """
        if not self.has_sent:
            return self._opening
        wanted = round(self.reach(now, shared) * self.share / UNIT)
        return max(1, min(wanted, self._opening))

    def rests(self, now: float, usual: float) -> bool:
        """Whether it is to be asked for nothing ahead, as it is slow: many may wait for it.

        It is asked as often as if each unit took `FetchLimits.ask_queue_s`, were its queue shorter.
        """
        limits, each_s = self._limits, UNIT / self.rate(now, usual)
        pause = min(each_s * (each_s / limits.ask_queue_s - 1), limits.ask_rest_s)
        return self.has_sent and not self.local and not len(self.asks) and now - self._heard < pause

    @property
    def untried(self) -> int:
        """How many units more it may owe before more came; one on our network any number."""
        return self._limits.ask_units if self.local else self._opening - len(self.asks)

    def eta(self, units: int, now: float, usual: float, urgent: bool = True) -> float:
        """In how many seconds so many units more would be here.

        What is urgent overtakes all but what is on its way already.
        """
        queued = len(self.asks)
        if urgent:
            others = self.asks.wanted - self.asks.urgent
            queued = self.asks.urgent + min(others, self._limits.ask_flying_units)
        return self.delay / 2 + (queued + units) * UNIT / self.rate(now, usual)

    def at_once(self, now: float, usual: float, unit: int | None = None) -> float:
        """In how many seconds a unit would be here that goes before all others, as after a seek.

        :param unit: which; what is as urgent and comes after it is sent after it.

        How much it sends of what is not urgent says nothing of that: it is there as soon as any
        unit ever was, but behind what is as urgent, each of which takes no longer than that, and
        behind the rest of one that has begun.
        """
        if not self.delay:
            return self.eta(1, now, usual)
        begun = self.delay / 2 if len(self.asks) > self.asks.urgent else 0.0
        before = self.asks.urgent if unit is None else self.asks.urgent_before(unit)
        return self.delay + begun + before * min(self.delay, UNIT / self.rate(now, usual))

    def remains(self, unit: int, now: float, usual: float) -> float:
        """In how many seconds a unit that it owes would be here, behind those that come before it."""
        before = sum(owed <= unit for owed in self.asks)
        return self.delay / 2 + before * UNIT / self.rate(now, usual)

    def is_busy(self, now: float, within: float) -> bool:
        """Whether it owes something, or has sent something within so many seconds."""
        return bool(len(self.asks)) or now - self._heard < within

    def owes(self, now: float) -> float:
        """For how many seconds it has owed what was asked of it first; 0 when it owes nothing."""
        oldest = self.asks.oldest
        return now - oldest.since if oldest is not None else 0.0

    def quiet(self, now: float) -> float:
        """For how many seconds it has owed something and sent nothing."""
        return max(0.0, now - self._heard) if len(self.asks) else 0.0

    def is_quiet(self, now: float, usual_s: float) -> bool:
        """Whether it is quiet for longer than one who means to send would be.

        :param usual_s: in how many seconds most of what is urgent comes, from whomever.
        """
        if not len(self.asks):
            return False
        least = self._limits.unreliable_s
        if not self.has_sent:
            return self.quiet(now) >= max(least, 2 * usual_s)
        if self._patience is None:
            # Its rate as it was before: in the silence it falls as fast as patience would grow.
            known = self._rate.at(self._heard)
            self._patience = max(least, 4 * UNIT / known[1] if known else 0.0)
        return self.quiet(now) >= self._patience

    def is_stuck(self, now: float, patience: float) -> bool:
        """Whether it sends nothing for so long, and for as long as two units would take it."""
        known = self._rate.at(now)
        return self.quiet(now) >= max(patience, 2 * UNIT / known[1] if known else 0.0)

    def is_relied_on(self, shelf: Shelf, now: float) -> bool:
        """Whether it, being local, is to be asked in the place of others."""
        sends = bool(len(self.asks)) and self.quiet(now) < self._limits.local_s
        idle = not len(self.asks) and shelf.room > 0
        return self.local and (sends or idle) and not self.conduct.is_barred(now)

    def forgive(self, seconds: float) -> None:
        """So much of the time was our own fault: we were asleep."""
        for ask in self.asks.requests():
            ask.since += seconds
            ask.expected += seconds
        self._heard += seconds
        self._timed = False
        self._rate.forgive(seconds)
        self.conduct.forgive(seconds)

    def reliable(self, shelf: Shelf, now: float, usual_s: float) -> bool:
        """Whether it may be asked for what is urgent; ``usual_s`` as in `is_quiet`."""
        return shelf.room > 0 and not self.conduct.is_barred(now) and not self.is_quiet(now, usual_s)
