"""Peers whose links are of use to both ends, whichever dialled: as sources, and to be given to.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from p2pstream.content.keys import FileKey
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.native.party import Party
from p2pstream.protocols.native.session import NativeSession

__all__ = ["Follower", "Visitor", "Visits"]


class Visitor(Party):
    """One peer that has some of a stream, on a link that is there for another reason.

    :param come: makes it an `IUnitSource`, once; see `peering.Peering.source`.
    """

    __slots__ = ("come",)

    def __init__(self, link: Any, session: NativeSession, channel: int, come: Callable[[], Any]) -> None:
        super().__init__(link, session, channel)
        self.come = come


#: Told of a visitor, each time that it says that it has something more.
Follower = Callable[[Visitor], None]


class Visits:
    """What all links of a process know together, whichever end dialled.

    Who fetches a stream is told of those who came for it and have some of it, and need not
    dial them.  And a link that we dialled stays when we want nothing more, while the other
    end does: but only so many do, since no port counts them.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._followers: dict[FileKey, dict[object, Follower]] = {}
        self._giving: set[Hashable] = set()

    def follow(self, key: FileKey, told: Follower) -> Callable[[], None]:
        """Have ``told`` called with those who have some of it; what is returned ends that."""
        followers, token = self._followers.setdefault(key, {}), object()
        followers[token] = told

        def unfollow() -> None:
            followers.pop(token, None)
            if not followers and self._followers.get(key) is followers:
                del self._followers[key]

        return unfollow

    def seeks(self, key: FileKey) -> bool:
        """Whether anybody here fetches it."""
        return key in self._followers

    def came(self, key: FileKey, visitor: Visitor) -> None:
        """It has some of that stream, and is no source yet."""
        for told in list(self._followers.get(key, {}).values()):
            told(visitor)

    def keep(self, link: Hashable) -> bool:
        """Whether a link that we dialled may stay though we take nothing from it any more."""
        if link not in self._giving and len(self._giving) >= self._limits.native_giving_links:
            return False
        self._giving.add(link)
        return True

    def part(self, link: Hashable) -> None:
        """It has ended; harmless when it was never kept."""
        self._giving.discard(link)
