"""What people are told about one share, once per change."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from p2pstream.content.refusals import reason
from p2pstream.interfaces import IEvents
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.folders.offers import Offer, Turn
from p2pstream.peer.folders.share import Share

__all__ = ["Report"]


class Report:
    """Turns what a look at a share changed into events.

    :param offers: everything that is shared, of this share and others.
    :param who: who can list and fetch what is shared, in words.
    """

    def __init__(self, events: IEvents, offers: Iterable[Offer], who: str, limits: Limits = LIMITS) -> None:
        self._events = events
        self._offers = offers
        self._who = who
        self._limits = limits
        self._told_trouble: str | None = None
        self._told_refused: Mapping[str, str] = {}

    def looked(self, share: Share, turn: Turn) -> None:
        """Tell what is new."""
        trouble = reason(share.trouble) if share.trouble else ""
        for offer in turn.withdrawn:
            why = trouble or "its file changed or went"
            self._events.happened("withdrawn", name=offer.name, reason=why)
        # A folder that came back is told of when it can be said what is in it.
        if trouble != self._told_trouble and (trouble or share.settled):
            self._told_trouble = trouble
            self._tell_trouble(share, trouble)
        for offer in turn.shared:
            self._events.happened("shared", name=offer.name, length=offer.stamp.size)
        for hidden, winner in turn.hidden:
            why = f"“{winner.name}” is already shared from elsewhere"
            self._events.happened("not_shared", path=os.path.join(share.folder, hidden.path), reason=why)
        self._tell_refused(share)

    def removed(self, share: Share, turn: Turn) -> None:
        """It is shared no more, as somebody wished."""
        why = "its folder was taken out"
        for offer in turn.withdrawn:
            self._events.happened("withdrawn", name=offer.name, reason=why)
        for offer in turn.shared:
            self._events.happened("shared", name=offer.name, length=offer.stamp.size)
        self._events.happened("share_lost", path=share.folder, reason="it was taken out")

    def _tell_trouble(self, share: Share, trouble: str) -> None:
        if trouble:
            self._events.happened("share_lost", path=share.folder, reason=trouble)
        else:
            names = sum(offer.share == share.number for offer in self._offers)
            self._events.happened("share_open", path=share.folder, names=names, who=self._who)

    def _tell_refused(self, share: Share) -> None:
        if share.refused == self._told_refused:
            return
        new = [path for path in share.refused if path not in self._told_refused]
        self._told_refused = share.refused
        for path in new[: self._limits.share_told]:
            full = os.path.join(share.folder, path)
            self._events.happened("not_shared", path=full, reason=share.refused[path])
        left = len(new) - self._limits.share_told
        if left > 0:
            self._events.happened("not_shared", path=share.folder, reason=f"so it is with {left} more in it")
