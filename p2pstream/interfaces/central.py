"""Seams of a central: what it is asked, and where it keeps the names that were signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from p2pstream.content.addresses import Address
    from p2pstream.content.signed.catalogued import Entry, KnownAs

__all__ = ["ICatalogue", "ICentral", "IGuest"]


class ICatalogue(Interface):
    """Names and who signed for them: one entry for each name, folded, and publisher.

    The signatures were checked before.  Of several publishers of one name the owner is
    who was accepted first, first-hand before synced; their order never changes, but
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

    def known(place: int, most: int, now_ms: int) -> Deferred[Sequence[KnownAs]]:
        """Those that count and have a key, behind that place, in the order of their places."""

    def purge(now_ms: int) -> Deferred[Sequence[Entry]]:
        """Forget some entries that count no more, withdrawn or not; fires with them."""

    def count() -> int:
        """How many entries there are."""

    def close() -> Deferred[None]:
        """Make everything durable, and end; what still waits to be kept is kept."""


class IGuest(Interface):
    """Who is connected to a central: one link, whoever is at its other end.

    It is a key of a table, and equal to nothing else.
    """

    id: bytes = Attribute("""Its public key, bound to the connection; empty when it is not.""")
    address: Address = Attribute("""Where it is seen.""")
    host: str = Attribute("""The IP address of ours that it is connected to.""")

    def tell(told: Any) -> None:
        """Say what it did not ask for: ANNOUNCED, CHANGED or CALL of `protocols.central`.

        In the order in which it is called, after `ICentral.joined`, also inside of `ICentral.ask`;
        harmless when the guest has left.  It never calls the central back.
        """


class ICentral(Interface):
    """What a central's wire protocol asks of the central, in the values of `protocols.central`.

    A node that is one is adapted to it: ``ICentral(node)``.

    Order of calls: `joined` once for each guest, any number of `ask`, `left` once.  The guest of
    a peer that dialled again may join before that of its broken link has left.
    """

    def joined(guest: IGuest) -> None:
        """It has proven who it is, if it has an id."""

    def ask(guest: IGuest, request: Any) -> Any:
        """The answer to a request, which bears its number, or a Deferred that fires with it.

        Several may be under way at once; they are answered in any order.

        :raises errors.P2PStreamError: `errors.Refused`, which says the code to answer with, and others
            whose text may be told; a Deferred fails with them.  Cancelling it, when the guest left,
            stops what can be stopped, and what was begun may still be done.
        """

    def left(guest: IGuest) -> None:
        """It is gone, and asks no more.  What it said to have outlives it: it may be back."""
