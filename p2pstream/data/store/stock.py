"""Which units of a stream are kept, and what is sure about them.  No disk is asked here."""

from __future__ import annotations

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT

__all__ = ["Stock"]


class Stock:
    """Sets of unit numbers.

    :ivar here: kept, and proven by this process or an earlier one; what others are told.
    :ivar checked: of those, the ones that this process has hashed.
    :ivar doubtful: perhaps in the file; no hash is known that would tell, or none was tried.
    :ivar settling: of those, the ones that are being hashed: they may be here in a moment.
    :ivar leaving: about to be given up; not to be handed out any more.
    :ivar claimed: durable, and said to be so on the disk.
    :ivar lent: of those that are here or doubtful, the ones that another process keeps.
    :ivar unsure: written when a sync failed: who knows what the disk has.
    """

    def __init__(self, key: FileKey) -> None:
        self.key = key
        self.here = Ranges()
        self.checked = Ranges()
        self.doubtful = Ranges()
        self.settling = Ranges()
        self.leaving = Ranges()
        self.claimed = Ranges()
        self.lent = Ranges()
        self.unsure = Ranges()

    @property
    def ready(self) -> Ranges:
        """What may be handed out without another look."""
        return self.checked.without(self.leaving)

    @property
    def own(self) -> Ranges:
        """What is here and no other process keeps."""
        return self.here.without(self.lent)

    @property
    def claimable(self) -> Ranges:
        """What the next checkpoint may claim."""
        return self.here.without(self.leaving).without(self.unsure)

    def has(self, number: int) -> bool:
        """Whether one unit is here."""
        return self.here.covers(number, number + 1)

    def arrived(self, units: Ranges) -> None:
        """These were proven and written."""
        self.here = self.here.union(units)
        self.checked = self.checked.union(units)
        self.doubtful = self.doubtful.without(units)
        self.unsure = self.unsure.without(units)

    def lost(self, units: Ranges) -> None:
        """These are not here any more."""
        self.here = self.here.without(units)
        self.checked = self.checked.without(units)
        self.unsure = self.unsure.without(units)

    def own_size(self, units: Ranges) -> int:
        """How many bytes these units are, without those that another process keeps."""
        return self.size(units.without(self.lent))

    def size(self, units: Ranges) -> int:
        """How many bytes these units are."""
        last = self.key.units - 1
        tail = self.key.units * UNIT - self.key.length if units.covers(last, last + 1) and last >= 0 else 0
        return units.total * UNIT - tail
