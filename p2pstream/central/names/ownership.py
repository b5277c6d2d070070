"""Which signed names a catalogue takes: what both catalogues decide alike.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from p2pstream.codes import Code
from p2pstream.content.signed.catalogued import Entry
from p2pstream.content.text import printable
from p2pstream.errors import Refused
from p2pstream.limits import LIMITS, Limits

__all__ = ["check", "check_room", "counting", "succeed"]


def check(old: Entry | None, new: Entry) -> bool:
    """Whether ``new`` is to be kept in place of ``old``; False: it is known already.

    :raises Refused: a newer one is known.
    """
    if old is None or new.seq > old.seq:
        return True
    if new.raw == old.raw:
        return False
    what = f"“{printable(new.name, 80)}”"
    raise Refused(f"a newer record of {what} by the same publisher is known", Code.CHANGED)


def check_room(count: int, of_publisher: int, most: int, limits: Limits = LIMITS) -> None:
    """Whether there is room for one more.

    :raises Refused: there is none.
    """
    if count >= most:
        raise Refused(f"this central knows {most} names, and takes no more", Code.STORAGE_FULL)
    if of_publisher >= limits.catalogue_per_publisher:
        raise Refused(
            f"one publisher may have {limits.catalogue_per_publisher} names, and no more", Code.STORAGE_FULL
        )


def succeed(new: Entry, old: Entry | None, inherited: Entry | None, place: int, change: int) -> Entry:
    """The entry as it is kept: in the place of the old one, or of whom it inherits from, else the last.

    Once first-hand, always: a copy that another central has does not lower it.
    """
    before = old or inherited
    if before is None:
        return replace(new, place=place, change=change, owns=False)
    places = [entry for entry in (old, inherited) if entry is not None]
    best = min(places, key=lambda entry: (entry.synced, entry.place))
    return replace(new, place=best.place, synced=best.synced and new.synced, change=change, owns=False)


def counting(entries: Iterable[Entry], now_ms: int) -> list[Entry]:
    """Those of one name that count, the owner's first, and marked as that."""
    live = [entry for entry in entries if entry.key and entry.until_ms > now_ms]
    live.sort(key=lambda entry: (entry.synced, entry.place))
    return [replace(entry, owns=number == 0) for number, entry in enumerate(live)]
