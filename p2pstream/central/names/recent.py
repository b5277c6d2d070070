"""The names that were asked for last, so that asking again needs no disk.  Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from p2pstream.central.names.ownership import counting
from p2pstream.content.signed.catalogued import Entry
from p2pstream.limits import LIMITS, Limits

__all__ = ["Recent"]

#: Later than any entry ends.
_NEVER = 1 << 63


class Recent:
    """Entries by folded name, as a catalogue told them last.

    Whoever asks the catalogue notes `changes` before and hands it in with the answer, so
    that an answer from before a change is not kept beyond it.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._most = limits.catalogue_cached
        #: And until when all of them count, in unix milliseconds.
        self._names: OrderedDict[str, tuple[Sequence[Entry], int]] = OrderedDict()
        #: How often anything changed.
        self.changes = 0

    def __len__(self) -> int:
        return len(self._names)

    def get(self, fold: str, now_ms: int) -> Sequence[Entry] | None:
        """Those that count now, the owner's first; None: the catalogue must be asked."""
        kept = self._names.get(fold)
        if kept is None:
            return None
        self._names.move_to_end(fold)
        entries, until_ms = kept
        if now_ms < until_ms:
            return entries
        counted = counting(entries, now_ms)
        if len(counted) == len(entries):
            self._names[fold] = counted, min((entry.until_ms for entry in counted), default=_NEVER)
        else:
            # Clocks are set back, too: the catalogue knows what counts again then.
            del self._names[fold]
        return counted

    def keep(self, fold: str, entries: Sequence[Entry], changes: int) -> None:
        """The catalogue says so, when this many changes had been."""
        if changes == self.changes:
            self._names[fold] = entries, 0
            self._names.move_to_end(fold)
            if len(self._names) > self._most:
                self._names.popitem(last=False)

    def changed(self, fold: str) -> None:
        """What was known of a name counts no more."""
        self.changes += 1
        self._names.pop(fold, None)
