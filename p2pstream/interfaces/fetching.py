"""Seams of fetching: a stream that is on its way here, and who has it come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from p2pstream.content.links import Link
    from p2pstream.interfaces.bytes import IData
    from p2pstream.interfaces.live import ILiveData
    from p2pstream.interfaces.people import IStreamView

__all__ = ["IFetched", "IFetches"]


class IFetched(Interface):
    """One stream on its way here, as one of its users has it."""

    data: IData = Attribute(
        """What the network fills, for any number of readers: an `IArriving`, unless all of it was here."""
    )
    broadcast: ILiveData | None = Attribute("""The same as a broadcast; None of a film.""")
    view: IStreamView = Attribute("""How that stands.""")
    done: Deferred[None] = Attribute("""Fires when all is here; fails when it cannot all be had.""")

    def stop() -> Deferred[None]:
        """Fetch nothing more; what is here stays.  Harmless when done twice."""

    def close() -> Deferred[None]:
        """This user is done with it; harmless when done twice.  Nothing is fetched for nobody."""


class IFetches(Interface):
    """Has streams come."""

    def fetch(link: Link) -> Deferred[IFetched]:
        """Look for what a link names, and begin to fetch it; for one user, who closes it.

        Two who want the same stream have it fetched once.

        :returns: fails with `errors.NoCentral`, `errors.NotFound`, `errors.NoSource`,
            `errors.Refused`, `errors.StorageError`.  Cancelling ends it.
        """
