"""Seams of a central: where it keeps the names that were signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zope.interface import Interface

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from p2pstream.content.catalogued import Entry

__all__ = ["ICatalogue"]


class ICatalogue(Interface):
    """Names and who signed for them: one entry for each name, folded, and publisher.

    The signatures were checked before.  Of several publishers of one name the owner is
    who was accepted first, first-hand before synced (D4); their order never changes, but
    for heirs.  Each change has a number that is higher than those of all changes before it.
    """

    def publish(entry: Entry) -> Deferred[Entry]:
        """Keep it, in place of the older one of that name and publisher; durable when it fires.

        One without a key withdraws the name, and is kept as well, so that no older record
        of it is taken again.  The same one twice is harmless.

        :returns: fires with the entry as it is kept; fails with `errors.Refused` where a
            newer one is known, or there are too many, with `errors.StorageError` when the
            disk refuses, and nothing has changed then.
        """

    def resolve(fold: str, now_ms: int) -> Deferred[Sequence[Entry]]:
        """Those of that name that count and have a key, the owner's first."""

    def search(
        words: Sequence[str], after: tuple[str, int] | None, most: int, now_ms: int
    ) -> Deferred[Sequence[Entry]]:
        """Those that count and have a word for each of ``words`` that begins so, by name and place.

        :param words: folded; none: all entries.
        :param after: the ``fold`` and ``place`` of the last one of the page before.
        """

    def changed_since(change: int, most: int, now_ms: int) -> Deferred[Sequence[Entry]]:
        """What changed after the change of that number, in order: withdrawn names, too."""

    def purge(now_ms: int) -> Deferred[Sequence[Entry]]:
        """Forget some entries that count no more, withdrawn or not; fires with them."""

    def count() -> int:
        """How many entries there are."""

    def close() -> Deferred[None]:
        """Make everything durable, and end; what still waits to be kept is kept."""
