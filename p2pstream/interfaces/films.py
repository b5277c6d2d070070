"""Seam of films: what is made of one by opening it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IConsumer
from zope.interface import Attribute, Interface

from p2pstream.interfaces.bytes import IData

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from p2pstream.content.side import Facts
    from p2pstream.content.side.texts import SideText

__all__ = ["IMedia"]


class IMedia(Interface):
    """Opens films, off the reactor and where it does no harm.

    A film is seekable data of known length; it may still be on its way: then its bytes
    are waited for.  All of it fails with `errors.NoMedia` where what that takes is not
    installed, with `errors.CannotPlay` where the film is none, or does harm, and with
    whatever reading the data fails with.  Cancelling ends the work at once.
    """

    missing: str = Attribute(
        """What is not installed, and how to get it, in one line; empty when all is there."""
    )

    def facts(data: IData) -> Deferred[Facts]:
        """What is in it, for somebody who waits."""

    def side(data: IData, texts: Sequence[SideText] = ()) -> Deferred[bytes]:
        """Its side content as a file (`content.side.packfile`), in the background.

        :param texts: subtitles that lie beside it.
        """

    def remux(data: IData, consumer: IConsumer, start_s: float = 0.0) -> Deferred[int]:
        """Write it as fragmented MP4, from the last key frame before ``start_s`` to its end.

        Calls of ``consumer`` are as of `IData.read_to`, and so is what stopping means.
        Fires with how many bytes that was; fails with `errors.NoMedia` also when too many
        are at it.
        """

    def close() -> Deferred[None]:
        """End all work, and start none; fires when nothing of it is left running."""
