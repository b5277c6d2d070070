"""The seam of what is shared, as it lies in its folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from p2pstream.content.library import LibraryEntry, LibraryFilm
    from p2pstream.content.side import Side

__all__ = ["ILibrary"]


class ILibrary(Interface):
    """Films and folders by number, as they are now; answers are immediate, but for `side`.

    Only what players play is in it, and no folder in which nothing is, but for the root.
    """

    changes: int = Attribute("""How often it changed since it was made.""")

    def get(number: int) -> LibraryEntry | None:
        """What has that number; None: nothing has it now.  `content.library.ROOT` is always there."""

    def inside(number: int) -> Sequence[LibraryEntry]:
        """What is in that folder: folders, then films, each by title; empty where there is no such folder."""

    def below(number: int) -> Iterator[LibraryEntry]:
        """Everything in it and in the folders in it; what changes meanwhile may be passed or not."""

    def side(film: LibraryFilm) -> Deferred[Side | None]:
        """What is known of a film without opening it; None: nothing, or not yet.  Never fails."""

    def subtitles(film: LibraryFilm) -> Sequence[str]:
        """Names of the files with its subtitles that lie beside it, in order; each is shared as it is."""

    def observe(changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` after every change.

        :returns: ends that; harmless when called twice.
        """
